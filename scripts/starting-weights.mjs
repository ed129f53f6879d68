/**
 * `node scripts/starting-weights.mjs`: trains the weights that the app ships (`resources/starting-weights/`) on the program's own
 * `natural` phantoms, in a library of its own, and lists them with their hashes. A few minutes.
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { node24, node24Environment } from './setup/node24.mjs';
import { ROOT } from './setup/paths.mjs';

const OUT = path.join(ROOT, 'resources', 'starting-weights');
const PER_CLASS = 300;
const LICENCE = 'Apache-2.0, as the app itself.';
const STUDY = {
  ...{ name: 'pretraining', dataset: 'natural', size: 64, batch: 16, epochs: 6, head: 'softmax' },
  ...{ models: ['cbr-tiny', 'cbr-small'], inits: ['random'], seeds: [0] },
};

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'starting-weights-'));
try {
  const at = (/** @type {string} */ name) => path.join(home, name);
  run('phantom', 'natural', '--out', at('images'), '--patients', String(PER_CLASS), '--size', String(STUDY.size));
  run('dataset', 'import', at('images'), '--name', STUDY.dataset);
  fs.writeFileSync(at('study.json'), JSON.stringify(STUDY));
  const { results } = run('study', 'run', at('study.json'));
  fs.mkdirSync(OUT, { recursive: true });
  /** @type {string[]} */
  let outputs = [];
  const files = STUDY.models.map((model) => {
    const name = `natural-${model}`;
    ({ outputs } = run('weights', 'from-run', STUDY.name, '--arm', `${model}/random/all`, '--name', name));
    const file = `${name}.safetensors`;
    const { sha256 } = run('weights', 'export', name, '--out', path.join(OUT, file), '--licence', LICENCE);
    return { name, model, file, sha256 };
  });
  const origin =
    `Trained for this app by scripts/starting-weights.mjs on ${PER_CLASS * 10} synthetic natural images of ten classes (phantoms), ` +
    `at ${STUDY.size} pixels for ${STUDY.epochs} epochs. No photograph was used.`;
  fs.writeFileSync(
    path.join(OUT, 'index.json'),
    `${JSON.stringify({ schema: 1, origin, createdAt: new Date().toISOString(), outputs, files }, null, 2)}\n`,
  );
  console.log(JSON.stringify(results.arms, null, 1));
} finally {
  fs.rmSync(home, { recursive: true, force: true });
}

/** @param {string[]} args @returns {any} */
function run(...args) {
  const command = [
    path.join(ROOT, 'main', 'cli', 'transfusion.ts'),
    ...args,
    '--home',
    path.join(home, 'library'),
    '--json',
  ];
  const env = { ...process.env, ...node24Environment() };
  return JSON.parse(execFileSync(node24(), command, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }));
}
