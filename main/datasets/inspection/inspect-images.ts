/** Decodes and hashes every candidate, a few at once. What cannot be used becomes a problem. */
import path from 'node:path';
import type { Modality } from '../../../shared/dataset/dataset.ts';
import type { ImageFlag } from '../../../shared/dataset/image-flags.ts';
import type { ImageFailure } from '../../images/failure.ts';
import { CELLS } from '../../images/grey-grid.ts';
import { inspectImage, type ImageFacts } from '../../images/inspect.ts';
import { flagsOf } from '../../images/quality.ts';
import type { Candidate } from '../rows/assemble.ts';
import type { InspectionJournal } from './inspection-journal.ts';
import type { Inspection } from './inspect-changed.ts';
import { inspectMany } from './inspect-threads.ts';
import { imageId } from '../manifest.ts';
import { problemKind, type ProblemList } from '../problem-list.ts';

export interface InspectedImage extends Candidate {
  id: string;
  sha256: string;
  /** Of the decoded pixels. */
  pixelsSha256: string;
  /** Pixels of the original. */
  width: number;
  height: number;
  flags: readonly ImageFlag[];
  /** Where its 16 x 16 grey values begin. */
  place: number;
}

export interface InspectedImages {
  images: InspectedImage[];
  /** By {@link InspectedImage.place}. One block: a block for each of 250,000 images would take three times the memory. */
  grids: Uint8Array;
}

export interface InspectOptions {
  folder: string;
  modality: Modality;
  problems: ProblemList;
  /** What earlier imports found out, and where this one writes it; null: everything is decoded. */
  journal: InspectionJournal | null;
  onProgress: (done: number, total: number) => void;
  signal: AbortSignal | undefined;
}

type Found = NonNullable<Inspection['found']>;

/** libvips keeps one error text for all threads, so that what it said of one image may be about another one. */
function quotesDecoder(found: Found): boolean {
  return found.ok ? found.value.notes.some((note) => note.includes('decoder')) : found.error.reason !== 'missing';
}

/** The usable images in the order of `candidates`, which become these images. Throws only when aborted. */
export async function inspectImages(
  candidates: readonly Candidate[],
  options: InspectOptions,
): Promise<InspectedImages> {
  const { folder, modality, problems, journal, onProgress, signal } = options;
  const grids = new Uint8Array(candidates.length * CELLS);
  const fileAt = (i: number): string => (candidates[i] as Candidate).file;
  /** By image, while it is asked whether its file is still the same. */
  const known = new Map<number, ImageFacts>();
  const notes = new Map<number, string[]>();
  const failures = new Map<number, ImageFailure>();
  const doubtful: number[] = [];
  const keep = (i: number, facts: ImageFacts): void => {
    const { width, height, sha256, pixelsSha256 } = facts;
    const place = i * CELLS;
    grids.set(facts.grid, place);
    if (facts.notes.length > 0) notes.set(i, facts.notes);
    const flags = flagsOf(facts, modality);
    // The row itself becomes the image: a copy of each of 250,000 would cost seconds.
    Object.assign(candidates[i] as Candidate, {
      id: imageId(sha256),
      sha256,
      pixelsSha256,
      place,
      width,
      height,
      flags,
    });
  };
  let done = 0;
  await inspectMany({
    count: candidates.length,
    fileAt(i) {
      const before = journal?.find(fileAt(i)) ?? null;
      if (before !== null) known.set(i, before.facts);
      return { file: path.join(folder, fileAt(i)), stamp: before?.stamp ?? null };
    },
    take(i, { stamp, found }) {
      if (found === null) keep(i, known.get(i) as ImageFacts);
      else if (quotesDecoder(found)) doubtful.push(i);
      else if (!found.ok) failures.set(i, found.error);
      else {
        keep(i, found.value);
        if (stamp !== null) journal?.add(fileAt(i), stamp, found.value);
      }
      known.delete(i);
      onProgress(++done, candidates.length);
    },
    signal,
  });
  for (const i of doubtful) {
    signal?.throwIfAborted();
    const found = await inspectImage(path.join(folder, fileAt(i)));
    if (found.ok) keep(i, found.value);
    else failures.set(i, found.error);
  }
  const images = candidates.filter((candidate, i): candidate is InspectedImage => {
    const failure = failures.get(i);
    const words = notes.get(i);
    if (failure !== undefined) reportFailure(candidate.file, failure, problems);
    if (words !== undefined) problems.note('converted', candidate.file, `Used, with a remark: ${words.join('; ')}.`);
    return failure === undefined;
  });
  return { images, grids };
}

function reportFailure(file: string, failure: ImageFailure, problems: ProblemList): void {
  const { message, action } = failure;
  problems.leaveOut(problemKind(failure), file, action === undefined ? message : `${message} ${action}`);
}
