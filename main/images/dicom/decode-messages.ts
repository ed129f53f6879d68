/** Between `decode-threads.ts` and `decode-worker.ts`. */
import type { ImageFailure } from '../failure.ts';
import type { RenderedPixels } from './grey.ts';

export interface DecodeWork {
  id: number;
  bytes: Uint8Array;
  failOn: 'error' | 'warning';
}

export interface DecodeAnswer {
  id: number;
  /** `failure` where it is known, else what the decoder said. */
  result: { pixels: RenderedPixels } | { failure: ImageFailure } | { message: string };
}
