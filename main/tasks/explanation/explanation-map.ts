/** The map of one image by one method. */
import { AppError } from '../../../shared/system/errors.ts';
import type { ExplanationMap } from '../../../shared/mistakes/explanation.ts';
import { RandomStream } from '../../../shared/system/random.ts';
import { endpointLogOddsGradient } from '../../analysis/study/endpoint-gradient.ts';
import { endpointScore } from '../../analysis/study/endpoints.ts';
import { inputGradient, poolSaliency } from '../../engine/explain/input-gradient.ts';
import { hide, occlude, type OcclusionOptions } from '../../engine/explain/occlusion.ts';
import { MODELS } from '../../engine/models/catalogue.ts';
import type { NamedTensor } from '../../engine/tensors.ts';
import { headProbabilities } from '../../engine/train/loss.ts';
import { createTrainer, type Trainer } from '../../engine/train/trainer.ts';
import { nameTensors } from '../../engine/weights/named.ts';
import { readSafetensors } from '../../engine/weights/safetensors.ts';
import { augmentInto } from '../../images/augment.ts';
import { decodeToSquare } from '../../images/decode.ts';
import type { TaskStep } from '../run-task.ts';
import type { ExplanationWork } from './explanation.ts';
import { sha256OfFile } from '../../platform/sha256.ts';

/** Cells in each direction: 256 predictions. */
const OCCLUSION_CELLS = 16;
/** The patch is so many cells wide, so that neighbouring patches overlap. */
const PATCH_CELLS = 2;
const SALIENCY_CELLS = 64;
/** Images of a batch take no more than this. */
const BATCH_BYTES = 32 * 2 ** 20;
const MID_GREY = 128;

export async function* explainImage(work: ExplanationWork): AsyncGenerator<TaskStep<ExplanationMap>, void, undefined> {
  const pixels = await decode(work);
  const image = normalise(pixels, work);
  const tensors = nameTensors(work.model, readSafetensors(work.weightsFile).tensors);
  if (work.method === 'gradient') yield { found: saliency(work, image, tensors) };
  else yield* occlusion(work, image, tensors);
}

/** @throws AppError `conflict` where the file is not the one that was imported */
async function decode({ imageFile, sha256, size, modality }: ExplanationWork): Promise<Uint8Array> {
  if ((await sha256OfFile(imageFile)) !== sha256) {
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
  const patch = patchOf(work);
  // The place is chosen on the patch's own grid, so that one bright pixel does not decide it.
  const cell = strongestCell(poolSaliency(gradient, size, patch.cells));
  const covered = image.slice();
  hide(covered, cell, patch);
  const trainer = predictor(work, tensors);
  const [score = NaN] = Array.from(scoresOf(work, trainer)(covered, 1));
  trainer.dispose();
  return {
    score: endpointScore(endpoint, headProbabilities(head, logits, outputs)),
    cells,
    values: poolSaliency(gradient, size, cells).map((value) => Number(value.toPrecision(5))),
    patch: null,
    size,
    hidden: { score, ...centreOf(cell, patch.cells), patch: patch.patch },
  };
}

function* occlusion(
  work: ExplanationWork,
  image: Float32Array,
  tensors: NamedTensor[],
): Generator<TaskStep<ExplanationMap>, void, undefined> {
  const patch = patchOf(work);
  const batch = Math.max(1, Math.min(16, Math.floor(BATCH_BYTES / image.byteLength)));
  const trainer = predictor(work, tensors);
  try {
    const steps = occlude({ image, ...patch, scores: scoresOf(work, trainer), batch });
    let step = steps.next();
    for (; step.done !== true; step = steps.next()) {
      yield { done: step.value, total: patch.cells ** 2 };
    }
    const { score, values } = step.value;
    const cell = strongestCell(values);
    const hidden = {
      score: score - (values[cell] as number),
      ...centreOf(cell, patch.cells),
      patch: patch.patch,
    };
    yield { found: { score, cells: patch.cells, values, patch: patch.patch, size: work.size, hidden } };
  } finally {
    trainer.dispose();
  }
}

/** The grid of places, and the grey square that hides one of them. */
function patchOf(work: ExplanationWork): Pick<OcclusionOptions, 'size' | 'cells' | 'patch' | 'colour'> {
  const { size } = work;
  const cells = Math.min(OCCLUSION_CELLS, size);
  const grey = normalise(new Uint8Array(size * size * 3).fill(MID_GREY), work);
  return {
    size,
    cells,
    patch: Math.max(1, Math.round((PATCH_CELLS * size) / cells)),
    colour: [grey[0] as number, grey[1] as number, grey[2] as number],
  };
}

/** The first cell of the largest absolute value. */
function strongestCell(values: readonly number[]): number {
  return values.reduce((best, value, cell) => (Math.abs(value) > Math.abs(values[best] as number) ? cell : best), 0);
}

const centreOf = (cell: number, cells: number): { x: number; y: number } => ({
  x: ((cell % cells) + 0.5) / cells,
  y: (Math.floor(cell / cells) + 0.5) / cells,
});

function predictor({ model, outputs, head, size }: ExplanationWork, tensors: NamedTensor[]): Trainer {
  const optimizer = { kind: 'sgd', learningRate: 0, momentum: 0 } as const;
  return createTrainer({ model, outputs, head, optimizer, size, tensors });
}

function scoresOf({ outputs, endpoint }: ExplanationWork, trainer: Trainer): OcclusionOptions['scores'] {
  return (images, count) => {
    const all = trainer.predict(images, count);
    return Array.from({ length: count }, (_, row) =>
      endpointScore(endpoint, all.subarray(row * outputs, (row + 1) * outputs)),
    );
  };
}
