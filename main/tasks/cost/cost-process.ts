/** Times decoding, augmentation and a few training steps of each model in a process of its own. */
import { performance } from 'node:perf_hooks';
import { toErrorShape } from '../../../shared/system/errors.ts';
import { RandomStream } from '../../../shared/system/random.ts';
import { initialise } from '../../engine/inits/initialise.ts';
import { createTrainer } from '../../engine/train/trainer.ts';
import { augmentInto } from '../../images/augment.ts';
import { decodeToSquare } from '../../images/decode.ts';
import { feedingWorkers } from '../../runs/feed/batch-feed.ts';
import {
  calibrationRequestSchema,
  type CalibrationCase,
  type CalibrationMessage,
  type CalibrationRequest,
} from './cost-messages.ts';
import { parentPortOf } from '../../runs/process/process-port.ts';

const LEAST_STEPS = 2;
const MOST_STEPS = 8;
const ENOUGH_SECONDS = 4;

const port = parentPortOf(process);
const send = (message: CalibrationMessage): Promise<void> => port.send(message);
port.onGone(() => process.exit(1));

try {
  // By message and not by argument: arguments of a process can be read by every user of the machine.
  const request = calibrationRequestSchema.parse(await new Promise((resolve) => port.onMessage(resolve)));
  await send(await timeImages(request));
  for (const one of request.cases) await send(timeCase(one, request));
  await send({ type: 'done', peakMemoryBytes: process.resourceUsage().maxRSS * 1024 });
} catch (error) {
  const { code, message, action } = toErrorShape(error);
  await send({ type: 'failed', code, message, action });
}
port.close();
process.exit(0);

async function timeImages({ sampleImages, modality, protocol }: CalibrationRequest): Promise<CalibrationMessage> {
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
      stream: new RandomStream(0, 'calibration', i),
      out,
      offset: 0,
    });
  }
  const images = sampleImages.length;
  return {
    type: 'decoding',
    secondsPerImage: images === 0 ? null : (decoded - started) / 1000 / images,
    augmentSecondsPerImage: (performance.now() - decoded) / 1000 / repeats,
  };
}

function timeCase({ model, freeze }: CalibrationCase, { outputs, protocol }: CalibrationRequest): CalibrationMessage {
  const { size, batch, head, optimizer } = protocol;
  const init = { kind: 'random', ...(freeze === null ? {} : { freeze }) } as const;
  const { tensors, frozenStages } = initialise({ model, outputs, init, seed: 0, pretrained: null });
  const trainer = createTrainer({ model, outputs, head, optimizer, size, tensors, frozenStages });
  try {
    const images = noise(batch * size * size * 3);
    const labels = new Float32Array(batch * outputs).map((_, i) => (i % outputs === 0 ? 1 : 0));
    const stored = trainer.featureShape !== null && !protocol.augmentFrozen;
    const extract = (): Float32Array => trainer.features(images, batch);
    const input = stored ? extract() : images;
    const secondsPerExtraction = stored ? secondsOf(extract) : 0;
    if (stored) trainer.takes = 'features';
    // The first step allocates and compiles.
    trainer.trainStep(input, labels, 1e-6);
    let steps = 0;
    const started = performance.now();
    const seconds = (): number => (performance.now() - started) / 1000;
    while (steps < LEAST_STEPS || (steps < MOST_STEPS && seconds() < ENOUGH_SECONDS)) {
      trainer.trainStep(input, labels, 1e-6);
      steps++;
    }
    const secondsPerStep = seconds() / steps;
    return {
      type: 'case',
      model,
      freeze,
      secondsPerStep,
      secondsPerScoredImage: secondsOf(() => trainer.predict(input, batch)) / batch,
      secondsPerExtractedImage: secondsPerExtraction / batch,
      storedBytesPerImage: stored ? input.byteLength / batch : 0,
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
  const stream = new RandomStream(0, 'calibration');
  return Float32Array.from({ length }, () => stream.between(-2, 2));
}
