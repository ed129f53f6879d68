import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readAttempt, runFiles } from '../../../main/runs/process/run-folder.ts';
import { readSafetensors } from '../../../main/engine/weights/safetensors.ts';
import { writeTinyDataset, type TinyDataset } from './tiny-dataset.ts';
import { prepareRun, weightDifference, readRunFolder } from './tiny-run.ts';
import { atStep, expectSameRun, watchRun, type Watched } from './watched-run.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

let root: string;
let dataset: TinyDataset;
/** The folder of a run that nothing disturbed. */
let whole: string;

const run = watchRun;
const expectLikeWhole = (folder: string): void => expectSameRun(folder, whole);

beforeAll(async () => {
  root = makeTemporaryFolder('run-process');
  dataset = await writeTinyDataset(path.join(root, 'data'));
  whole = prepareRun(root, dataset, 'whole');
  const { exit } = await run(whole);
  expect(exit).toEqual({ outcome: 'succeeded', error: null });
});

describe('a run that nothing disturbs', () => {
  it('leaves every file of a run folder, and one prediction per validation and test image', () => {
    const { result, predictions, events, config } = readRunFolder(whole);
    expect(result).toMatchObject({ steps: 12, stepsPerEpoch: 4, trainImages: 16, attempts: 1, skippedImages: 0 });
    expect(result?.versions.tensorflow).toMatch(/^\d+\.\d+/);
    expect(result?.peakMemoryBytes).toBeGreaterThan(50e6);
    const wanted = dataset.manifest.images.filter(({ split }) => split !== 'train');
    expect(predictions?.map(({ imageId }) => imageId)).toEqual(wanted.map(({ id }) => id));
    for (const [row, prediction] of (predictions ?? []).entries()) {
      expect(prediction.labels).toEqual(wanted[row]?.labels);
      for (const p of prediction.probabilities) expect(p).toBe(Math.fround(p));
    }
    const evaluations = events.filter((event) => event.type === 'evaluation');
    expect(evaluations.map(({ step }) => step)).toEqual([4, 8, 12]);
    const best = evaluations.filter(({ best }) => best).at(-1);
    expect(result?.bestStep).toBe(best?.step);
    expect(Object.keys(evaluations[0]?.auc ?? {})).toEqual(config.endpoints.map(({ id }) => id));
    expect(readSafetensors(runFiles(whole).initial).metadata.step).toBe('0');
    expect(weightDifference(runFiles(whole).initial, runFiles(whole).best)).toBeGreaterThan(0);
  });

  it('does nothing when it is started again', async () => {
    const before = fs.statSync(runFiles(whole).result).mtimeMs;
    const { exit, news } = await run(whole, 2);
    expect(exit.outcome).toBe('succeeded');
    expect(news).toEqual([]);
    expect(fs.statSync(runFiles(whole).result).mtimeMs).toBe(before);
  });
});

describe('stopping and continuing', () => {
  it('pauses after a checkpoint and continues to the same end', async () => {
    const folder = prepareRun(root, dataset, 'paused');
    const paused = await run(
      folder,
      1,
      atStep(5, (handle) => handle.send({ type: 'pause' })),
    );
    expect(paused.exit).toEqual({ outcome: 'paused', error: null });
    expect(fs.existsSync(runFiles(folder).result)).toBe(false);
    const { exit } = await run(folder, 2);
    expect(exit.outcome).toBe('succeeded');
    expectLikeWhole(folder);
    expect(readRunFolder(folder).result?.attempts).toBe(2);
  });

  it('cancels between two steps and leaves no result', async () => {
    const folder = prepareRun(root, dataset, 'cancelled');
    const { exit, news } = await run(
      folder,
      1,
      atStep(2, (handle) => handle.send({ type: 'cancel' })),
    );
    expect(exit.outcome).toBe('cancelled');
    const steps = news.flatMap((one) => (one.type === 'metric' ? [one.metric.step] : []));
    // The message comes while the third step waits, or just before that.
    expect([2, 3]).toContain(steps.length);
    expect(steps).toEqual(steps.map((_, i) => i + 1));
    expect(fs.existsSync(runFiles(folder).result)).toBe(false);
  });

  it.each([
    ['before the first checkpoint', 1],
    ['in the middle of training', 7],
  ])('survives kill -9 %s', async (_, step) => {
    const folder = prepareRun(root, dataset, `killed-${step}`);
    const killed = await run(
      folder,
      1,
      atStep(step, (handle) => handle.kill()),
    );
    expect(killed.exit.outcome).toBe('interrupted');
    expect(killed.exit.error?.message).toContain('SIGKILL');
    expect(killed.exit.error?.action).toContain('resume');
    // As if the process had died in the middle of writing a line.
    fs.appendFileSync(runFiles(folder).metrics, '{"type":"step","st');
    const { exit } = await run(folder, 2);
    expect(exit.outcome).toBe('succeeded');
    expectLikeWhole(folder);
  });

  it('survives an end during the test, and between a checkpoint and its best weights', async () => {
    const folder = path.join(root, 'studies', 's', 'runs', 'whole-copy');
    fs.cpSync(whole, folder, { recursive: true });
    const files = runFiles(folder);
    const best = readSafetensors(files.best).metadata.step;
    fs.rmSync(files.result);
    fs.rmSync(files.predictions);
    // The last evaluation was the best one: its checkpoint is there, its weights are not.
    if (best === '12') fs.rmSync(files.best);
    const { exit } = await run(folder, 2);
    expect(exit.outcome).toBe('succeeded');
    expectLikeWhole(folder);
  });

  it('refuses to work on a run that another process works on', async () => {
    const folder = prepareRun(root, dataset, 'twice');
    let second: Promise<Watched> | undefined;
    const attempts: ReturnType<typeof readAttempt>[] = [];
    const first = await run(
      folder,
      1,
      atStep(1, (handle) => {
        attempts.push(readAttempt(folder));
        second = run(folder, 2).finally(() => {
          attempts.push(readAttempt(folder));
          handle.send({ type: 'cancel' });
        });
      }),
    );
    expect((await second)?.exit).toMatchObject({ outcome: 'failed', error: { code: 'conflict' } });
    expect(attempts).toEqual([expect.objectContaining({ attempt: 1 }), attempts[0]]);
    expect(first.exit.outcome).toBe('cancelled');
  });
});

describe('what can go wrong', () => {
  it('says when training diverges', async () => {
    const folder = prepareRun(root, dataset, 'diverged', {
      optimizer: { kind: 'sgd', learningRate: 1e30, momentum: 0.9 },
    });
    const { exit } = await run(folder);
    expect(exit.outcome).toBe('failed');
    expect(exit.error?.code).toBe('run-failed');
    expect(exit.error?.action).toMatch(/learning rate/i);
  });

  it('says how many images are gone or changed, without naming one', async () => {
    const other = await writeTinyDataset(path.join(root, 'other'), 8);
    const [gone, changed] = other.manifest.images;
    fs.rmSync(gone?.path as string);
    fs.copyFileSync(other.manifest.images[2]?.path as string, changed?.path as string);
    const folder = prepareRun(path.join(root, 'other-home'), other, 'lost');
    const { exit } = await run(folder);
    expect(exit.outcome).toBe('failed');
    expect(exit.error?.message).toContain('1 cannot be read any more and 1 changed since the import');
    expect(JSON.stringify(exit.error)).not.toContain(root);
  });

  it('takes no part of an image that cannot be decoded', async () => {
    const other = await writeTinyDataset(path.join(root, 'broken'), 8);
    const [first] = other.manifest.images;
    const text = 'not an image';
    fs.writeFileSync(first?.path as string, text);
    const { createHash } = await import('node:crypto');
    if (first !== undefined) first.sha256 = createHash('sha256').update(text).digest('hex');
    fs.writeFileSync(other.manifestFile, JSON.stringify(other.manifest));
    const folder = prepareRun(path.join(root, 'broken-home'), other, 'broken', { steps: 2 });
    const { exit, log } = await run(folder);
    expect(exit.outcome).toBe('succeeded');
    expect(readRunFolder(folder).result).toMatchObject({ skippedImages: 1, trainImages: 7 });
    expect(log.some(({ level }) => level === 'warning')).toBe(true);
  });
});
