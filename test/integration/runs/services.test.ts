import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StudyEstimate } from '../../../shared/study/study.ts';
import type { RunEvent } from '../../../shared/run/run.ts';
import type { WeightSetSummary } from '../../../shared/study/models.ts';
import { openApp, type App } from '../../../main/app.ts';
import { readSafetensors } from '../../../main/engine/weights/safetensors.ts';
import { readRunConfig, runFiles } from '../../../main/runs/process/run-folder.ts';
import { makeTinyLibrary, TINY_SPEC } from './tiny-library.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

let home: string;
let app: App;
let firstStudy: string;
/** The weights of its run. */
let own: WeightSetSummary;
const events: RunEvent[] = [];

/** Works through the queue. */
async function runAll(): Promise<void> {
  await app.services.queue.start();
  await app.services.queue.idle();
}

beforeAll(async () => {
  home = makeTemporaryFolder('services');
  await makeTinyLibrary(home, 12);
  app = await openApp({ home, mode: 'host', host: 'command line' });
  const { studies, runs } = app.services;
  firstStudy = studies.create({ ...TINY_SPEC, steps: 4, evaluateEverySteps: 2, inits: ['random'] }).studyId;
  const watching = (async () => {
    for await (const event of runs.watch(firstStudy)) {
      events.push(event);
      if (event.type === 'state' && event.run.state === 'succeeded') return;
    }
  })();
  await runAll();
  await watching;
  own = app.services.weights.fromRun({ runId: runs.list(firstStudy)[0]?.id ?? '', name: 'own' });
});
afterAll(async () => {
  await app.close();
});

describe('a study', () => {
  it('is stored with its runs, followed by events, and derives its state from them', async () => {
    const { studies, runs, queue } = app.services;
    const detail = await studies.get(firstStudy);
    expect(detail).toMatchObject({ name: 'tiny study', datasetName: 'Tiny', state: 'finished', synthetic: true });
    expect(detail.runs).toMatchObject({ total: 1, succeeded: 1 });
    expect(detail.headline).toEqual({ kind: 'single', largest: null });
    expect(detail.methods).toContain('CBR-Tiny');
    expect(studies.find('TINY STUDY')).toBe(firstStudy);
    const [run] = runs.list(firstStudy);
    expect(run).toMatchObject({ state: 'succeeded', attempts: 1, result: { steps: 4 } });
    const states = events.flatMap((event) => (event.type === 'state' ? [event.run.state] : []));
    expect(states).toEqual(['queued', 'running', 'succeeded']);
    expect(events.filter((event) => event.type === 'metric').length).toBeGreaterThan(0);
    expect(queue.status()).toMatchObject({ running: [], queued: 0, paused: false });
  });

  it('has its verdict in the list, from its folder while no further run has finished', async () => {
    const { studies } = app.services;
    const listed = async () => (await studies.list()).find(({ id }) => id === firstStudy)?.headline;
    expect(await listed()).toEqual({ kind: 'single', largest: null });
    const file = app.paths.headline(firstStudy);
    const stored = JSON.parse(fs.readFileSync(file, 'utf8')) as { predictions: string; headline: object };
    fs.writeFileSync(file, JSON.stringify({ ...stored, headline: { ...stored.headline, largest: 'stored' } }));
    expect(await listed()).toMatchObject({ largest: 'stored' });
    fs.writeFileSync(file, JSON.stringify({ ...stored, predictions: 'of other runs' }));
    expect(await listed()).toMatchObject({ largest: null });
    expect(JSON.parse(fs.readFileSync(file, 'utf8'))).toEqual(stored);
  });

  it('names the field that cannot be used, and stores nothing then', async () => {
    const { studies } = app.services;
    const before = (await studies.list()).length;
    const attempt = (change: object) => () => studies.create({ ...TINY_SPEC, ...change });
    expect(attempt({ dataset: 'nothing' })).toThrow(/dataset: expected the name or id .* got "nothing"/);
    expect(attempt({ train_sizes: [13] })).toThrow(/train_sizes\[0\]: expected at most the 12 images/);
    expect(attempt({ models: ['inception-v3'] })).toThrow(
      'size: expected at least 75 pixels for Inception-v3, got 32.',
    );
    expect(attempt({ seeds: [0, 0] })).toThrow(/seeds\[1\]: expected each value once/);
    expect(attempt({ inits: [{ transfer: 'none' }] })).toThrow(/inits\[0\]\.weights: expected .* got "none"/);
    expect(await studies.list()).toHaveLength(before);
    expect(fs.readdirSync(app.paths.studies)).toHaveLength(before);
  });
});

it('a study takes another name, in its specification, too', async () => {
  const { studies } = app.services;
  const { name } = await studies.get(firstStudy);
  studies.rename({ id: firstStudy, name: '  Another  ' });
  expect(await studies.get(firstStudy)).toMatchObject({ name: 'Another', spec: { name: 'Another', steps: 4 } });
  expect(() => studies.rename({ id: firstStudy, name: 'x'.repeat(161) })).toThrow('1 to 160 characters');
  studies.rename({ id: firstStudy, name });
});

describe('weights of a finished run', () => {
  it('are copied, and start other runs', async () => {
    const { weights, runs, studies } = app.services;
    const [run] = runs.list(firstStudy);
    expect(own).toMatchObject({ model: 'cbr-tiny', source: 'run', synthetic: true, normalisation: 'imagenet' });
    expect(own.origin).toContain('tiny study');
    expect(() => weights.fromRun({ runId: run?.id ?? '', name: 'OWN' })).toThrow(/already/);

    const second = { ...TINY_SPEC, name: 'second', steps: 2, inits: [{ transfer: own.id }], train_sizes: [4] };
    expect(weights.trainedOn((await studies.get(firstStudy)).datasetId)).toEqual(['own']);
    expect(() => studies.create(second)).toThrow(/inits\[0\]\.weights: .*"own", .* would not be fair/);
    const { studyId } = studies.create({ ...second, acceptSeenWeights: true });
    expect((await studies.get(studyId)).methods).toContain('is not fair');
    expect((await studies.get(studyId)).arms[0]?.id).toBe('cbr-tiny/transfer(own)/4');
    await runAll();
    const [transferred] = runs.list(studyId);
    expect(transferred?.result).toMatchObject({
      trainImages: 4,
      provenance: { 'conv1/kernel': 'copied', 'classifier/kernel': 'random' },
    });
    const values = (file: string): Float32Array | undefined =>
      readSafetensors(file).tensors.find(({ name }) => name === 'conv1/kernel')?.values;
    const initial = values(runFiles(app.paths.run(studyId, transferred?.id ?? '')).initial);
    expect(initial).toEqual(values(runFiles(app.paths.run(firstStudy, run?.id ?? '')).best));
    expect(() => weights.remove(own.id)).toThrow(/"second"/);
  });

  it('are refused where they do not fit, with the first tensor that differs', () => {
    const { studies } = app.services;
    const spec = { ...TINY_SPEC, inits: [{ transfer: 'own' }] };
    expect(() => studies.create({ ...spec, models: ['cbr-small'] })).toThrow(
      /inits\[0\]: .*"conv1\/kernel" to be 7x7x3x32, found 5x5x3x32/,
    );
    expect(() => studies.create({ ...spec, inits: [{ transfusion: 'own', upto: 'block9' }] })).toThrow(/block9/);
    expect(() => studies.create({ ...spec, inits: [{ random: true, freeze: 'conv1' }] })).toThrow(
      /inits\[0\]: Expected a stage of CBR-Tiny in "freeze", got "conv1"/,
    );
  });

  it('bring the preparation of their images with them', async () => {
    const { studies, runs, queue } = app.services;
    queue.pause();
    const inits = ['random', { transfer: 'own' }, { 'mean-var': 'own' }, { gabor: 'own' }];
    const spec = { ...TINY_SPEC, acceptSeenWeights: true, name: 'prepared', normalisation: 'minus-one-to-one', inits };
    const { studyId } = studies.create(spec);
    const seen = runs.list(studyId).map(({ id, initLabel }) => {
      const folder = app.paths.run(studyId, id);
      const { protocol, weights } = readRunConfig(folder);
      // The library can be moved, and the file says nothing about this machine.
      expect(weights?.file).toBe(weights === null ? undefined : app.paths.weightsFile(weights.id));
      expect(fs.readFileSync(runFiles(folder).config, 'utf8')).not.toContain(path.basename(home));
      return [initLabel, protocol.normalisation];
    });
    expect(Object.fromEntries(seen)).toEqual({
      random: 'minus-one-to-one',
      'transfer(own)': 'imagenet',
      'mean-var(own)': 'imagenet',
      'gabor(own)': 'minus-one-to-one',
    });
    expect((await studies.get(studyId)).protocol.normalisation).toBe('minus-one-to-one');
    expect(studies.methods(spec)).toContain(
      'scaled to the range −1 to 1 (random and gabor(own)); pixel values were normalised by the mean and standard deviation of the ImageNet channels (transfer(own) and mean-var(own)).',
    );
    studies.cancel(studyId);
    studies.remove(studyId);
    queue.resume();
  });
});

describe('looking after a study', () => {
  it('takes queued runs out of the queue, puts them back, and cancels them', async () => {
    const { studies, runs, queue } = app.services;
    queue.pause();
    const { studyId } = studies.create({ ...TINY_SPEC, name: 'third' });
    studies.pause(studyId);
    expect((await studies.get(studyId)).state).toBe('paused');
    expect(await studies.resume(studyId)).toBe(2);
    expect(queue.status()).toMatchObject({ paused: true, queued: 2 });
    studies.cancel(studyId);
    expect(runs.list(studyId).map(({ state }) => state)).toEqual(['cancelled', 'cancelled']);
    expect(await studies.resume(studyId)).toBe(0);
    studies.remove(studyId);
    expect(fs.existsSync(app.paths.study(studyId))).toBe(false);
    await expect(studies.get(studyId)).rejects.toThrow(/none/);
    queue.resume();
  });

  it('estimates time, memory and disk by trying it out', async () => {
    const { studies, jobs } = app.services;
    const job = await jobs.ended(studies.estimate(TINY_SPEC).id);
    expect(job.error).toBeNull();
    const estimate = job.result as StudyEstimate;
    expect(estimate.arms.map(({ armId, stepsPerRun }) => [armId, stepsPerRun])).toEqual([
      ['cbr-tiny/random/all', 10],
      ['cbr-tiny/gabor/all', 10],
    ]);
    expect(estimate.arms[0]?.secondsPerStep).toBeGreaterThan(0);
    expect(estimate.totalSeconds).toBeGreaterThan(estimate.cacheSeconds);
    expect(estimate.peakMemoryBytes).toBeGreaterThan(50e6);
    expect(estimate.diskBytes).toBeGreaterThan(2 * 5 * 4 * 1_080_805);
    expect(estimate.warnings.join(' ')).toMatch(/One seed/);
    expect(estimate.storedActivationsBytes).toBe(0);
  });

  it('estimates frozen arms apart: the pooled features of every image are stored', async () => {
    const { studies, jobs } = app.services;
    const inits = ['random', { random: true, freeze: 'block4' }];
    const job = await jobs.ended(studies.estimate({ ...TINY_SPEC, size: 64, inits }).id);
    expect(job.error).toBeNull();
    const { arms, storedActivationsBytes } = job.result as StudyEstimate;
    // 24 images, 256 float32 each.
    expect(storedActivationsBytes).toBe(24 * 256 * 4);
    expect(arms.map(({ armId }) => armId)).toEqual(['cbr-tiny/random/all', 'cbr-tiny/random, frozen to block4/all']);
    for (const { secondsPerStep } of arms) expect(secondsPerStep).toBeGreaterThan(0);
  });
});
