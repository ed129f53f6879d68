import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { StudyDetail } from '../../../shared/study/study.ts';
import { makeTinyLibrary, TINY_SPEC } from './tiny-library.ts';
import { holdRuns } from '../../support/held-runs.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const COMMAND = fileURLToPath(new URL('../../../main/cli/transfusion.ts', import.meta.url));
let home: string;
let spec: string;

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

interface Interrupted {
  /** The runs are held. */
  env: Record<string, string>;
  /** Signals the whole process group, once standard error says this. */
  when: RegExp;
}

/** Runs the command in a process group of its own, as a terminal does. */
function transfusion(args: string[], interrupted?: Interrupted): Promise<Ended> {
  const child = spawn(process.execPath, [COMMAND, '--home', home, ...args], {
    env: { ...process.env, ...interrupted?.env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    const before = stderr;
    stderr += text;
    if (interrupted?.when.test(stderr) && !interrupted.when.test(before)) process.kill(-(child.pid ?? 0), 'SIGINT');
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}

beforeAll(async () => {
  home = makeTemporaryFolder('study-command');
  await makeTinyLibrary(home, 12);
  spec = path.join(home, 'study.yaml');
  fs.writeFileSync(spec, stringify({ ...TINY_SPEC, steps: 6, evaluateEverySteps: 6, inits: ['random'] }));
});

it('pauses on Ctrl-C, says how to resume, and resumes to the end', async () => {
  const { env } = holdRuns({ during: 'training', done: 1 });
  const paused = await transfusion(['study', 'run', spec], { env, when: /\(1 of 6\)/ });
  expect(paused).toMatchObject({ code: 1, stdout: '' });
  expect(paused.stderr).toContain('study resume "tiny study"');

  const status = await transfusion(['--json', 'study', 'status', 'tiny study']);
  expect((JSON.parse(status.stdout) as StudyDetail).state).toBe('paused');

  const resumed = await transfusion(['--json', 'study', 'resume', 'tiny study']);
  expect(resumed.code).toBe(0);
  const { study } = JSON.parse(resumed.stdout) as { study: StudyDetail };
  expect(study).toMatchObject({ state: 'finished', runs: { total: 1, succeeded: 1 } });

  const refused = await transfusion(['study', 'remove', 'tiny study']);
  expect(refused).toMatchObject({ code: 1 });
  expect(refused.stderr).toContain('--yes');
});
