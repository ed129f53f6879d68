import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { MetricEvent, RunNews } from '../../../shared/run/run.ts';
import { readMetrics, runFiles } from '../../../main/runs/process/run-folder.ts';
import { writeTinyDataset, type TinyDataset } from './tiny-dataset.ts';
import { prepareRun, readRunFolder } from './tiny-run.ts';
import { atStep, expectSameRun, watchRun, withoutTimes } from './watched-run.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

let root: string;
let dataset: TinyDataset;
/** The folder of a run without any option. */
let whole: string;

beforeAll(async () => {
  root = makeTemporaryFolder('run-options');
  dataset = await writeTinyDataset(path.join(root, 'data'));
  whole = prepareRun(root, dataset, 'whole');
  await watchRun(whole);
});

describe('images', () => {
  it('are decoded once: no later epoch, and no later run, decodes any', async () => {
    const { result, events } = readRunFolder(whole);
    expect(result?.timing).toMatchObject({
      decodedImages: dataset.manifest.images.length,
      decodeMs: expect.any(Number) as number,
      augmentMs: expect.any(Number) as number,
    });
    const decoded = events.flatMap((event) => (event.type === 'step' ? [event.decodedImages] : []));
    expect(decoded).toEqual([dataset.manifest.images.length, ...new Array<number>(11).fill(0)]);
    const second = prepareRun(root, dataset, 'second', { steps: 2 });
    await watchRun(second);
    expect(readRunFolder(second).result?.timing).toMatchObject({ decodedImages: 0, decodeMs: null });
  });
});

describe('early stopping', () => {
  // No AUC is above the first one by 0.5: the third evaluation is the second without an improvement.
  const rule = { earlyStopping: { patience: 2, minDelta: 0.5 }, steps: 40 };
  const progressed: RunNews[] = [];
  let stopped: string;
  beforeAll(async () => {
    stopped = prepareRun(root, dataset, 'stopped', rule);
    progressed.push(...(await watchRun(stopped)).news);
  });

  it('ends training at the evaluation that exhausts its patience, and says so', () => {
    const { result, events } = readRunFolder(stopped);
    expect(result).toMatchObject({ steps: 12, stoppedEarly: { plannedSteps: 40 } });
    expect(events.at(-1)).toMatchObject({ type: 'evaluation', step: 12 });
    expect(readRunFolder(whole).result?.stoppedEarly).toBeNull();
    const phases = progressed.flatMap((one) => (one.type === 'progress' ? [one.progress] : []));
    for (const { phase, atMost } of phases)
      expect(atMost === true).toBe(phase === 'training' || phase === 'evaluating');
  });

  it('trains as without it until then', () => {
    const before = ({ step }: MetricEvent): boolean => step <= 12;
    expect(withoutTimes(readMetrics(stopped).filter(before))).toEqual(withoutTimes(readMetrics(whole).filter(before)));
  });

  it.each([
    ['paused', 9, 'pause'],
    ['killed', 10, 'kill'],
  ] as const)('ends at the same step after it was %s', async (name, step, how) => {
    const folder = prepareRun(root, dataset, `stopped-${name}`, rule);
    await watchRun(
      folder,
      1,
      atStep(step, (handle) => (how === 'kill' ? handle.kill() : handle.send({ type: 'pause' }))),
    );
    expect((await watchRun(folder, 2)).exit.outcome).toBe('succeeded');
    expectSameRun(folder, stopped);
  });

  it('does not train on when it is ended between the last evaluation and the test', async () => {
    const folder = path.join(root, 'studies', 's', 'runs', 'stopped-copy');
    fs.cpSync(stopped, folder, { recursive: true });
    fs.rmSync(runFiles(folder).result);
    fs.rmSync(runFiles(folder).predictions);
    expect((await watchRun(folder, 2)).exit.outcome).toBe('succeeded');
    expectSameRun(folder, stopped);
  });
});

describe('class weights', () => {
  it('are those of the training labels, and change what is learned', async () => {
    const folder = prepareRun(root, dataset, 'balanced', { classWeights: 'balanced', steps: 4 });
    expect((await watchRun(folder)).exit.outcome).toBe('succeeded');
    const { result, events } = readRunFolder(folder);
    const train = dataset.manifest.images.filter(({ split }) => split === 'train');
    [0, 1, 2, 3, 4].forEach((output) => {
      const positives = train.filter(({ labels }) => labels[output] === 1).length;
      expect(result?.classWeights?.positive[output]).toBeCloseTo(16 / (2 * positives), 12);
      expect(result?.classWeights?.negative?.[output]).toBeCloseTo(16 / (2 * (16 - positives)), 12);
    });
    const loss = (list: MetricEvent[]): number | undefined => list[0]?.loss;
    expect(loss(events)).not.toBe(loss(readMetrics(whole)));
  });

  it('say which class the training images lack', async () => {
    const folder = prepareRun(root, dataset, 'lacking', { classWeights: 'balanced', steps: 1 }, { trainSize: 4 });
    const { log } = await watchRun(folder);
    const warnings = log.filter(({ level }) => level === 'warning');
    expect(warnings.map(({ message }) => message).join()).toMatch(/Class weights: no image with "grade \d"/);
  });
});
