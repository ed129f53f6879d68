/**
 * `npm run phantoms -- [HOME] [--publish]`: the study of docs/phantoms.md from nothing, by the program itself in the library HOME: natural and
 * fundus phantoms, one pretraining per model, and runs from random, transferred, mean-var and Gabor starts. About an hour and a half of
 * one core, by the steps that were timed. Stopped, it goes on where it was when it is started again; `--publish` only publishes the runs that have finished.
 * Writes docs/phantom-study.json, and from it the section of docs/phantoms.md.
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import type { StudyResults } from '../../../shared/results/results.ts';
import type { StudySimilarity } from '../../../shared/similarity/similarity.ts';
import { ROOT } from '../training/programs.ts';
import { studyRecord, studySection, type StudyRecord } from './document.ts';

const { values, positionals } = parseArgs({
  options: { publish: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const HOME = path.resolve(positionals[0] ?? path.join(ROOT, '.cache', 'phantom-study'));
const DOCUMENT = path.join(ROOT, 'docs', 'phantoms.md');
const JSON_FILE = path.join(ROOT, 'docs', 'phantom-study.json');

const MODELS = ['cbr-tiny', 'cbr-small', 'resnet50-slim'] as const;
const SIZE = 64;
const DATASETS = [
  { kind: 'natural', name: 'natural phantoms', options: ['--patients', '80', '--size', String(SIZE), '--seed', '1'] },
  { kind: 'fundus', name: 'fundus phantoms', options: ['--patients', '720', '--size', '128', '--seed', '1'] },
];
const SIMILARITY = ['--repeats', '2', '--kind', 'before-after', 'seeds'];
const weightsOf = (model: string): string => `${model} on natural phantoms`;

const PRETRAINING = {
  name: 'pretraining on natural phantoms',
  dataset: 'natural phantoms',
  ...{ size: SIZE, batch: 16, steps: 200, evaluateEverySteps: 100, head: 'softmax' },
  ...{ models: MODELS, inits: ['random'], seeds: [0] },
};
const STUDY = {
  name: 'phantom study',
  dataset: 'fundus phantoms',
  ...{ size: SIZE, batch: 8, steps: 240, evaluateEverySteps: 40, thresholdAuc: 0.7 },
  train_sizes: [100, 1000],
  seeds: [0, 1, 2, 3, 4],
  arms: MODELS.flatMap((model) => [
    { model, init: 'random' },
    ...['transfer', 'mean-var', 'gabor'].map((init) => ({ model, init: { [init]: weightsOf(model) } })),
  ]),
};

/** What the program prints as JSON; its progress goes to this terminal. */
function lab<T>(...args: string[]): T {
  const program = path.join(ROOT, 'main', 'cli', 'transfusion.ts');
  const env = { ...process.env, TF_NUM_INTRAOP_THREADS: '1', TF_NUM_INTEROP_THREADS: '1', OMP_NUM_THREADS: '1' };
  const text = execFileSync(process.execPath, [program, '--home', HOME, '--json', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 2 ** 28,
    encoding: 'utf8',
    env,
  });
  return JSON.parse(text) as T;
}

function ensureDataset({ kind, name, options }: (typeof DATASETS)[number]): void {
  if (lab<{ name: string }[]>('dataset', 'list').some((dataset) => dataset.name === name)) return;
  const folder = path.join(HOME, kind);
  lab('phantom', kind, '--out', folder, ...options);
  lab('dataset', 'import', folder, '--name', name);
}

function runToEnd(spec: { name: string }): void {
  if (lab<{ name: string }[]>('study', 'list').some(({ name }) => name === spec.name)) {
    lab('study', 'resume', spec.name);
    return;
  }
  const file = path.join(HOME, `${spec.name}.json`);
  fs.writeFileSync(file, JSON.stringify(spec, null, 2));
  lab('study', 'run', file);
}

function ensureWeights(model: string): void {
  const name = weightsOf(model);
  if (lab<{ name: string }[]>('weights', 'list').some((set) => set.name === name)) return;
  const { runList } = lab<{ runList: { id: string; model: string }[] }>('study', 'show', PRETRAINING.name);
  const run = runList.find((found) => found.model === model);
  lab('weights', 'from-run', run?.id ?? PRETRAINING.name, '--name', name);
}

/** The section between its two marks is what the JSON file says, and nothing else. */
async function publish(): Promise<void> {
  const results = lab<StudyResults>('study', 'results', STUDY.name);
  const similarity = lab<StudySimilarity>('study', 'similarity', STUDY.name, ...SIMILARITY);
  fs.writeFileSync(JSON_FILE, await pretty(JSON_FILE, JSON.stringify(studyRecord(results, similarity))));
  const text = fs.readFileSync(DOCUMENT, 'utf8');
  const [before, , after] = text.split(/(?<=<!-- study: begin -->)|(?=<!-- study: end -->)/);
  const section = studySection(JSON.parse(fs.readFileSync(JSON_FILE, 'utf8')) as StudyRecord);
  fs.writeFileSync(DOCUMENT, await pretty(DOCUMENT, `${before}\n\n${section}\n\n${after}`));
}

async function pretty(file: string, text: string): Promise<string> {
  return format(text, { ...(await resolveConfig(file)), filepath: file });
}

if (!values.publish) {
  fs.mkdirSync(HOME, { recursive: true });
  DATASETS.forEach(ensureDataset);
  runToEnd(PRETRAINING);
  MODELS.forEach(ensureWeights);
  runToEnd(STUDY);
}
await publish();
