/**
 * The unpacked TensorFlow in the per-user cache. A folder with its final name is whole: it is filled under a temporary
 * name and renamed at the end.
 */
import fs from 'node:fs';
import path from 'node:path';
import { capture, show } from '../children.mjs';
import { draftOf, readJson, remove, removeLeftovers, sha256OfFile, writeJson } from '../files.mjs';
import { SetupError, step } from '../output.mjs';
import { ROOT } from '../paths.mjs';
import { requireSpace } from '../space.mjs';
import { obtainTensorflow, pipDownload } from './download.mjs';
import { WHEEL_PARTS } from './sources.mjs';

/**
 * @typedef {import('./sources.mjs').Source} Source
 * @typedef {import('../probe.mjs').Python} Python
 */

const UNPACK = path.join(ROOT, 'scripts', 'setup', 'tensorflow', 'unpack.py');
const SPARE_BYTES = 100_000_000;
const NVIDIA_TAGS = ['manylinux_2_27_x86_64', 'manylinux_2_17_x86_64', 'manylinux2014_x86_64', 'manylinux1_x86_64'];

/** What lies in an unpacked runtime besides TensorFlow; also read by `doctor`. */
export const DESCRIPTION = 'runtime.json';

/** The folder that the binding is linked against and that is searched at run time. @param {string} runtime */
export const librariesOf = (runtime) => path.join(runtime, 'tensorflow');

/** @param {string} runtime @returns {boolean} whole, as far as names and sizes tell */
export function isRuntimeWhole(runtime) {
  const description = readJson(path.join(librariesOf(runtime), DESCRIPTION));
  if (!description) return false;
  return Object.entries(description.libraries).every(
    ([name, bytes]) => fs.statSync(path.join(librariesOf(runtime), name), { throwIfNoEntry: false })?.size === bytes,
  );
}

/** @param {{ source: Source, cache: string }} plan @returns {import('../space.mjs').SpaceNeed} */
export function runtimeSpace({ source, cache }) {
  const isBrought = Boolean(process.env['TRANSFUSION_TENSORFLOW_WHEEL']);
  const isThere = isBrought || fs.existsSync(path.join(cache, 'downloads', source.file));
  const bytes = source.unpackedBytes + SPARE_BYTES + (isThere ? 0 : source.downloadBytes);
  const elsewhere = 'put the cache on another disk: set TRANSFUSION_CACHE to a folder on it';
  return { purpose: 'TensorFlow', folder: cache, bytes, elsewhere };
}

/**
 * Makes the runtime in the cache. The caller holds the cache's lock.
 * @param {{ source: Source, device: string, cache: string, runtime: string, python: Python }} params
 */
export async function makeRuntime({ source, device, cache, runtime, python }) {
  removeLeftovers(cache);
  removeLeftovers(path.join(cache, 'downloads'), (name) => name !== source.file);
  requireSpace([runtimeSpace({ source, cache })]);
  const download = await obtainTensorflow({ source, cache, python });
  const draft = draftOf(runtime);
  fs.mkdirSync(draft, { recursive: true });
  await step('unpacking TensorFlow', async () => {
    await unpack(python, download.file, draft, source.kind === 'wheel' ? WHEEL_PARTS : []);
    if (source.kind === 'archive') arrangeArchive(draft);
  });
  const cuda = source.kind === 'wheel' && source.extra ? await addCuda({ source, draft, download, python }) : [];
  const libraries = librariesOf(draft);
  nameLibraries(libraries);
  writeJson(path.join(libraries, DESCRIPTION), {
    tensorflow: source.version,
    device,
    file: source.file,
    sha256: download.sha256,
    sumWasPinned: source.sha256 !== null,
    cuda,
    libraries: Object.fromEntries(
      fs
        .readdirSync(libraries)
        .filter((name) => /\.(so\.\d+|dll)$/.test(name) && !fs.lstatSync(path.join(libraries, name)).isSymbolicLink())
        .map((name) => [name, fs.statSync(path.join(libraries, name)).size]),
    ),
  });
  remove(runtime);
  fs.renameSync(draft, runtime);
  if (download.isOurs) remove(path.join(cache, 'downloads'));
}

/** @param {Python} python @param {string} archive @param {string} folder @param {string[]} parts */
async function unpack(python, archive, folder, parts) {
  const { code } = await show(python.command, [...python.args, UNPACK, archive, folder, ...parts]);
  if (code === 0) return;
  throw new SetupError(`Unpacking ${path.basename(archive)} failed; Python's own message is above.`, [
    'With "No space left": free some. Otherwise run the same command again; it starts over cleanly.',
  ]);
}

/** The linker asks for `libtensorflow.so`; the wheel has the same functions in `libtensorflow_cc.so.2`. @param {string} folder */
function nameLibraries(folder) {
  if (process.platform === 'win32') return;
  for (const [name, target] of [
    ['libtensorflow.so', 'libtensorflow_cc.so.2'],
    ['libtensorflow_framework.so', 'libtensorflow_framework.so.2'],
  ]) {
    if (name && target) fs.symlinkSync(target, path.join(folder, name));
  }
}

/** TensorFlow's C library for Windows has `include/` and `lib/`: laid out like the wheel's parts. @param {string} draft */
function arrangeArchive(draft) {
  const libraries = librariesOf(draft);
  fs.renameSync(path.join(draft, 'lib'), libraries);
  fs.renameSync(path.join(draft, 'include'), path.join(libraries, 'include'));
  for (const name of ['LICENSE', 'THIRD_PARTY_TF_C_LICENSES']) {
    if (fs.existsSync(path.join(draft, name))) fs.renameSync(path.join(draft, name), path.join(libraries, name));
  }
}

/**
 * The CUDA libraries that the wheel's own metadata lists, beside TensorFlow where its library looks for them.
 * @param {{ source: import('./sources.mjs').Wheel, draft: string, download: { file: string }, python: Python }} params
 * @returns {Promise<{ file: string, sha256: string }[]>}
 */
async function addCuda({ source, draft, download, python }) {
  const script =
    'import sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); n=[i for i in z.namelist() if i.endswith(".dist-info/METADATA")][0]; print(z.read(n).decode())';
  const { output } = await capture(python.command, [...python.args, '-c', script, download.file]);
  const requirements = extraRequirements(output, source.extra ?? '');
  if (requirements.length === 0) throw new SetupError(`${source.file} lists no CUDA libraries.`, ['Report this.']);
  const folder = path.join(draft, 'wheels');
  fs.mkdirSync(folder, { recursive: true });
  await step(`downloading ${requirements.length} CUDA libraries`, () =>
    pipDownload({ python, folder, requirements, tags: NVIDIA_TAGS }),
  );
  const used = [];
  for (const file of fs.readdirSync(folder).filter((name) => name.endsWith('.whl'))) {
    used.push({ file, sha256: await sha256OfFile(path.join(folder, file)) });
    await unpack(python, path.join(folder, file), draft, ['nvidia/']);
    remove(path.join(folder, file));
  }
  remove(folder);
  return used;
}

/**
 * The requirements of one extra, from a wheel's METADATA.
 * @param {string} metadata @param {string} extra
 * @returns {string[]} as pip takes them, e.g. `nvidia-cudnn-cu12<10.0,>=9.3.0.75`
 */
export function extraRequirements(metadata, extra) {
  return metadata
    .split(/\r?\n/)
    .filter((line) => line.startsWith('Requires-Dist:'))
    .map((line) => line.slice('Requires-Dist:'.length).split(';'))
    .filter(([, marker = '']) => new RegExp(`extra\\s*==\\s*["']${extra}["']`).test(marker))
    .map(([requirement = '']) => requirement.replace(/[\s()]/g, ''));
}
