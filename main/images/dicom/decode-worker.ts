/** Worker thread: see `decode-threads.ts`. */
import { parentPort } from 'node:worker_threads';
import { RefusedImage } from '../failure.ts';
import { decodeDicom, openDicom } from './decode-dicom.ts';
import type { DecodeAnswer, DecodeWork } from './decode-messages.ts';

async function decode({ bytes, failOn }: DecodeWork): Promise<DecodeAnswer['result']> {
  try {
    const image = openDicom(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    return image.ok ? { pixels: await decodeDicom(image.value, failOn) } : { failure: image.error };
  } catch (error) {
    if (error instanceof RefusedImage) return { failure: error.failure };
    return { message: error instanceof Error ? error.message : String(error) };
  }
}

parentPort?.on('message', (work: DecodeWork) => {
  void decode(work).then((result) => {
    // Its memory goes along where nothing else holds it.
    const whole = 'pixels' in result && result.pixels.data.byteLength === result.pixels.data.buffer.byteLength;
    const moved = whole ? [result.pixels.data.buffer as ArrayBuffer] : [];
    parentPort?.postMessage({ id: work.id, result } satisfies DecodeAnswer, moved);
  });
});
