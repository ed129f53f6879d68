/** Decodes and hashes every candidate, a few at once. What cannot be used becomes a problem. */
import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { ImageFailure } from '../images/failure.ts';
import { inspectImage } from '../images/inspect.ts';
import type { ImageQuality } from '../images/quality.ts';
import type { Candidate } from './rows/assemble.ts';
import { forEachConcurrently } from './concurrently.ts';
import { stampOf, type InspectionJournal } from './inspection-journal.ts';
import { imageId } from './manifest.ts';
import { problemKind, type ProblemList } from './problem-list.ts';

export interface InspectedImage extends Candidate {
  id: string;
  sha256: string;
  /** Of the decoded pixels. */
  pixelsSha256: string;
  /** The picture as 16 x 16 grey values. */
  grid: Uint8Array;
  /** Pixels of the original. */
  width: number;
  height: number;
  quality: ImageQuality;
}

export interface InspectOptions {
  folder: string;
  problems: ProblemList;
  /** What earlier imports found out, and where this one writes it; null: everything is decoded. */
  journal: InspectionJournal | null;
  onProgress: (done: number, total: number) => void;
  signal: AbortSignal | undefined;
}

/** A few in flight: sharp works on threads of its own, and one core stays free for the app. */
export function imagesInFlight(): number {
  return Math.max(2, Math.min(8, availableParallelism() - 1));
}

type Inspection = Awaited<ReturnType<typeof inspectImage>>;

/** libvips keeps one error text for all threads, so that what it said of one image may be about another one. */
function quotesDecoder(inspection: Inspection): boolean {
  return inspection.ok
    ? inspection.value.notes.some((note) => note.includes('decoder'))
    : inspection.error.reason !== 'missing';
}

/** The usable images in the order of `candidates`. Throws only when aborted. */
export async function inspectImages(
  candidates: readonly Candidate[],
  options: InspectOptions,
): Promise<InspectedImage[]> {
  const { folder, problems, journal, onProgress, signal } = options;
  const inspections: Inspection[] = [];
  const inspect = async (relative: string): Promise<Inspection> => {
    const file = path.join(folder, relative);
    // Taken before the file is read: whatever changes it meanwhile changes the stamp.
    const stamp = journal === null ? null : await stampOf(file);
    const known = stamp === null ? null : journal?.find(relative, stamp);
    if (known) return { ok: true, value: known };
    const inspection = await inspectImage(file);
    if (stamp !== null && inspection.ok && !quotesDecoder(inspection)) journal?.add(relative, stamp, inspection.value);
    return inspection;
  };
  let done = 0;
  try {
    await forEachConcurrently(
      candidates,
      imagesInFlight(),
      async ({ file }, i) => {
        inspections[i] = await inspect(file);
        onProgress(++done, candidates.length);
      },
      signal,
    );
  } finally {
    journal?.flush();
  }
  const inspected: InspectedImage[] = [];
  for (const [i, candidate] of candidates.entries()) {
    let inspection = inspections[i] as Inspection;
    if (quotesDecoder(inspection)) {
      signal?.throwIfAborted();
      inspection = await inspectImage(path.join(folder, candidate.file));
    }
    if (inspection.ok) {
      const { notes, ...facts } = inspection.value;
      inspected.push(Object.assign(candidate, facts, { id: imageId(facts.sha256) }));
      if (notes.length > 0) problems.note('converted', candidate.file, `Used, with a remark: ${notes.join('; ')}.`);
    } else {
      reportFailure(candidate.file, inspection.error, problems);
    }
  }
  return inspected;
}

function reportFailure(file: string, failure: ImageFailure, problems: ProblemList): void {
  const { message, action } = failure;
  problems.leaveOut(problemKind(failure), file, action === undefined ? message : `${message} ${action}`);
}
