import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import type { RunSummary } from '../../../shared/run/run.ts';
import { expandArms, studySpecSchema, type StudyDetail } from '../../../shared/study/study.ts';
import { makeTinyLibrary, TINY_SPEC } from './tiny-library.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const COMMAND = fileURLToPath(new URL('../../../main/cli/transfusion.ts', import.meta.url));
const run = promisify(execFile);
let home: string;

async function transfusion<T>(...args: string[]): Promise<T> {
  const { stdout } = await run(process.execPath, [COMMAND, '--home', home, '--json', ...args]);
  return JSON.parse(stdout) as T;
}

beforeAll(async () => {
  home = makeTemporaryFolder('template-command');
  await makeTinyLibrary(home, 12);
});

it('says what is missing, writes a study file that runs, and keeps the template in the study', async () => {
  const template = [
    'study',
    'from-template',
    'similarity',
    '--dataset',
    'Tiny',
    '--scale',
    'small',
    '--name',
    'templated',
  ];
  await expect(transfusion(...template)).rejects.toMatchObject({
    stdout: expect.stringContaining('train it once on natural images') as string,
  });

  const pretraining = path.join(home, 'pretraining.yaml');
  fs.writeFileSync(pretraining, stringify({ ...TINY_SPEC, steps: 1, inits: ['random'] }));
  const { study } = await transfusion<{ study: StudyDetail }>('study', 'run', pretraining);
  const { runList } = await transfusion<{ runList: RunSummary[] }>('study', 'show', study.id);
  await transfusion('weights', 'from-run', runList[0]?.id ?? '', '--name', 'tiny weights');

  const file = path.join(home, 'templated.yaml');
  const tiny = [
    '--size',
    '32',
    '--batch',
    '4',
    '--steps',
    '1',
    '--seeds',
    '0',
    '--weights',
    'cbr-tiny=tiny weights',
    '--accept-seen-weights',
  ];
  await transfusion(...template, ...tiny, '--out', file);
  const spec = studySpecSchema.parse(parse(fs.readFileSync(file, 'utf8')));
  expect(expandArms(spec)).toHaveLength(2);

  const done = await transfusion<{ study: StudyDetail }>('study', 'run', file);
  expect(done.study).toMatchObject({ state: 'finished', runs: { total: 2, succeeded: 2 } });
  expect(done.study.spec.template).toBe('similarity');
});
