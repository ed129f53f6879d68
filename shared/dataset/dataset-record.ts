/** A dataset as the host keeps it: what an import makes, a bundle brings and the store returns. */
import type { DatasetDetail, ManifestImage } from './dataset.ts';
import type { ImageFlag } from './image-flags.ts';

/** An image of the manifest, with what only the host needs. */
export interface ImageRecord extends ManifestImage {
  view: string | null;
  sex: string | null;
  /** Years. */
  age: number | null;
  site: string | null;
  /** Pixels of the original file. */
  width: number;
  height: number;
  flags?: readonly ImageFlag[];
}

/** A {@link DatasetDetail} without what is recomputed from its images, with the request that made it. */
export interface DatasetRecord extends Omit<
  DatasetDetail,
  'images' | 'patients' | 'patientDisjoint' | 'splits' | 'problems' | 'flagCounts'
> {
  /** Whether its images were looked at for flags. */
  qualityChecked?: boolean;
  /** Its images are not in this library: only a study that was opened from a bundle uses it, and lists leave it out. */
  fromBundle?: boolean;
  /** The ImportRequest, for the record and for a second import with the same answers. */
  request: unknown;
}
