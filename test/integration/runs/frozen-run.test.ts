/** Runs with frozen stages: stored activations, without them, and whatever stops such a run. */
import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Init } from '../../../shared/study/models.ts';
import type { Protocol } from '../../../shared/study/protocol.ts';
import type { MetricEvent } from '../../../shared/run/run.ts';
import { createTrainer } from '../../../main/engine/train/trainer.ts';
import { readSafetensors } from '../../../main/engine/weights/safetensors.ts';
import { createBatchFeed } from '../../../main/runs/feed/batch-feed.ts';
import { readRunConfig, runFiles } from '../../../main/runs/process/run-folder.ts';
import { StopSignal } from '../../../main/runs/process/stop-signal.ts';
import { executeRun } from '../../../main/runs/training/training-run.ts';
import { writeTinyDataset, type TinyDataset } from './tiny-dataset.ts';
import { prepareRun, weightDifference, readRunFolder } from './tiny-run.ts';
import type { RunHandle } from '../../../main/runs/executors/executor.ts';
import { atStep, expectSameRun, watchRun, type Act, type Watched } from './watched-run.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const INIT: Init = { kind: 'random', freeze: 'block2' };
let root: string;
let dataset: TinyDataset;
/** The folder of a frozen run that nothing disturbed. */
let whole: string;
let wholeRun: Watched;

const prepare = (runId: string, protocol: Partial<Protocol> = {}, init = INIT): string =>
  prepareRun(root, dataset, runId, protocol, { init });
const storeOf = (folder: string): string[] =>
  [runFiles(folder).features, runFiles(folder).featuresDone].filter((file) => fs.existsSync(file));

beforeAll(async () => {
  root = makeTemporaryFolder('frozen-run');
  dataset = await writeTinyDataset(path.join(root, 'data'));
  whole = prepare('whole');
  wholeRun = await watchRun(whole);
  expect(wholeRun.exit).toEqual({ outcome: 'succeeded', error: null });
});

describe('a frozen run that nothing disturbs', () => {
  it('leaves the frozen tensors as they started and trains the rest', () => {
    const { result } = readRunFolder(whole);
    expect(result?.frozenStages).toEqual(['block1', 'block2']);
    expect(result?.trainableParameters).toBeLessThan(result?.parameters as number);
    const before = readSafetensors(runFiles(whole).initial).tensors;
    const after = new Map(readSafetensors(runFiles(whole).best).tensors.map(({ name, values }) => [name, values]));
    const same = before.filter(({ name, values }) => after.get(name)?.every((value, i) => value === values[i]));
    expect(same.map(({ name }) => name).filter((name) => /(conv|bn)[12]\//.test(name))).toHaveLength(10);
    expect(same.some(({ name }) => /(conv|bn)[34]\//.test(name))).toBe(false);
  });

  it('evaluates the frozen stages once for each image, and removes what it stored', () => {
    const extracted = wholeRun.news.filter((one) => one.type === 'progress' && one.progress.phase === 'extracting');
    expect(extracted.at(-1)).toMatchObject({ progress: { done: 32, total: 32 } });
    expect(wholeRun.log.some(({ message }) => message.includes('evaluated once for 32 images'))).toBe(true);
    expect(storeOf(whole)).toEqual([]);
  });
});

describe('stopping and continuing', () => {
  it('pauses with the store in place and continues to the same end, to the bit', async () => {
    const folder = prepare('paused');
    const paused = await watchRun(
      folder,
      1,
      atStep(5, (handle) => handle.send({ type: 'pause' })),
    );
    expect(paused.exit.outcome).toBe('paused');
    expect(storeOf(folder)).toHaveLength(2);
    const resumed = await watchRun(folder, 2);
    expect(resumed.exit.outcome).toBe('succeeded');
    expect(resumed.log.some(({ message }) => message.includes('evaluated once'))).toBe(false);
    expectSameRun(folder, whole);
    expect(storeOf(folder)).toEqual([]);
  });

  const kill = (handle: RunHandle): void => handle.kill();
  it.each<[string, Act]>([
    [
      'while activations are made',
      {
        at: { during: 'extracting', done: 2 },
        isThere: (message) => message.type === 'progress' && message.progress.phase === 'extracting',
        act: kill,
      },
    ],
    ['in training', atStep(7, kill)],
  ])('survives kill -9 %s', async (_, act) => {
    const folder = prepare(`killed-${act.at.during}`);
    const first = await watchRun(folder, 1, act);
    expect(first.exit.outcome).toBe('interrupted');
    expect((await watchRun(folder, 2)).exit).toEqual({ outcome: 'succeeded', error: null });
    expectSameRun(folder, whole);
  });

  it('makes lost activations again', async () => {
    const folder = prepare('lost');
    const stop = new StopSignal();
    const first = runHere(folder, { onMetric: ({ step }) => step === 4 && stop.request('pause'), stop });
    await expect(first).rejects.toThrow('Stopped: pause');
    fs.truncateSync(runFiles(folder).features, 100);
    const log = await runHere(folder);
    expect(log.some((text) => text.includes('evaluated once for 32 images'))).toBe(true);
    expectSameRun(folder, whole);
  });

  it('a cancelled run leaves no store', async () => {
    const folder = prepare('cancelled');
    const { exit } = await watchRun(
      folder,
      1,
      atStep(2, (handle) => handle.send({ type: 'cancel' })),
    );
    expect(exit.outcome).toBe('cancelled');
    expect(storeOf(folder)).toEqual([]);
  });
});

describe('without a store', () => {
  it('little disk: evaluates the frozen stages at each step, says so, and finds the same', async () => {
    const folder = prepare('little-disk');
    const log = await runHere(folder, { freeDiskBytes: () => 50e6 });
    expect(log.some((text) => text.includes('evaluated at each step instead'))).toBe(true);
    expect(storeOf(folder)).toEqual([]);
    expect(weightDifference(runFiles(folder).best, runFiles(whole).best)).toBeLessThan(1e-4);
    const [mine, other] = [folder, whole].map((run) => readRunFolder(run).predictions ?? []);
    mine?.forEach(({ probabilities }, i) =>
      probabilities.forEach((p, k) => expect(p).toBeCloseTo(other?.[i]?.probabilities[k] as number, 4)),
    );
  });

  it('augmented frozen runs see other images at each step', async () => {
    const folder = prepare('augmented', { augmentFrozen: true });
    const log = await runHere(folder);
    expect(log.filter((text) => text.includes('evaluated'))).toEqual([]);
    expect(weightDifference(runFiles(folder).best, runFiles(whole).best)).toBeGreaterThan(1e-4);
    expect(readRunFolder(folder).result?.frozenStages).toEqual(['block1', 'block2']);
  });

  it('with all stages frozen only the classifier is trained', async () => {
    const folder = prepare('all-frozen', {}, { kind: 'random', freeze: 'block4' });
    await runHere(folder);
    // Pooled features and five outputs: kernel and bias.
    expect(readRunFolder(folder).result?.trainableParameters).toBe(256 * 5 + 5);
  });
});

interface Here {
  freeDiskBytes?: () => number;
  onMetric?: (event: MetricEvent) => unknown;
  stop?: StopSignal;
}

/** Runs a folder in this thread; returns what it logged. */
async function runHere(folder: string, here: Here = {}): Promise<string[]> {
  const config = readRunConfig(folder);
  const { protocol, modality, cacheFolder, seed } = config;
  const { manifest } = dataset;
  const feed = createBatchFeed({ ...protocol, manifest, cacheFolder, modality, seed, workers: 1 });
  const log: string[] = [];
  const report = {
    progress: () => undefined,
    metric: (event: MetricEvent) => void here.onMetric?.(event),
    log: (_: string, message: string) => void log.push(message),
  };
  const { stop = new StopSignal(), freeDiskBytes = () => Infinity } = here;
  const now = (): number => performance.now() / 1000;
  const files = runFiles(folder);
  const context = {
    files,
    config,
    manifest,
    attempt: 1,
    feed,
    stop,
    report,
    openTrainer: createTrainer,
    freeDiskBytes,
    now,
  };
  try {
    await executeRun(context, { versions: {}, device: 'test' });
  } finally {
    await feed.close();
  }
  return log;
}
