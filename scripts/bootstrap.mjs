/**
 * What `npm start`, `npm test` and the others run: sets up what is missing, then runs the real thing on Node 24. Plain
 * JavaScript without dependencies, on any Node from 20 on. When nothing is missing it costs about a tenth of a second.
 */
import path from 'node:path';
import { become } from './setup/children.mjs';
import { node24, node24Environment, projectFile } from './setup/node24.mjs';
import { printError, say, SetupError } from './setup/output.mjs';
import { ensurePackages } from './setup/packages.mjs';
import { ROOT } from './setup/paths.mjs';
import { ensureTensorflow } from './setup/tensorflow/ensure.mjs';

const CLI = path.join('main', 'cli', 'transfusion.ts');

/** @typedef {(args: string[]) => Promise<void>} Command */

/** @type {Record<string, Command>} */
const COMMANDS = {
  async start(args) {
    await ensurePackages();
    const env = await ensureTensorflow();
    await ensureRenderer();
    await runOnNode24('scripts/start.mjs', args, { env });
  },

  async run([file, ...args]) {
    if (!file) throw new SetupError('run needs the file to run.', ['For example: run main/cli/transfusion.ts doctor']);
    await ensurePackages();
    const command = path.normalize(file) === CLI ? args.find((arg) => !arg.startsWith('-')) : undefined;
    const env = await (command === 'doctor' ? ensureTensorflow().catch(tellAndGoOn) : ensureTensorflow());
    if (command === 'serve') await ensureRenderer();
    await runOnNode24(file, args, { env, cwd: callersFolder() });
  },

  async test(args) {
    await ensurePackages();
    const env = await ensureTensorflow();
    if (args[0] !== 'reference') {
      await ensureRenderer();
      const { ensureBrowser } = await import('./setup/browser.mjs');
      env['TRANSFUSION_BROWSER'] = await ensureBrowser();
    }
    await runOnNode24('scripts/test.mjs', args, { env });
  },

  async check(args) {
    await ensurePackages();
    await ensureTensorflow();
    await runOnNode24('scripts/check.mjs', args);
  },

  async build(args) {
    await ensurePackages();
    await runOnNode24('scripts/build.mjs', args);
  },

  async dist(args) {
    await ensurePackages();
    await ensureTensorflow();
    await runOnNode24('scripts/dist.mjs', args);
  },

  async 'setup-gpu'(args) {
    await ensurePackages();
    const { setupGpu } = await import('./setup/tensorflow/gpu.mjs');
    await setupGpu(args);
  },
};

async function ensureRenderer() {
  const renderer = await import('./setup/renderer.mjs');
  await renderer.ensureRenderer();
}

/** `doctor` is the one command that is of use without TensorFlow: it says what else is wrong. @param {unknown} error */
function tellAndGoOn(error) {
  printError(error);
  return /** @type {Record<string, string>} */ ({});
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
try {
  const command = COMMANDS[name];
  if (!command) {
    throw new SetupError(`bootstrap.mjs takes one of ${Object.keys(COMMANDS).join(', ')}, and got "${name}".`, [
      'You will usually want: npm start, npm run demo, npm test',
    ]);
  }
  if (Number(process.versions.node.split('.')[0]) < 20) {
    throw new SetupError(`This needs Node 20 or newer, and this is Node ${process.versions.node}.`, [
      'Install a newer one (https://nodejs.org; Debian 12 and Ubuntu 24.04 have it as nodejs; Windows: winget install OpenJS.NodeJS.LTS).',
    ]);
  }
  await command(rest);
} catch (error) {
  printError(error);
  process.exitCode = 1;
}
if (process.exitCode) say('[set-up] stopped');
