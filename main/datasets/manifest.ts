/** Ids, patient numbers and the hash that names exactly this data. */
import { createHash } from 'node:crypto';
import type { LabelValue, Manifest, ManifestImage, Split } from '../../shared/dataset/dataset.ts';
import type { DatasetRecord, ImageRecord } from '../../shared/dataset/dataset-record.ts';

/** Opaque: derived from the content alone, so that it tells neither name nor patient, and is the same in every import. */
export function imageId(contentSha256: string): string {
  // Not a part of the whole text, which would keep all of it in memory.
  return createHash('sha256').update(`image:${contentSha256}`).digest().toString('hex', 0, 10);
}

/**
 * SHA-256 over the names of the outputs as JSON and, sorted, one line `<content hash> <split> <labels>` per image, with `0`, `1` and `?`
 * (unknown) for labels.
 */
export function contentHash(
  outputs: readonly string[],
  images: readonly { sha256: string; split: Split; labels: readonly LabelValue[] }[],
): string {
  const hash = createHash('sha256').update(JSON.stringify(outputs));
  const lines = images.map((image) => `${image.sha256} ${image.split} ${image.labels.map((l) => l ?? '?').join('')}`);
  for (const line of lines.sort()) hash.update('\n').update(line);
  return hash.digest('hex');
}

const IMAGES_IN_PIECE = 1000;

/** A {@link Manifest} as JSON, in pieces: of 250,000 images it has 60 MB. */
export function* manifestPieces(dataset: DatasetRecord, images: readonly ImageRecord[]): Generator<string> {
  const { id: datasetId, contentHash, modality, synthetic, target } = dataset;
  const about = JSON.stringify({ schema: 1, datasetId, contentHash, modality, synthetic, target } satisfies Omit<
    Manifest,
    'images'
  >);
  yield `${about.slice(0, -1)},"images":[`;
  for (let start = 0; start < images.length; start += IMAGES_IN_PIECE) {
    const some = images
      .slice(start, start + IMAGES_IN_PIECE)
      .map(({ id, path, sha256, patient, eye, split, labels }): ManifestImage => ({
        id,
        path,
        sha256,
        patient,
        eye,
        split,
        labels,
      }));
    yield `${start === 0 ? '' : ','}${JSON.stringify(some).slice(1, -1)}`;
  }
  yield ']}';
}
