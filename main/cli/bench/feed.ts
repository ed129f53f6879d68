/** `bench feed`: how fast images are decoded and augmented, and how long a training step waits for its batch. */
import { formatNumber } from '../../../shared/words/numbers.ts';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Option, type Command } from 'commander';
import { MODEL_IDS } from '../../../shared/study/models.ts';
import { PROTOCOLS } from '../../../shared/study/protocol.ts';
import { writePhantoms } from '../../phantoms/write-phantoms.ts';
import { initialise } from '../../engine/inits/initialise.ts';
import type { Workload } from '../../engine/train/benchmark.ts';
import { createTrainer } from '../../engine/train/trainer.ts';
import {
  createBatchFeed,
  prefetch,
  type BatchFeed,
  type BatchRequest,
  type FeedOptions,
} from '../../runs/feed/batch-feed.ts';
import type { CliContext } from '../context.ts';
import { wholeNumber } from '../output/whole-number.ts';

interface FeedBenchOptions extends Workload {
  patients: number;
  source: number;
}

interface FeedTimes {
  images: number;
  decodePerSecond: number;
  augmentPerSecond: number;
  stepMs: number;
  waitMs: number;
}

const OUTPUTS = 5;
const SEED = 0;

export function registerFeedBench(bench: Command, context: CliContext): void {
  bench
    .command('feed')
    .description('time the preparation of images (synthetic photographs of 800 px), alone and beside training steps')
    .addOption(new Option('--model <model>', 'model to train').choices(MODEL_IDS).default('cbr-tiny'))
    .option('--size <px>', 'image side in pixels', wholeNumber(16, 1024), 224)
    .option('--batch <images>', 'images a step', wholeNumber(1, 512), 8)
    .option('--steps <count>', 'steps that are timed', wholeNumber(1, 10_000), 10)
    .option('--patients <count>', 'synthetic patients, two photographs each', wholeNumber(4, 10_000), 16)
    .option('--source <px>', 'height of the photographs on disk', wholeNumber(64, 4096), 800)
    .action((options: FeedBenchOptions) => runFeedBench(options, context));
}

async function runFeedBench(options: FeedBenchOptions, { out, signal }: CliContext): Promise<void> {
  const { model, size, batch, patients, source } = options;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'transfusion-feed-'));
  try {
    const photographs = path.join(folder, 'photographs');
    await writePhantoms({ kind: 'fundus', out: photographs, patients, size: source, seed: SEED, signal });
    const { augmentation, normalisation } = PROTOCOLS.retina;
    const manifest = manifestOf(photographs);
    const cacheFolder = path.join(folder, 'cache');
    const setup = { manifest, batch, size, cacheFolder, modality: 'fundus', augmentation, normalisation } as const;
    const feed = createBatchFeed({ ...setup, seed: SEED });
    try {
      const { images, decodePerSecond, augmentPerSecond, stepMs, waitMs } = await timeFeed(feed, manifest, options);
      const waitPercent = (100 * waitMs) / (stepMs + waitMs);
      const document = {
        ...{ model, size, batch, source, images },
        decode_per_second: decodePerSecond,
        augment_per_second: augmentPerSecond,
        step_ms: stepMs,
        wait_ms: waitMs,
        wait_percent: waitPercent,
      };
      out.result(document, () =>
        [
          `One feeding thread: ${formatNumber(decodePerSecond, 1)} images/s decoded (${source} px to ${size} px), ${formatNumber(augmentPerSecond, 1)} images/s augmented.`,
          `${model}, batch ${batch}: a step takes ${formatNumber(stepMs, 1)} ms, and waited ${formatNumber(waitMs, 2)} ms (${formatNumber(waitPercent, 2)} %) for its batch.`,
        ].join('\n'),
      );
    } finally {
      await feed.close();
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** Decodes every image, fills batches with nothing beside, then trains on batches that are prepared meanwhile. */
async function timeFeed(
  feed: BatchFeed,
  manifest: FeedOptions['manifest'],
  options: FeedBenchOptions,
): Promise<FeedTimes> {
  const { model, size, batch, steps } = options;
  await Promise.all(manifest.images.map((_, image) => feed.decode(image)));
  const decoded = feed.work();
  const request = (step: number): BatchRequest => ({
    images: Array.from({ length: batch }, (_, i) => (step * batch + i) % manifest.images.length),
    epoch: step,
  });
  for (let step = 0; step < steps; step++) (await feed.prepare(request(step))).release();
  const augmented = feed.work();

  const init = { kind: 'random' } as const;
  const { tensors } = initialise({ model, outputs: OUTPUTS, init, seed: SEED, pretrained: null });
  const { optimizer } = PROTOCOLS.retina;
  const trainer = createTrainer({ model, outputs: OUTPUTS, head: 'sigmoid', optimizer, size, tensors });
  const labels = new Float32Array(batch * OUTPUTS).map((_, i) => i % 2);
  const requests = Array.from({ length: steps + 1 }, (_, step) => request(step));
  let [done, waited, trained] = [0, 0, 0];
  try {
    let asked = performance.now();
    for await (const { images } of prefetch(feed, requests)) {
      const started = performance.now();
      trainer.trainStep(images, labels, optimizer.learningRate);
      const ended = performance.now();
      // The first step builds the kernels.
      if (done++ > 0) {
        waited += started - asked;
        trained += ended - started;
      }
      // As in a run: messages of the feeding threads are read between steps.
      await new Promise((resolve) => setImmediate(resolve));
      asked = performance.now();
    }
  } finally {
    trainer.dispose();
  }
  return {
    images: manifest.images.length,
    decodePerSecond: decoded.decodedImages / decoded.decodeSeconds,
    augmentPerSecond: augmented.augmentedImages / augmented.augmentSeconds,
    stepMs: trained / steps,
    waitMs: waited / steps,
  };
}

function manifestOf(folder: string): FeedOptions['manifest'] {
  const files = fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(jpe?g|png)$/i.test(name))
    .map((name) => path.join(folder, name));
  const hashOf = (file: string) => createHash('sha256').update(fs.readFileSync(file)).digest('hex');
  return { images: files.map((file) => ({ path: file, sha256: hashOf(file) })) };
}
