/** What the training thread and its feeding threads say to each other. */
import type { Modality } from '../../../shared/dataset/dataset.ts';
import type { ErrorShape } from '../../../shared/system/errors.ts';
import type { Augmentation, Protocol } from '../../../shared/study/protocol.ts';

/** What a feeding thread is born with. */
export interface FeedSetup {
  cacheFolder: string;
  /** Images in the manifest: the shape of the cache. */
  images: number;
  size: number;
  modality: Modality;
  augmentation: Augmentation;
  normalisation: Protocol['normalisation'];
  seed: number;
  /** Batches in preparation: float32, NHWC, each with room for a whole batch. */
  slots: SharedArrayBuffer[];
}

export type FeedRequest =
  /** Decode one image of the manifest into the cache. */
  | { type: 'decode'; id: number; image: number; path: string; sha256: string }
  /** Fill positions `from`... of a slot with these images of the manifest; `epoch` null = no augmentation. */
  | { type: 'fill'; id: number; slot: number; from: number; images: number[]; epoch: number | null };

/**
 * `unreadable`: the file is the imported one and still cannot be decoded; it is skipped, the same in every run. `missing` and
 * `changed` say that the data is not what was imported; nothing is remembered about them, since the file may come back.
 */
export type DecodeOutcome = 'decoded' | 'unreadable' | 'missing' | 'changed';

/** `ms`: how long the thread worked for this answer, without what it did for others meanwhile. */
export type FeedReply =
  | { type: 'done'; id: number; outcome: DecodeOutcome | null; ms: number }
  | { type: 'failed'; id: number; error: ErrorShape };
