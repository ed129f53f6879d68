/** A cheap look at the first bytes: enough to tell an empty file or a renamed text from an image, before anything is decoded. */
import path from 'node:path';
import { hasPreamble, isDicom } from '../images/dicom/parse.ts';
import type { FolderTags } from './dicom/folder-tags.ts';
import type { Candidate } from './rows/assemble.ts';
import { imageFailure, type ImageFailure } from '../images/failure.ts';
import { readFailure, readImageSource } from '../images/source.ts';
import { openRegularFile } from '../platform/input-file.ts';
import { forEachConcurrently } from '../platform/concurrently.ts';
import { problemKind, type ProblemList } from './problem-list.ts';

const HEAD_BYTES = 132;
/** At this many the preview looks at a sample only; the import decodes every image anyway. */
const MAX_SNIFFED = 2000;
/** The header of an image may lie anywhere, so that these are read whole. */
const MAX_MEASURED = 24;
const IN_FLIGHT = 32;

const SIGNATURES: readonly { at: number; bytes: string }[] = [
  { at: 0, bytes: '\xff\xd8\xff' },
  { at: 0, bytes: '\x89PNG' },
  { at: 0, bytes: 'II*\0' },
  { at: 0, bytes: 'MM\0*' },
  { at: 0, bytes: 'II+\0' },
  { at: 0, bytes: 'MM\0+' },
  { at: 0, bytes: 'GIF8' },
  { at: 8, bytes: 'WEBP' },
  { at: 4, bytes: 'ftyp' },
  { at: 4, bytes: 'jP  ' },
  { at: 0, bytes: '\xff\x4f\xff\x51' },
];

/** What is wrong with the beginning of a file, null when it begins like an image. */
export function describeHead(head: Buffer): ImageFailure | null {
  if (head.length === 0) return imageFailure('empty', 'Expected an image, got a file of zero bytes.');
  const text = head.toString('latin1');
  if (SIGNATURES.some(({ at, bytes }) => text.startsWith(bytes, at)) || isDicom(head)) return null;
  return imageFailure('not-an-image', 'Expected an image, got something else under the name of one.');
}

async function readHead(file: string): Promise<Buffer> {
  const opened = await openRegularFile(file, { what: 'an image file' });
  await using handle = opened.handle;
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
  return buffer.subarray(0, bytesRead);
}

/** False for what cannot be opened. */
export async function beginsAsDicom(file: string): Promise<boolean> {
  return hasPreamble(await readHead(file).catch(() => Buffer.alloc(0)));
}

async function sniff(file: string): Promise<ImageFailure | null> {
  try {
    return describeHead(await readHead(file));
  } catch (error) {
    return readFailure(error);
  }
}

/** Pixels of a few images, from their headers. What cannot be read is left out; the import says why. */
export async function sniffSizes(
  folder: string,
  candidates: readonly Candidate[],
): Promise<{ width: number; height: number }[]> {
  const step = Math.max(1, Math.ceil(candidates.length / MAX_MEASURED));
  const sizes: { width: number; height: number }[] = [];
  for (const { file } of candidates.filter((_, i) => i % step === 0)) {
    const source = await readImageSource(path.join(folder, file));
    if (source.ok) sizes.push({ width: source.value.width, height: source.value.height });
  }
  return sizes;
}

/** The candidates that still look usable. */
export async function sniffCandidates(params: {
  folder: string;
  candidates: readonly Candidate[];
  tags: FolderTags;
  problems: ProblemList;
  signal?: AbortSignal | undefined;
}): Promise<Candidate[]> {
  const { folder, candidates, tags, problems, signal } = params;
  const step = Math.max(1, Math.ceil(candidates.length / MAX_SNIFFED));
  const sample = candidates.filter((_, i) => i % step === 0);
  const reasons = new Map<Candidate, ImageFailure>();
  await forEachConcurrently(
    sample,
    IN_FLIGHT,
    async (candidate) => {
      const reason = await sniff(path.join(folder, candidate.file));
      if (reason !== null) reasons.set(candidate, reason);
    },
    signal,
  );
  // Of DICOM files the whole header has been read.
  for (const candidate of candidates) {
    const failure = tags.get(candidate.image)?.failure;
    if (failure) reasons.set(candidate, failure);
  }
  for (const candidate of candidates) {
    const reason = reasons.get(candidate);
    if (reason !== undefined) problems.leaveOut(problemKind(reason), candidate.file, reason.message);
  }
  return reasons.size === 0 ? [...candidates] : candidates.filter((candidate) => !reasons.has(candidate));
}
