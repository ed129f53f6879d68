/** The study of `resources/examples/resnet50.yaml`, in small: ResNet-50 from five initialisations, and slim arms beside them. */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Provenance } from '../../../shared/study/models.ts';
import type { RunSummary } from '../../../shared/run/run.ts';
import type { StudyDetail, StudySpecInput } from '../../../shared/study/study.ts';
import { openApp, type App } from '../../../main/app.ts';
import { readStudyFile } from '../../../main/cli/study/study-file.ts';
import { readRunConfig } from '../../../main/runs/process/run-folder.ts';
import { makeTinyLibrary } from './tiny-library.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const example = (name: string): object =>
  readStudyFile(fileURLToPath(new URL(`../../../resources/examples/${name}`, import.meta.url))).value as object;

/** SGD has half of Adam's slots to write. */
const SMALL = {
  dataset: 'tiny',
  size: 32,
  batch: 4,
  steps: 2,
  evaluateEverySteps: 2,
  optimizer: { kind: 'sgd', learningRate: 0.001 },
  seeds: [0],
  acceptSeenWeights: true,
} satisfies Partial<StudySpecInput>;

let home: string;
let app: App;
let study: StudyDetail;
let runs: RunSummary[];

async function runStudy(spec: object): Promise<string> {
  const { studies, queue } = app.services;
  const { studyId } = studies.create(spec);
  await queue.start();
  await queue.idle();
  return studyId;
}

beforeAll(async () => {
  home = makeTemporaryFolder('resnet-study');
  await makeTinyLibrary(home, 12);
  app = await openApp({ home, mode: 'host', host: 'command line' });
  app.services.queue.setConcurrency(2);
  const pretraining = await runStudy({ ...example('pretrain-resnet50.yaml'), ...SMALL, steps: 1 });
  const [pretrained] = app.services.runs.list(pretraining);
  app.services.weights.fromRun({ runId: pretrained?.id ?? '', name: 'natural-resnet50' });
  const id = await runStudy({ ...example('resnet50.yaml'), ...SMALL, classWeights: 'balanced', train_sizes: [8] });
  study = await app.services.studies.get(id);
  runs = app.services.runs.list(id);
});
afterAll(async () => {
  await app.close();
});

it('trains every arm of the grid and beside it', async () => {
  expect(study.arms.map(({ id }) => id)).toEqual([
    'resnet50/random/8',
    'resnet50/transfer(natural-resnet50)/8',
    'resnet50/mean-var(natural-resnet50)/8',
    'resnet50/transfusion(natural-resnet50, block1)/8',
    'resnet50/gabor/8',
    'resnet50-slim/random/8',
    'resnet50-slim/transfusion(natural-resnet50, block2)/8',
  ]);
  expect(runs.map(({ armId, state, error }) => ({ armId, state, error }))).toEqual(
    study.arms.map(({ id }) => ({ armId: id, state: 'succeeded', error: null })),
  );
  for (const { result } of runs) expect(result?.classWeights?.positive).toHaveLength(5);
  const table = await app.services.results.results(study.id);
  expect(table.arms.map(({ armId }) => armId)).toEqual(study.arms.map(({ id }) => id));
  expect(table.arms.every((arm) => arm.endpoints[0]?.mean !== null)).toBe(true);
});

it('starts each of them as its initialisation says', () => {
  const kinds = (arm: string, stage: (name: string) => boolean): Set<Provenance> => {
    const provenance = runs.find(({ armId }) => armId.startsWith(arm))?.result?.provenance ?? {};
    return new Set(Object.entries(provenance).flatMap(([name, value]) => (stage(name) ? [value] : [])));
  };
  const head = (name: string): boolean => name.startsWith('classifier') || name.startsWith('predictions');
  const early = (name: string): boolean => /^conv[123]_/.test(name);
  const late = (name: string): boolean => /^conv[45]_/.test(name);
  expect(kinds('resnet50/random', () => true)).toEqual(new Set(['random']));
  expect(kinds('resnet50/transfer(', (name) => !head(name))).toEqual(new Set(['copied']));
  expect(kinds('resnet50/mean-var(', (name) => late(name) && name.endsWith('_conv/kernel'))).toEqual(
    new Set(['resampled']),
  );
  expect(kinds('resnet50/transfusion(', (name) => /^conv[12]_/.test(name))).toEqual(new Set(['copied']));
  expect(kinds('resnet50/transfusion(', (name) => /^conv[345]_/.test(name))).toEqual(new Set(['random']));
  expect(kinds('resnet50/gabor', (name) => name === 'conv1_conv/kernel')).toEqual(new Set(['synthetic']));
  expect(kinds('resnet50-slim/random', () => true)).toEqual(new Set(['random']));
  expect(kinds('resnet50-slim/transfusion(', early)).toEqual(new Set(['copied']));
  expect(kinds('resnet50-slim/transfusion(', late)).toEqual(new Set(['random']));
});

it('gives every arm the same subset of the training images', () => {
  for (const run of runs) {
    expect(run.result?.trainImages).toBe(8);
    expect(readRunConfig(app.paths.run(study.id, run.id))).toMatchObject({ trainSize: 8, seed: 0 });
  }
  expect(study.methods).toContain('Training-set sizes: 8 images;');
  expect(study.methods).toContain('ResNet-50 (slim) from random and transfusion(natural-resnet50, block2)');
});

it('is refused where an arm is asked for twice, or weights do not reach', () => {
  const arms = (init: object | string) => ({
    ...{ ...example('resnet50.yaml'), ...SMALL },
    arms: [
      { model: 'resnet50-slim', init: 'random' },
      { model: 'resnet50-slim', init },
    ],
  });
  const create = (spec: object) => () => app.services.studies.create(spec);
  expect(create(arms('random'))).toThrow('arms[1]: expected each arm once, got resnet50-slim/random/all twice.');
  expect(create(arms({ transfusion: 'natural-resnet50', upto: 'block3' }))).toThrow(/^arms\[1\]/);
});
