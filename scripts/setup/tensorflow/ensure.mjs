/** TensorFlow for this clone: the runtime and the binding in the per-user cache, and the links to them in node_modules. */
import fs from 'node:fs';
import path from 'node:path';
import { readJson, remove } from '../files.mjs';
import { withLock } from '../lock.mjs';
import { SetupError } from '../output.mjs';
import { cacheFolder, ROOT, TFJS } from '../paths.mjs';
import { chosenDevice } from './choice.mjs';
import { ensureKernels } from './kernels.mjs';
import { bindingName, NAPI_VERSION, runtimeName, tensorflowSource } from './sources.mjs';

/**
 * @typedef {import('./sources.mjs').Device} Device
 * @typedef {import('./sources.mjs').Source} Source
 * @typedef {{ source: Source, device: Device, cache: string, runtime: string, binding: string }} Plan places in the cache
 */

const LINKED_LIBRARIES = path.join(TFJS, 'deps', 'lib');
const LINKED_BINDING = path.join(TFJS, 'lib', `napi-v${NAPI_VERSION}`, 'tfjs_binding.node');

/**
 * @param {Device} [device]
 * @returns {Promise<Record<string, string>>} environment that programs need in order to load it
 */
export async function ensureTensorflow(device = chosenDevice()) {
  const plan = planFor(device);
  if (!isLinked(plan)) await make(plan);
  await ensureKernels(plan);
  return cudaEnvironment(plan);
}

/** @param {Plan} plan */
async function make(plan) {
  requireWritable(plan.cache);
  const { isRuntimeWhole, makeRuntime } = await import('./runtime.mjs');
  const { requireTools } = await import('../tools.mjs');
  const { compileBinding } = await import('./binding.mjs');
  await withLock(path.join(plan.cache, 'setup.lock'), 'setting TensorFlow up', async () => {
    const { runtime: needsRuntime, build: needsBinding, pip } = neededFor(plan, isRuntimeWhole);
    const python = await requireTools({ npm: false, build: needsBinding, pip });
    if (python) {
      if (needsRuntime) await makeRuntime({ ...plan, python });
      if (needsBinding) await compileBinding({ runtime: plan.runtime, folder: path.dirname(plan.binding), python });
    }
    link(plan);
  });
}

/** @param {Plan} plan @param {(runtime: string) => boolean} isRuntimeWhole */
function neededFor(plan, isRuntimeWhole) {
  const runtime = !isRuntimeWhole(plan.runtime);
  const build = runtime || !fs.existsSync(plan.binding);
  return { runtime, build, pip: runtime && !process.env['TRANSFUSION_TENSORFLOW_WHEEL'] };
}

/** What setting TensorFlow up would ask of this machine. @throws SetupError where the cache cannot be written to */
export async function neededForTensorflow() {
  const plan = planFor(chosenDevice());
  requireWritable(plan.cache);
  const { isRuntimeWhole, runtimeSpace } = await import('./runtime.mjs');
  const { runtime, build, pip } = neededFor(plan, isRuntimeWhole);
  return { build, pip, space: runtime ? [runtimeSpace(plan)] : [] };
}

/** CUDA's libraries find each other by this. @param {Plan} plan @returns {Record<string, string>} */
function cudaEnvironment({ device, runtime }) {
  if (device === 'cpu') return {};
  const folder = path.join(runtime, 'nvidia');
  const libraries = fs.readdirSync(folder).map((name) => path.join(folder, name, 'lib'));
  return { LD_LIBRARY_PATH: [...libraries, process.env['LD_LIBRARY_PATH'] ?? ''].filter(Boolean).join(':') };
}

/** @param {string} cache */
function requireWritable(cache) {
  try {
    fs.mkdirSync(cache, { recursive: true });
    fs.accessSync(cache, fs.constants.W_OK);
  } catch (error) {
    throw new SetupError(
      `The cache folder ${cache} cannot be written to (${/** @type {NodeJS.ErrnoException} */ (error).code}).`,
      ['Give this user the right to write there, or set TRANSFUSION_CACHE to another folder.'],
    );
  }
}

/** @param {Device} device @returns {Plan} */
function planFor(device) {
  const machine = { platform: process.platform, arch: process.arch, device };
  const source = tensorflowSource(machine);
  if (!source) {
    throw new SetupError(
      `TensorFlow for ${device === 'gpu' ? 'an NVIDIA card' : 'the processor'} is not to be had for ${process.platform} on ${process.arch}.`,
      [
        device === 'gpu'
          ? 'Go back to the processor: npm run setup:gpu -- --cpu'
          : 'Supported: Linux on x86-64 and arm64 (with the GNU C library), Windows on x86-64.',
      ],
    );
  }
  const cache = cacheFolder();
  const name = runtimeName(machine, source);
  // From the project's own list, so that a clone without packages finds what other clones have left in the cache.
  const tfjs = readJson(path.join(ROOT, 'package.json')).dependencies['@tensorflow/tfjs-node-gpu'];
  const binding = path.join(cache, bindingName(name, tfjs), 'tfjs_binding.node');
  return { source, device, cache, runtime: path.join(cache, name), binding };
}

/** The quick look of every start: four calls to the file system. @param {Plan} plan */
function isLinked({ runtime, binding }) {
  try {
    return (
      fs.realpathSync(LINKED_LIBRARIES) === fs.realpathSync(path.join(runtime, 'tensorflow')) &&
      fs.readFileSync(LINKED_BINDING).equals(fs.readFileSync(binding))
    );
  } catch {
    return false;
  }
}

/**
 * Links the libraries and copies the binding. The binding is copied because Node resolves links before it loads an addon,
 * and the addon looks for the libraries relative to itself.
 * @param {Plan} plan
 */
function link({ runtime, binding }) {
  const libraries = path.join(runtime, 'tensorflow');
  fs.mkdirSync(path.dirname(LINKED_LIBRARIES), { recursive: true });
  fs.mkdirSync(path.dirname(LINKED_BINDING), { recursive: true });
  const draft = `${LINKED_BINDING}.${process.pid}.tmp`;
  fs.copyFileSync(binding, draft);
  fs.renameSync(draft, LINKED_BINDING);
  remove(LINKED_LIBRARIES);
  fs.symlinkSync(libraries, LINKED_LIBRARIES, process.platform === 'win32' ? 'junction' : 'dir');
  if (process.platform !== 'win32') return;
  // Windows looks for a library beside the addon.
  for (const name of fs.readdirSync(libraries).filter((file) => file.endsWith('.dll'))) {
    const place = path.join(path.dirname(LINKED_BINDING), name);
    remove(place);
    fs.linkSync(path.join(libraries, name), place);
  }
}
