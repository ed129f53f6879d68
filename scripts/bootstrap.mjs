/**
 * What `npm start`, `npm test` and the others run, by way of start-here.cjs: sets up what is missing, then runs the real thing
 * on Node 24. Plain JavaScript without dependencies, on any Node from 18.13 on. When nothing is missing it costs about a tenth
 * of a second.
 */
import path from 'node:path';
import { become } from './setup/children.mjs';
import { node24, node24Environment, projectFile } from './setup/node24.mjs';
import { printError, say, SetupError } from './setup/output.mjs';
import { areMarkedInstalled, ensurePackages } from './setup/packages.mjs';
import { ROOT } from './setup/paths.mjs';
import { ensureTensorflow } from './setup/tensorflow/ensure.mjs';

const CLI = path.join('main', 'cli', 'transfusion.ts');

/** @typedef {(args: string[]) => Promise<void>} Command */

/** @type {Record<string, Command>} */
const COMMANDS = {
  async start(args) {
    const env = await prepare();
    await ensureRenderer();
    await runOnNode24('scripts/start.mjs', args, { env });
  },

  async run([file, ...args]) {
    if (!file) throw new SetupError('run needs the file to run.', ['For example: run main/cli/transfusion.ts doctor']);
    const command = path.normalize(file) === CLI ? args.find((arg) => !arg.startsWith('-')) : undefined;
    const env = await (command === 'doctor' ? prepareForDoctor() : prepare());
    if (command === 'serve') await ensureRenderer();
    await runOnNode24(file, args, { env, cwd: callersFolder() });
  },

  async test(args) {
    const env = await prepare();
    if (args[0] !== 'reference') {
      await ensureRenderer();
      const { ensureBrowser } = await import('./setup/browser.mjs');
      env['TRANSFUSION_BROWSER'] = await ensureBrowser();
    }
    await runOnNode24('scripts/test.mjs', args, { env });
  },

  async 'test-clean-machine'(args) {
    const { testCleanMachines } = await import('./testing/clean-machine/run.mjs');
    process.exitCode = await testCleanMachines(args);
  },

  async check(args) {
    await prepare();
    await runOnNode24('scripts/check.mjs', args);
  },

  async build(args) {
    await preparePackages({ tensorflow: false });
    await runOnNode24('scripts/build.mjs', args);
  },

  async dist(args) {
    await prepare();
    await runOnNode24('scripts/dist.mjs', args);
  },

  async 'setup-gpu'(args) {
    await preparePackages({ tensorflow: false });
    const { setupGpu } = await import('./setup/tensorflow/gpu.mjs');
    await setupGpu(args);
  },
};

/** Packages and TensorFlow. @returns {Promise<Record<string, string>>} environment for programs that load it */
async function prepare() {
  await preparePackages({ tensorflow: true });
  return ensureTensorflow();
}

/** `doctor` is the one command that is of use without TensorFlow: it says what else is wrong. */
async function prepareForDoctor() {
  await preparePackages({ tensorflow: false });
  return ensureTensorflow().catch((error) => {
    printError(error);
    return /** @type {Record<string, string>} */ ({});
  });
}

/** @param {{ tensorflow: boolean }} wanted whether TensorFlow comes next, so that what it lacks is told before anything is fetched */
async function preparePackages(wanted) {
  if (!areMarkedInstalled()) {
    const { requireMachine } = await import('./setup/first-start.mjs');
    await requireMachine(wanted);
  }
  await ensurePackages();
}

async function ensureRenderer() {
  const renderer = await import('./setup/renderer.mjs');
  await renderer.ensureRenderer();
}

/** Where the user typed the command: npm starts scripts in the project's folder, and paths are meant from elsewhere. */
function callersFolder() {
  return (process.cwd() === ROOT && process.env['INIT_CWD']) || process.cwd();
}

/**
 * @param {string} file @param {string[]} args
 * @param {{ env?: Record<string, string>, cwd?: string }} [options]
 */
async function runOnNode24(file, args, { env = {}, cwd = ROOT } = {}) {
  await become(node24(), [projectFile(file), ...args], { cwd, env: { ...node24Environment(), ...env } });
}

const [name = '', ...rest] = process.argv.slice(2);
// Also what goes wrong in a callback ends in a sentence.
process.on('uncaughtException', (error) => {
  printError(error);
  say('[set-up] stopped');
  process.exit(1);
});
try {
  const command = COMMANDS[name];
  if (!command) {
    throw new SetupError(`bootstrap.mjs takes one of ${Object.keys(COMMANDS).join(', ')}, and got "${name}".`, [
      'You will usually want: npm start, npm run demo, npm test',
    ]);
  }
  await command(rest);
} catch (error) {
  printError(error);
  process.exitCode = 1;
}
if (process.exitCode) say('[set-up] stopped');
