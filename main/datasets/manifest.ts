/** Ids, patient numbers and the hash that names exactly this data. */
import type { LabelValue, Split } from '../../shared/dataset/dataset.ts';
import { sha256Of } from '../platform/sha256.ts';

/** Opaque: derived from the content alone, so that it tells neither name nor patient, and is the same in every import. */
export function imageId(contentSha256: string): string {
  return sha256Of(`image:${contentSha256}`).slice(0, 20);
}

/**
 * SHA-256 over the names of the outputs as JSON and, sorted, one line `<content hash> <split> <labels>` per image, with `0`, `1` and `?`
 * (unknown) for labels.
 */
export function contentHash(
  outputs: readonly string[],
  images: readonly { sha256: string; split: Split; labels: readonly LabelValue[] }[],
): string {
  const lines = images.map(
    ({ sha256: hash, split, labels }) => `${hash} ${split} ${labels.map((l) => l ?? '?').join('')}`,
  );
  return sha256Of([JSON.stringify(outputs), ...lines.sort()].join('\n'));
}
