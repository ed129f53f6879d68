/** Are the files still what was imported? Reads every one again and compares its hash. */
import path from 'node:path';
import type { DatasetVerification } from '../../shared/dataset/dataset-verification.ts';
import { sha256OfFile } from '../platform/sha256.ts';
import { forEachConcurrently } from '../platform/concurrently.ts';
import { imagesInFlight } from './inspection/inspect-threads.ts';

export type FileVerification = Omit<DatasetVerification, 'recordsIntact'>;

const PROBLEMS_SHOWN = 200;

export async function verifyImages(params: {
  folder: string;
  images: readonly { path: string; sha256: string }[];
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
}): Promise<FileVerification> {
  const { folder, images, onProgress, signal } = params;
  const states: (string | null)[] = [];
  let done = 0;
  await forEachConcurrently(
    images,
    imagesInFlight(),
    async (image, i) => {
      states[i] = await sha256OfFile(image.path);
      onProgress?.(++done, images.length);
    },
    signal,
  );
  const missing = images.filter((_, i) => states[i] === null);
  const changed = images.filter((image, i) => states[i] !== null && states[i] !== image.sha256);
  const describe = (state: 'changed' | 'missing') => (image: { path: string }) => ({
    file: path.relative(folder, image.path).replaceAll('\\', '/'),
    state,
  });
  return {
    checked: images.length,
    unchanged: images.length - missing.length - changed.length,
    changed: changed.length,
    missing: missing.length,
    problems: [...missing.map(describe('missing')), ...changed.map(describe('changed'))].slice(0, PROBLEMS_SHOWN),
  };
}
