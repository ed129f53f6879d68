/** Representations of a small study's networks: the job, the file, the tables; and what stops it. */
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  similarityFileSchema,
  type SimilarityRequest,
  type StudySimilarity,
} from '../../../shared/similarity/similarity.ts';
import type { Job } from '../../../shared/system/system.ts';
import { openApp, type App } from '../../../main/app.ts';
import { makeTinyLibrary, TINY_SPEC } from './tiny-library.ts';
import { stuckChildren } from '../../support/stuck-child.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

let home: string;
let app: App;
let studyId: string;
let computed: StudySimilarity;
let isStuck = false;

const SETTINGS = { patches: 400, neurons: 12, repeats: 2 };

async function compute(request: Partial<SimilarityRequest> = {}): Promise<Job> {
  const { representations, jobs } = app.services;
  return jobs.ended(representations.compute({ studyId, settings: SETTINGS, ...request }).id);
}

beforeAll(async () => {
  home = makeTemporaryFolder('similarity');
  await makeTinyLibrary(home, 24);
  app = await openApp({ home, mode: 'host', host: 'command line', startChild: stuckChildren(() => isStuck) });
  const { studies, queue } = app.services;
  const spec = { ...TINY_SPEC, steps: 2, evaluateEverySteps: 2, seeds: [0, 1] };
  studyId = studies.create(spec).studyId;
  await queue.start();
  await queue.idle();
  const job = await compute();
  expect(job.error).toBeNull();
  computed = job.result as StudySimilarity;
});
afterAll(async () => {
  await app.close();
});

describe('the similarities of a study', () => {
  it('compare every run with its start, stage by stage', () => {
    expect(computed.images).toBe(12);
    expect(computed.models[0]?.stages.map(({ stage }) => stage)).toEqual(['block1', 'block2', 'block3', 'block4']);
    expect(computed.beforeAfter.map(({ armId }) => armId)).toEqual(['cbr-tiny/random/all', 'cbr-tiny/gabor/all']);
    for (const { stages } of computed.beforeAfter) {
      for (const { mean, low, high, sd, pairs } of stages) {
        expect(pairs).toBe(2);
        expect(mean).toBeGreaterThan(0.3);
        expect(low as number).toBeLessThanOrEqual(mean);
        expect(high as number).toBeGreaterThanOrEqual(mean);
        expect(sd).not.toBeNull();
      }
    }
  });

  it('compare seeds, and initialisations beside the random baseline', () => {
    const [random, gabor] = computed.seeds;
    expect(random).toMatchObject({ armId: 'cbr-tiny/random/all', top: { pairs: 1, sd: null } });
    expect(gabor?.armId).toBe('cbr-tiny/gabor/all');
    // All Gabor networks start with the same first layer, random ones with none in common.
    expect(gabor?.stages[0]?.mean as number).toBeGreaterThan(random?.stages[0]?.mean as number);
    expect(computed.inits).toHaveLength(1);
    expect(computed.inits[0]).toMatchObject({
      armA: 'cbr-tiny/random/all',
      armB: 'cbr-tiny/gabor/all',
      top: { pairs: 4 },
      baseline: { armId: 'cbr-tiny/random/all', top: random?.top },
    });
  });

  it('set the similarity at the start against that after training', () => {
    const [row] = computed.initialVsFinal;
    const [first] = row?.stages ?? [];
    expect(first?.points).toHaveLength(1 + 1 + 4);
    // One pair of each arm with itself, four of both arms; Gabor networks share their first layer.
    expect(first?.correlations.map(({ pairs }) => pairs)).toEqual([1, 0, 4]);
    expect(first?.correlations[1]?.why).toContain('same weights');
    const gaborPairs = first?.points.filter(({ armA, armB }) => armA === armB && armA.includes('gabor')) ?? [];
    for (const { initial } of gaborPairs) expect(initial).toBeGreaterThan(0.99);
  });

  it('are kept, the same to the last digit when computed again, and not computed twice', async () => {
    const { representations } = app.services;
    expect(representations.similarity(studyId, 'cca')).toEqual(computed);
    const file = app.paths.similarity(studyId, 'cca');
    const before = similarityFileSchema.parse(JSON.parse(fs.readFileSync(file, 'utf8')));
    const unchanged = await compute();
    expect(unchanged).toMatchObject({ state: 'succeeded', result: { computedAt: computed.computedAt } });
    fs.writeFileSync(file, 'damaged');
    expect(representations.similarity(studyId, 'cca')).toBeNull();
    expect((await compute()).state).toBe('succeeded');
    const after = similarityFileSchema.parse(JSON.parse(fs.readFileSync(file, 'utf8')));
    expect(after).toEqual({ ...before, computedAt: after.computedAt });
  });

  it('grow by what was not asked for before', async () => {
    const request = {
      kinds: ['before-after' as const],
      settings: { ...SETTINGS, method: 'svcca' as const, repeats: 1 },
    };
    const few = (await compute(request)).result as StudySimilarity;
    expect([few.beforeAfter.length, few.seeds.length, few.inits.length]).toEqual([2, 0, 0]);
    expect(few.beforeAfter[0]?.stages[0]).toMatchObject({ low: null, high: null });
    const more = (await compute({ ...request, kinds: ['seeds'] })).result as StudySimilarity;
    expect([more.beforeAfter.length, more.seeds.length, more.inits.length]).toEqual([2, 2, 0]);
    expect(more.beforeAfter).toEqual(few.beforeAfter);
  });

  it('are not computed twice at once, and stop when cancelled without leaving anything', async () => {
    const { representations, jobs } = app.services;
    const before = {
      files: fs.readdirSync(app.paths.study(studyId)),
      kept: representations.similarity(studyId, 'cca'),
    };
    isStuck = true;
    const { id } = representations.compute({ studyId, settings: SETTINGS, again: true });
    expect(() => representations.compute({ studyId, settings: SETTINGS })).toThrow('being computed already');
    await expect.poll(() => fs.readdirSync(app.paths.study(studyId)).length).toBe(before.files.length + 1);
    jobs.cancel(id);
    isStuck = false;
    expect((await jobs.ended(id)).state).toBe('cancelled');
    expect(fs.readdirSync(app.paths.study(studyId))).toEqual(before.files);
    expect(representations.similarity(studyId, 'cca')).toEqual(before.kept);
  });

  it('say what is missing', async () => {
    const { studies, representations } = app.services;
    const empty = studies.create({ ...TINY_SPEC, name: 'nothing finished' }).studyId;
    expect(() => representations.compute({ studyId: empty })).toThrow('Expected finished runs to compare, found 0');
    expect(() => representations.compute({ studyId: 'none' })).toThrow('found none with this id');
    const weights = path.join(app.paths.run(studyId, app.services.runs.list(studyId)[0]?.id ?? ''), 'best.safetensors');
    const bytes = fs.readFileSync(weights);
    fs.writeFileSync(weights, bytes.subarray(0, 1000));
    const job = await compute({ again: true });
    fs.writeFileSync(weights, bytes);
    expect(job).toMatchObject({ state: 'failed', error: { code: 'bad-input' } });
    expect(job.error?.message).toContain('damaged');
  });
});

describe('the weights of a study', () => {
  it('tell how far each layer moved, and how they are spread', async () => {
    const { weightAnalysis, runs } = app.services;
    const [run] = runs.list(studyId);
    const { layers, stages } = await weightAnalysis.run(run?.id ?? '');
    expect(layers.map(({ layer }) => layer)).toEqual(['conv1', 'conv2', 'conv3', 'conv4', 'classifier']);
    expect(stages.map(({ stage }) => stage)).toEqual(['block1', 'block2', 'block3', 'block4', 'head']);
    for (const { relativeDistance, cosine, count, histogram } of layers) {
      expect(relativeDistance).toBeGreaterThan(0);
      expect(cosine).toBeGreaterThan(0.5);
      expect(histogram.before.reduce((sum, value) => sum + value, 0)).toBe(count);
      expect(histogram.after.reduce((sum, value) => sum + value, 0)).toBe(count);
    }
    await expect(weightAnalysis.run('none')).rejects.toThrow('Expected a run of this library');
  });

  it('tell it by arm, over seeds', async () => {
    const movement = await app.services.weightAnalysis.movement(studyId);
    expect(movement.map(({ armId, runs }) => [armId, runs])).toEqual([
      ['cbr-tiny/random/all', 2],
      ['cbr-tiny/gabor/all', 2],
    ]);
    for (const { relativeDistance, cosine } of movement.flatMap(({ stages }) => stages)) {
      expect(relativeDistance?.sd).not.toBeNull();
      expect(cosine?.mean).toBeLessThan(1);
    }
  });
});
