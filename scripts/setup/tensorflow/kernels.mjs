/**
 * The native kernels (main/engine/native): C++ ops that TensorFlow does not have, compiled once into the per-user cache. They
 * make training faster and nothing else: where they cannot be compiled, training takes TensorFlow's own ops, and `doctor` says so.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { capture } from '../children.mjs';
import { draftOf, readJson, remove, removeLeftovers, sha256, writeJson } from '../files.mjs';
import { withLock } from '../lock.mjs';
import { say, step } from '../output.mjs';
import { node24 } from '../node24.mjs';
import { NODE_MODULES, ROOT, TFJS } from '../paths.mjs';
import { librariesOf } from './runtime.mjs';
import { NAPI_VERSION } from './sources.mjs';

export const KERNELS = 'transfusion_kernels.node';
export const KERNEL_SOURCES = path.join(ROOT, 'main', 'engine', 'native');
/** Beside the addon, for `doctor`: whether there is one, and if not, why. */
export const KERNELS_STATE = 'transfusion_kernels.json';

const TRIAL = path.join(ROOT, 'scripts', 'setup', 'tensorflow', 'kernels-trial.mjs');
const LINKED_FOLDER = path.join(TFJS, 'lib', `napi-v${NAPI_VERSION}`);

/**
 * `without`: instruction sets that the compiler could not make, and why; the addon has the others.
 * @typedef {{ built: true, without?: Record<string, string> } | { built: false, reason: string }} KernelsState
 */

/** Options of every source; no instruction set is taken from the machine that compiles. */
export const COMMON_OPTIONS = ['-std=c++17', '-O2', '-fPIC', '-fvisibility=hidden', '-pthread', '-DNDEBUG'];
/** @type {Record<string, string[]>} what only this file may use; it runs only on processors that have it */
export const OPTIONS_OF = {
  'instruction-set-avx2.cc': ['-mavx2', '-mfma'],
  'instruction-set-avx512.cc': ['-mavx2', '-mfma', '-mavx512f', '-mprefer-vector-width=512'],
};

/** @param {RegExp} wanted @returns {string[]} of the addon, below its folder, with forward slashes, in the order of their names */
function kernelFiles(wanted) {
  const names = fs
    .readdirSync(KERNEL_SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((name) => wanted.test(name));
  const byName = (/** @type {string} */ a, /** @type {string} */ b) => (path.basename(a) < path.basename(b) ? -1 : 1);
  return names.map((name) => name.replaceAll('\\', '/')).sort(byName);
}

/** @param {string} arch as Node names it @returns {string[]} source files of the addon for this architecture */
export function kernelSources(arch) {
  return kernelFiles(/\.cc$/).filter((name) => arch === 'x64' || !(name in OPTIONS_OF));
}

/**
 * Compiles the addon if the cache does not have it, and puts it beside the binding. Never fails: what went wrong is kept, so
 * that the next start does not try the same sources again.
 * @param {{ device: string, cache: string, runtime: string }} plan
 */
export async function ensureKernels({ device, cache, runtime }) {
  const impossible = whyImpossible(device);
  if (impossible) return place(null, { built: false, reason: impossible });
  const folder = path.join(cache, `kernels-${keyOf(runtime)}`);
  if (isPlaced(folder)) return;
  if (!stateOf(folder)) {
    await withLock(path.join(cache, 'setup.lock'), 'compiling the native kernels', async () => {
      if (!stateOf(folder)) await compile(folder, runtime, tryOut);
    });
  }
  place(folder, stateOf(folder) ?? { built: false, reason: 'the compiled addon vanished from the cache' });
}

/** @param {string} device @returns {string | null} */
function whyImpossible(device) {
  if (device === 'gpu') return 'they are for the processor; on a GPU, TensorFlow has its own';
  if (process.platform !== 'linux') return 'they are compiled on Linux only';
  return null;
}

/** Changes with the sources, the options and the TensorFlow that they are linked against. @param {string} runtime */
function keyOf(runtime) {
  const contents = kernelFiles(/\.(cc|h)$/).map(
    (name) => `${name}\n${fs.readFileSync(path.join(KERNEL_SOURCES, name), 'utf8')}`,
  );
  const options = JSON.stringify([COMMON_OPTIONS, OPTIONS_OF, process.env['CXX'] ?? 'g++', path.basename(runtime)]);
  return sha256([options, ...contents].join('\n')).slice(0, 16);
}

/** @param {string} folder @returns {KernelsState | null} null: not tried yet */
const stateOf = (folder) => readJson(path.join(folder, KERNELS_STATE));

/**
 * Lets an addon compute, in a process of its own beside the linked binding, so that one that does not load here, dies or computes
 * wrongly does not get as far as training.
 * @param {string} addon @returns {Promise<string | null>} what went wrong
 */
export async function tryOut(addon) {
  const binding = path.join(LINKED_FOLDER, 'tfjs_binding.node');
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2', TRANSFUSION_INSTRUCTION_SET: '' };
  const { code, signal, output } = await capture(node24(), [TRIAL, binding, addon], { env });
  if (code === 0) return null;
  const [error] = /^\w*Error: .*$/m.exec(output) ?? [];
  return `the compiled addon does not work here: ${signal ? `ended by ${signal}` : (error ?? tail(output))}`;
}

/** @param {string} folder @param {string} runtime @param {(addon: string) => Promise<string | null>} [trial] */
export async function compile(folder, runtime, trial = () => Promise.resolve(null)) {
  removeLeftovers(path.dirname(folder));
  const draft = draftOf(folder);
  fs.mkdirSync(draft, { recursive: true });
  const state = await step('compiling the native kernels (about half a minute)', async () => {
    const built = await build(draft, runtime);
    const problem = built.built ? await trial(path.join(draft, KERNELS)) : null;
    return problem ? /** @type {KernelsState} */ ({ built: false, reason: problem }) : built;
  });
  if (!state.built) {
    remove(path.join(draft, KERNELS));
    say(`[set-up] the native kernels could not be made; training takes TensorFlow's own ops, which are slower:`);
    tellOf(state.reason);
  } else {
    for (const [set, reason] of Object.entries(state.without ?? {})) {
      say(`[set-up] the native kernels were compiled without the instruction set ${set}:`);
      tellOf(reason);
    }
  }
  writeJson(path.join(draft, KERNELS_STATE), state);
  remove(folder);
  fs.renameSync(draft, folder);
}

/** @param {string} reason */
function tellOf(reason) {
  for (const line of reason.split('\n')) say(`  | ${line}`);
}

/**
 * Compiles every source, as many at a time as there are processors, and links them. A compiler that cannot make an instruction
 * set loses that set alone.
 * @param {string} folder @param {string} runtime
 * @returns {Promise<KernelsState>} reasons are the end of what the compiler said
 */
async function build(folder, runtime) {
  const compiler = process.env['CXX'] ?? 'g++';
  const libraries = librariesOf(runtime);
  const includes = [
    KERNEL_SOURCES,
    path.join(libraries, 'include'),
    path.join(NODE_MODULES, 'node-api-headers', 'include'),
  ];
  // The slowest first, so that the last one is short.
  const waiting = kernelSources(process.arch).sort((a, b) => Number(b in OPTIONS_OF) - Number(a in OPTIONS_OF));
  /** @type {string[]} */
  const objects = [];
  /** @type {Record<string, string>} */
  const without = {};
  /** @type {string | null} */
  let failure = null;
  const work = async () => {
    for (let name = waiting.shift(); name && !failure; name = waiting.shift()) {
      const object = path.join(folder, `${path.basename(name)}.o`);
      const include = includes.map((place) => `-I${place}`);
      const args = [...COMMON_OPTIONS, ...(OPTIONS_OF[name] ?? []), ...include, '-c', name, '-o', object];
      const { code, output } = await capture(compiler, args, { cwd: KERNEL_SOURCES });
      if (code === 0) objects.push(object);
      else if (name in OPTIONS_OF) without[setOf(name)] = tail(output);
      else failure = tail(output);
    }
  };
  await Promise.all(Array.from({ length: Math.min(4, os.cpus().length || 1) }, work));
  if (failure) return { built: false, reason: failure };
  // TensorFlow is loaded before the addon; the run path is for the loader's look at the dependency's name.
  const link = ['-shared', '-pthread', `-L${libraries}`, '-Wl,-rpath,$ORIGIN/../../deps/lib'];
  const library = 'tensorflow_framework';
  const args = [...link, '-o', path.join(folder, KERNELS), ...objects.sort(), `-l${library}`];
  const { code, output } = await capture(compiler, args, { cwd: KERNEL_SOURCES });
  for (const object of objects) remove(object);
  if (code !== 0) return { built: false, reason: tail(output) };
  return { built: true, ...(Object.keys(without).length > 0 ? { without } : {}) };
}

/** @param {string} source */
const setOf = (source) => path.basename(source, '.cc').replace('instruction-set-', '');

/** @param {string} output */
const tail = (output) => output.trimEnd().split(/\r?\n/).slice(-12).join('\n') || 'the compiler did not say why';

/** @param {string} folder */
function isPlaced(folder) {
  try {
    const state = stateOf(folder);
    if (!state || JSON.stringify(readJson(path.join(LINKED_FOLDER, KERNELS_STATE))) !== JSON.stringify(state))
      return false;
    const placed = path.join(LINKED_FOLDER, KERNELS);
    return state.built
      ? fs.readFileSync(placed).equals(fs.readFileSync(path.join(folder, KERNELS)))
      : !fs.existsSync(placed);
  } catch {
    return false;
  }
}

/** Copied like the binding, by a rename, so that a program that has the old addon loaded keeps it. @param {string | null} folder @param {KernelsState} state */
function place(folder, state) {
  fs.mkdirSync(LINKED_FOLDER, { recursive: true });
  const placed = path.join(LINKED_FOLDER, KERNELS);
  if (folder && state.built) {
    const draft = `${placed}.${process.pid}.tmp`;
    fs.copyFileSync(path.join(folder, KERNELS), draft);
    fs.renameSync(draft, placed);
  } else {
    remove(placed);
  }
  writeJson(path.join(LINKED_FOLDER, KERNELS_STATE), state);
}
