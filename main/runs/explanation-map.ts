/** The map of one image by one method. */
import { AppError } from '../../shared/errors.ts';
import type { ExplanationMap } from '../../shared/explanation.ts';
import { RandomStream } from '../../shared/random.ts';
import { endpointLogOddsGradient } from '../analysis/endpoint-gradient.ts';
import { endpointScore } from '../analysis/endpoints.ts';
import { inputGradient, poolSaliency } from '../engine/explain/input-gradient.ts';
import { occlude } from '../engine/explain/occlusion.ts';
import { MODELS } from '../engine/models/catalogue.ts';
import type { NamedTensor } from '../engine/tensors.ts';
import { headProbabilities } from '../engine/train/loss.ts';
import { createTrainer } from '../engine/train/trainer.ts';
import { nameTensors } from '../engine/weights/named.ts';
import { readSafetensors } from '../engine/weights/safetensors.ts';
import { augmentInto } from '../images/augment.ts';
import { decodeToSquare } from '../images/decode.ts';
import type { ExplanationMessage, ExplanationWork } from './explanation-messages.ts';
import { hashFile } from './image-hash.ts';

/** Cells in each direction: 256 predictions. */
const OCCLUSION_CELLS = 16;
/** The patch is so many cells wide, so that neighbouring patches overlap. */
const PATCH_CELLS = 2;
const SALIENCY_CELLS = 64;
/** Images of a batch take no more than this. */
const BATCH_BYTES = 32 * 2 ** 20;
const MID_GREY = 128;

export async function* explainImage(work: ExplanationWork): AsyncGenerator<ExplanationMessage, void, undefined> {
  const pixels = await decode(work);
  const image = normalise(pixels, work);
  const tensors = nameTensors(work.model, readSafetensors(work.weightsFile).tensors);
  if (work.method === 'gradient') yield { type: 'map', map: saliency(work, image, tensors) };
  else yield* occlusion(work, image, tensors);
}

/** @throws AppError `conflict` where the file is not the one that was imported */
async function decode({ imageFile, sha256, size, modality }: ExplanationWork): Promise<Uint8Array> {
  if ((await hashFile(imageFile)) !== sha256) {
    throw new AppError('conflict', 'Expected the image file that was imported, found none or another in its place.', {
      action: 'Put the file back, or import the folder again. `dataset verify` lists every file that changed.',
    });
  }
  const square = await decodeToSquare(imageFile, { size, modality });
  if (square.ok) return square.value.pixels;
  throw new AppError('io', square.error.message, { action: 'Check the file, or import the folder again.' });
}

function normalise(pixels: Uint8Array, { size, normalisation }: ExplanationWork): Float32Array {
  const out = new Float32Array(pixels.length);
  augmentInto({ pixels, size, augmentation: null, normalisation, stream: new RandomStream(0), out, offset: 0 });
  return out;
}

function saliency(work: ExplanationWork, image: Float32Array, tensors: NamedTensor[]): ExplanationMap {
  const { model, outputs, endpoint, head, size } = work;
  const { logits, gradient } = inputGradient({
    graph: MODELS[model].graph(outputs),
    tensors,
    size,
    image,
    weights: (found) => endpointLogOddsGradient(endpoint, head, headProbabilities(head, found, outputs)),
  });
  const cells = Math.min(SALIENCY_CELLS, size);
  return {
    score: endpointScore(endpoint, headProbabilities(head, logits, outputs)),
    cells,
    values: poolSaliency(gradient, size, cells).map((value) => Number(value.toPrecision(5))),
    patch: null,
    size,
  };
}

async function* occlusion(
  work: ExplanationWork,
  image: Float32Array,
  tensors: NamedTensor[],
): AsyncGenerator<ExplanationMessage, void, undefined> {
  const { model, outputs, endpoint, head, size } = work;
  const optimizer = { kind: 'sgd', learningRate: 0, momentum: 0 } as const;
  const trainer = createTrainer({ model, outputs, head, optimizer, size, tensors });
  try {
    const cells = Math.min(OCCLUSION_CELLS, size);
    const patch = Math.max(1, Math.round((PATCH_CELLS * size) / cells));
    const grey = normalise(new Uint8Array(size * size * 3).fill(MID_GREY), work);
    const steps = occlude({
      image,
      size,
      cells,
      patch,
      colour: [grey[0] as number, grey[1] as number, grey[2] as number],
      scores: (images, count) => {
        const all = trainer.predict(images, count);
        return Array.from({ length: count }, (_, row) =>
          endpointScore(endpoint, all.subarray(row * outputs, (row + 1) * outputs)),
        );
      },
      batch: Math.max(1, Math.min(16, Math.floor(BATCH_BYTES / image.byteLength))),
    });
    let step = steps.next();
    for (; step.done !== true; step = steps.next()) {
      yield { type: 'progress', done: step.value, total: cells * cells };
      // Lets the end of the parent process be noticed.
      await new Promise((resolve) => setImmediate(resolve));
    }
    const { score, values } = step.value;
    yield { type: 'map', map: { score, cells, values, patch, size } };
  } finally {
    trainer.dispose();
  }
}
