/** Decodes and hashes every candidate, a few at once, and draws its thumbnail. What cannot be used becomes a problem. */
import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { Modality } from '../../shared/dataset.ts';
import { inspectImage } from '../images/inspect.ts';
import { writeThumbnail } from '../images/thumbnail.ts';
import type { Candidate } from './assemble.ts';
import { forEachConcurrently } from './concurrently.ts';
import { imageId } from './manifest.ts';
import type { ProblemList } from './problem-list.ts';

export interface InspectedImage extends Candidate {
  id: string;
  sha256: string;
  /** Pixels of the original. */
  width: number;
  height: number;
}

export interface InspectOptions {
  folder: string;
  modality: Modality;
  /** Where `<imageId>.webp` is written; null draws none. */
  thumbnails: string | null;
  problems: ProblemList;
  onProgress: (done: number, total: number) => void;
  signal: AbortSignal | undefined;
}

/** A few in flight: sharp works on threads of its own, and one core stays free for the app. */
export function imagesInFlight(): number {
  return Math.max(2, Math.min(8, availableParallelism() - 1));
}

/** The usable images in the order of `candidates`. Throws only when aborted or when a thumbnail cannot be written. */
export async function inspectImages(
  candidates: readonly Candidate[],
  options: InspectOptions,
): Promise<InspectedImage[]> {
  const { folder, modality, thumbnails, problems, onProgress, signal } = options;
  const inspected: (InspectedImage | null)[] = candidates.map(() => null);
  const found: (() => void)[] = [];
  let done = 0;
  await forEachConcurrently(
    candidates,
    imagesInFlight(),
    async (candidate, i) => {
      const file = path.join(folder, candidate.file);
      const facts = await inspectImage(file);
      if (facts.ok) {
        const { notes, ...rest } = facts.value;
        const id = imageId(rest.sha256);
        inspected[i] = { ...candidate, ...rest, id };
        if (notes.length > 0)
          found[i] = () => problems.note('converted', candidate.file, `Used, with a remark: ${notes.join('; ')}.`);
        if (thumbnails !== null) await writeThumbnail(file, path.join(thumbnails, `${id}.webp`), { modality });
      } else {
        const { reason, message, action } = facts.error;
        const kind =
          reason === 'missing' ? 'missing-image' : reason === 'not-an-image' ? 'not-an-image' : 'unreadable-image';
        found[i] = () =>
          problems.leaveOut(kind, candidate.file, action === undefined ? message : `${message} ${action}`);
      }
      onProgress(++done, candidates.length);
    },
    signal,
  );
  // In the order of the rows, whichever image was done first.
  for (const report of found) report?.();
  return inspected.filter((image) => image !== null);
}
