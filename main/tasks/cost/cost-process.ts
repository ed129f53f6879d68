/** Times decoding, augmentation and a few training steps of each model in a process of its own. */
import { performance } from 'node:perf_hooks';
import { RandomStream } from '../../../shared/system/random.ts';
import { initialise } from '../../engine/inits/initialise.ts';
import { loadTensorFlow } from '../../engine/tf.ts';
import { createTrainer } from '../../engine/train/trainer.ts';
import { augmentInto } from '../../images/augment.ts';
import { decodeToSquare } from '../../images/decode.ts';
import { feedingWorkers } from '../../runs/feed/batch-feed.ts';
import { serveTask } from '../serve-task.ts';
import {
  costWorkSchema,
  type CaseCost,
  type CostFound,
  type CostWork,
  type ImageCost,
  type MeasuredCase,
} from './cost-measurement.ts';
import type { TaskStep } from '../run-task.ts';

const LEAST_STEPS = 2;
const MOST_STEPS = 8;
const ENOUGH_SECONDS = 4;

await serveTask(costWorkSchema, async function* (work): AsyncGenerator<TaskStep<CostFound>, void, undefined> {
  const total = work.cases.length + 1;
  yield { found: await timeImages(work) };
  yield { done: 1, total };
  for (const [index, one] of work.cases.entries()) {
    yield { found: { case: one, cost: timeCase(one, work) } };
    yield { done: index + 2, total };
  }
  yield { found: { peakMemoryBytes: process.resourceUsage().maxRSS * 1024, device: loadTensorFlow().device } };
});

async function timeImages({ sampleImages, modality, protocol }: CostWork): Promise<ImageCost> {
  const { size } = protocol;
  const lanes = 2 * feedingWorkers();
  const started = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      while (next < sampleImages.length) await decodeToSquare(sampleImages[next++] as string, { size, modality });
    }),
  );
  const decoded = performance.now();
  const values = size * size * 3;
  const pixels = new Uint8Array(values).map((_, i) => i % 256);
  const out = new Float32Array(values);
  const repeats = 4;
  for (let i = 0; i < repeats; i++) {
    augmentInto({
      pixels,
      size,
      augmentation: protocol.augmentation,
      normalisation: protocol.normalisation,
      stream: new RandomStream(0, 'cost', i),
      out,
      offset: 0,
    });
  }
  const images = sampleImages.length;
  return {
    decodeSecondsPerImage: images === 0 ? null : (decoded - started) / 1000 / images,
    augmentSecondsPerImage: (performance.now() - decoded) / 1000 / repeats,
  };
}

function timeCase({ model, freeze }: MeasuredCase, { outputs, protocol }: CostWork): CaseCost {
  const { size, batch, head, optimizer } = protocol;
  const init = { kind: 'random', ...(freeze === null ? {} : { freeze }) } as const;
  const { tensors, frozenStages } = initialise({ model, outputs, init, seed: 0, pretrained: null });
  const trainer = createTrainer({ model, outputs, head, optimizer, size, tensors, frozenStages });
  try {
    const images = noise(batch * size * size * 3);
    const labels = new Float32Array(batch * outputs).map((_, i) => (i % outputs === 0 ? 1 : 0));
    const frozen = protocol.augmentFrozen ? null : trainer.frozen;
    const input = frozen?.features(images, batch) ?? images;
    const secondsPerExtraction = frozen === null ? 0 : secondsOf(() => frozen.features(images, batch));
    const learner = frozen?.onFeatures ?? trainer;
    // The first step allocates and compiles.
    learner.trainStep(input, labels, 1e-6);
    let steps = 0;
    const started = performance.now();
    const seconds = (): number => (performance.now() - started) / 1000;
    while (steps < LEAST_STEPS || (steps < MOST_STEPS && seconds() < ENOUGH_SECONDS)) {
      learner.trainStep(input, labels, 1e-6);
      steps++;
    }
    const secondsPerStep = seconds() / steps;
    return {
      secondsPerStep,
      secondsPerScoredImage: secondsOf(() => learner.predict(input, batch)) / batch,
      secondsPerExtractedImage: secondsPerExtraction / batch,
      storedBytesPerImage: frozen === null ? 0 : input.byteLength / batch,
    };
  } finally {
    trainer.dispose();
  }
}

function secondsOf(work: () => unknown): number {
  const started = performance.now();
  work();
  return (performance.now() - started) / 1000;
}

function noise(length: number): Float32Array {
  const stream = new RandomStream(0, 'cost');
  return Float32Array.from({ length }, () => stream.between(-2, 2));
}
