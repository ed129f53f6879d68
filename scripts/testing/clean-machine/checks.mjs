/**
 * What must hold on a clean machine, in this order: the messages for what is missing, then the set-up, a small study, the app in a
 * browser, and a second clone on the oldest Node that is allowed.
 */
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { MACHINES_FOLDER } from './image.mjs';
import { SECOND_CLONE, SMALL_DISK } from './machine.mjs';

/**
 * @typedef {import('./machine.mjs').Machine} Machine
 * @typedef {import('./machine.mjs').CommandOptions} CommandOptions
 * @typedef {{ machine: Machine, oldestNode: string, note: (text: string) => void }} Context
 * @typedef {{ title: string, needsSetUp?: true, needsOldestNode?: true, isWhole?: true, run: (context: Context) => Promise<void> }} Check throws where it fails; `needsSetUp`: after a set-up that failed it fails without a try
 */

const HERE = fileURLToPath(new URL('.', import.meta.url));
const TFJS = 'node_modules/@tensorflow/tfjs-node-gpu';
const START = ['node', 'scripts/start-here.cjs'];
const TRANSFUSION = ['npm', 'run', '-s', 'transfusion', '--'];
/** A command that needs everything. */
const ANY = [...TRANSFUSION, 'dataset', 'list'];
const NO_RETRIES = { npm_config_fetch_retries: '0', PIP_RETRIES: '0' };

const COMPILER = /^\/usr\/bin\/(g\+\+|c\+\+|.*-g\+\+)(-\d+)?$/;
const MAKE = /^\/usr\/bin\/g?make$/;
const PYTHON = /^\/usr\/bin\/python\d?(\.\d+)?$/;
const NPM = /^\/usr\/bin\/npm$/;

/** @param {{ code: number | null, output: string }} outcome @param {(string | RegExp)[]} expected */
function expectOutput({ code, output }, expected, wantedCode = 0) {
  const problem =
    (wantedCode === 0) !== (code === 0)
      ? `it ended with code ${code}`
      : /^\s+at .+:\d+:\d+\)?$/m.test(output)
        ? 'it printed a stack trace'
        : expected.filter((part) => !(typeof part === 'string' ? output.includes(part) : part.test(output)))[0];
  if (problem === undefined) return;
  const what = problem instanceof RegExp || expected.includes(problem) ? `it did not say ${problem}` : problem;
  const log = path.join(MACHINES_FOLDER, `failed-${Date.now()}.log`);
  fs.writeFileSync(log, output);
  throw new Error(
    `${what}; all that it said is in ${log}, and the end is:\n${output.trim().split('\n').slice(-40).join('\n')}`,
  );
}

/** @param {Machine} machine @param {string[]} command @param {(string | RegExp)[]} expected @param {CommandOptions} [options] */
async function refuses(machine, command, expected, options) {
  expectOutput(await machine.run(command, options), [...expected, '[set-up] stopped'], 1);
}

/** @param {Machine} machine @param {string[]} command @param {(string | RegExp)[]} expected @param {CommandOptions} [options] */
async function works(machine, command, expected, options) {
  const outcome = await machine.run(command, options);
  expectOutput(outcome, expected);
  return outcome.output;
}

/** @param {string} title @param {RegExp[]} patterns of programs @param {string[]} names of packages @param {string[]} [command] @returns {Check} */
function missing(title, patterns, names, command = ANY) {
  return {
    title: `${title}: told before anything is fetched`,
    async run({ machine }) {
      const programs = patterns.flatMap((pattern) => machine.programs(pattern));
      const install = `sudo apt-get install -y ${names.join(' ')}`;
      await machine.without(programs, () =>
        refuses(machine, command, ['The set-up needs what this machine does not have:', install], { network: false }),
      );
    },
  };
}

export const SET_UP = '`npm run transfusion -- doctor` sets everything up';

/** @type {Check[]} */
export const CHECKS = [
  missing('no compiler', [COMPILER], ['g++']),
  missing('no make', [MAKE], ['make']),
  missing('no Python', [PYTHON], ['python3', 'python3-pip']),
  missing('no npm', [NPM], ['npm'], [...START, 'start']),
  missing(
    'nothing but Node',
    [NPM, COMPILER, MAKE, PYTHON],
    ['npm', 'g++', 'make', 'python3', 'python3-pip'],
    [...START, 'test'],
  ),
  {
    title: 'a disk that is too small for the packages: told before anything is fetched',
    async run({ machine }) {
      const script = `cp -r . ${SMALL_DISK}/clone && cd ${SMALL_DISK}/clone && ${ANY.join(' ')}`;
      const expected = [/The set-up needs \d.* of free space for the npm packages; the disk of \/small/, /Free \d/];
      await refuses(machine, ['sh', '-c', script], expected, { smallDisk: '200m', network: false });
    },
  },
  {
    title: 'a disk that is too small for TensorFlow: told before anything is fetched',
    async run({ machine }) {
      const expected = [/The set-up needs \d.* of free space for TensorFlow; the disk of \/small/, 'TRANSFUSION_CACHE'];
      const env = { TRANSFUSION_CACHE: `${SMALL_DISK}/cache` };
      await refuses(machine, ANY, expected, { smallDisk: '200m', network: false, env });
    },
  },
  {
    title: 'a cache folder that may not be written to',
    async run({ machine }) {
      await refuses(machine, ANY, ['/usr/cache', 'TRANSFUSION_CACHE'], {
        network: false,
        env: { TRANSFUSION_CACHE: '/usr/cache' },
      });
    },
  },
  {
    title: 'no network for the packages',
    async run({ machine }) {
      await refuses(machine, ANY, ['npm ci failed', 'Without a network'], { network: false, env: NO_RETRIES });
    },
  },
  {
    title: SET_UP,
    async run({ machine, note }) {
      const started = Date.now();
      await works(machine, ['npm', 'run', 'transfusion', '--', 'doctor'], ['compiling the native kernels']);
      note(`ready to train after ${Math.round((Date.now() - started) / 1000)} s`);
      await works(machine, [...TRANSFUSION, 'doctor'], ['This machine can train.'], { network: false });
    },
  },
  {
    title: 'a small study: phantom, import, training, results, report',
    needsSetUp: true,
    async run({ machine }) {
      await machine.copyIn(path.join(HERE, 'study.yaml'), '/home/lab/study.yaml');
      const phantom = ['phantom', 'fundus', '--out', '/home/lab/fundus', '--patients', '40', '--size', '64'];
      await works(machine, [...TRANSFUSION, ...phantom], []);
      await works(machine, [...TRANSFUSION, 'dataset', 'import', '/home/lab/fundus', '--name', 'fundus'], ['fundus']);
      await works(machine, [...TRANSFUSION, 'study', 'run', '/home/lab/study.yaml'], []);
      await works(machine, [...TRANSFUSION, 'study', 'results', 'clean machine'], ['gabor', 'AUC', 'Verdict']);
      await works(machine, [...TRANSFUSION, 'report', 'clean machine', '--out', '/home/lab/report'], []);
      await works(machine, ['find', '/home/lab/report', '-name', '*.html', '-size', '+10k'], ['.html']);
    },
  },
  {
    title: '`serve` answers on loopback',
    needsSetUp: true,
    async run({ machine }) {
      await machine.copyIn(path.join(HERE, 'ask-server.mjs'), '/home/lab/ask-server.mjs');
      await works(
        machine,
        ['node', '/home/lab/ask-server.mjs', ...TRANSFUSION, 'serve', '--no-open'],
        ['answered: 200 <title>Transfusion Lab</title>'],
      );
    },
  },
  {
    title:
      'a second clone on the oldest Node that is allowed takes TensorFlow from the cache, without compiler and Python',
    needsOldestNode: true,
    needsSetUp: true,
    async run({ machine, oldestNode }) {
      await machine.copyIn(oldestNode, '/home/lab/oldest-node');
      const env = { PATH: '/home/lab/oldest-node/bin:/usr/local/bin:/usr/bin:/bin' };
      const away = [COMPILER, MAKE, PYTHON].flatMap((pattern) => machine.programs(pattern));
      await machine.without(away, async () => {
        await works(machine, [...START, 'run', 'main/cli/transfusion.ts', 'doctor'], [], { env, cwd: SECOND_CLONE });
      });
    },
  },
  {
    title: 'no compiler, but packages: `doctor` says it and goes on with its report',
    needsSetUp: true,
    async run({ machine }) {
      await works(machine, ['rm', '-r', `${TFJS}/deps/lib`, `${TFJS}/lib`], []);
      const env = { TRANSFUSION_CACHE: '/home/lab/other-cache' };
      await machine.without(machine.programs(COMPILER), async () => {
        const outcome = await machine.run([...TRANSFUSION, 'doctor'], { env });
        expectOutput(outcome, ['sudo apt-get install -y g++', /^TensorFlow +(?!ok)/m, /^Database +ok/m], 1);
      });
    },
  },
  {
    title: 'no network for TensorFlow',
    needsSetUp: true,
    async run({ machine }) {
      const env = { ...NO_RETRIES, TRANSFUSION_CACHE: '/home/lab/other-cache' };
      await refuses(machine, ANY, ['pip could not download', 'Without a network'], { network: false, env });
    },
  },
  {
    title: '`npm test`, whole',
    isWhole: true,
    needsSetUp: true,
    async run({ machine, note }) {
      const output = await works(machine, ['npm', 'test'], [/^\d+ passed, 0 failed/m]);
      note(/^\d+ passed, .*$/m.exec(output)?.[0] ?? '');
    },
  },
];

/** @param {boolean} isWhole @returns {Check[]} */
export function checksOf(isWhole) {
  return CHECKS.filter((check) => isWhole || !check.isWhole);
}
