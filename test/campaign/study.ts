/** A small study by the real program, to be disturbed. */
import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { readRunResult } from '../../main/runs/process/run-folder.ts';

const PROGRAM = path.join(import.meta.dirname, '../../main/cli/transfusion.ts');
const SPEC = [
  'name: s',
  'dataset: d',
  'protocol: retina',
  'size: 32',
  'batch: 8',
  'steps: 60',
  'evaluateEverySteps: 20',
];

export interface Ending {
  code: number | null;
  errors: string;
}

/** Starts the program in a process group of its own. */
export function start(home: string, args: string[]): { child: ChildProcess; ended: Promise<Ending> } {
  const child = spawn(process.execPath, [PROGRAM, '--home', home, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  let errors = '';
  child.stderr?.on('data', (text: Buffer) => (errors += text.toString()));
  return { child, ended: new Promise((resolve) => child.on('close', (code) => resolve({ code, errors }))) };
}

export async function runToEnd(home: string, args: string[]): Promise<Ending> {
  const ending = await start(home, args).ended;
  if (ending.code !== 0) throw new Error(`transfusion ${args.join(' ')}: ${ending.errors}`);
  return ending;
}

/** An imported phantom and the file of a study of `seeds` runs. */
export async function prepare(home: string, folder: string, seeds: number): Promise<string> {
  const data = path.join(folder, 'data');
  await runToEnd(home, ['phantom', 'fundus', '--out', data, '--patients', '20', '--size', '64']);
  await runToEnd(home, ['dataset', 'import', data, '--name', 'd']);
  const file = path.join(folder, 'study.yaml');
  const list = Array.from({ length: seeds }, (_, seed) => seed).join(', ');
  fs.writeFileSync(file, [...SPEC, 'models: [cbr-tiny]', 'inits: [random]', `seeds: [${list}]`].join('\n'));
  return file;
}

/** Of every run: the hash of its predictions by seed, and how often it was started. */
export function outcomes(home: string): { hashes: string[]; attempts: number } {
  const studies = path.join(home, 'studies');
  const folders = fs.readdirSync(studies).flatMap((study) => {
    const runs = path.join(studies, study, 'runs');
    return fs.readdirSync(runs).map((run) => path.join(runs, run));
  });
  const results = folders.map((folder) => readRunResult(folder));
  return {
    hashes: results.map((result) => result?.predictionsSha256 ?? 'none').sort(),
    attempts: results.reduce((sum, result) => sum + (result?.attempts ?? 0), 0),
  };
}
