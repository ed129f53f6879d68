/** Getting the one file that holds TensorFlow: downloaded or brought along, with the right SHA-256, or an error. */
import fs from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { show } from '../children.mjs';
import { draftOf, remove, sha256OfFile } from '../files.mjs';
import { formatBytes, say, SetupError, step } from '../output.mjs';

/**
 * @typedef {import('./sources.mjs').Source} Source
 * @typedef {import('./sources.mjs').Wheel} Wheel
 * @typedef {import('./sources.mjs').Archive} Archive
 * @typedef {import('../probe.mjs').Python} Python
 * @typedef {{ file: string, sha256: string, isOurs: boolean }} Downloaded `isOurs`: in the cache, to be deleted after use
 */

const NETWORK_ADVICE = [
  'Without a network or behind a proxy: set HTTPS_PROXY, or configure pip for the mirror of your institution',
  '(pip config set global.index-url ...).',
];

/**
 * The file, checked. A finished download of an interrupted set-up is used again.
 * @param {{ source: Source, cache: string, python: Python }} params
 * @returns {Promise<Downloaded>}
 */
export async function obtainTensorflow({ source, cache, python }) {
  const brought = process.env['TRANSFUSION_TENSORFLOW_WHEEL'];
  if (brought) return { ...(await checkBrought(path.resolve(brought), source)), isOurs: false };
  const file = path.join(cache, 'downloads', source.file);
  const earlier = fs.existsSync(file) ? await matchingSum(file, source) : null;
  if (earlier) return { file, sha256: earlier, isOurs: true };
  remove(file);
  const draft = draftOf(file);
  fs.mkdirSync(draft, { recursive: true });
  try {
    await step(`downloading TensorFlow ${source.version} (${formatBytes(source.downloadBytes)})`, () =>
      source.kind === 'wheel' ? downloadWheel(source, draft, python) : downloadArchive(source, draft),
    );
    const sum = await sha256OfFile(path.join(draft, source.file));
    const problem = describeMismatch(source, sum, 'the download');
    if (problem) throw problem;
    fs.renameSync(path.join(draft, source.file), file);
    if (source.sha256 === null) say(`[set-up] SHA-256 of ${source.file}: ${sum} (no sum to compare it with is known)`);
    return { file, sha256: sum, isOurs: true };
  } finally {
    remove(draft);
  }
}

/** @param {Wheel} wheel @param {string} folder @param {Python} python */
async function downloadWheel(wheel, folder, python) {
  await pipDownload({ python, folder, requirements: [wheel.requirement], tags: [wheel.tag] });
  if (fs.existsSync(path.join(folder, wheel.file))) return;
  throw new SetupError(`pip fetched ${fs.readdirSync(folder).join(', ')} where ${wheel.file} was asked for.`, [
    `Fetch that file yourself and set TRANSFUSION_TENSORFLOW_WHEEL to its path (see docs/setup.md).`,
  ]);
}

/**
 * Fetches wheels for a named platform, so that any Python fetches the same files.
 * @param {{ python: Python, folder: string, requirements: string[], tags: string[] }} params
 */
export async function pipDownload({ python, folder, requirements, tags }) {
  const args = ['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--no-cache-dir', '--quiet', '--quiet'];
  args.push('--disable-pip-version-check', '--progress-bar', 'on', '--dest', folder);
  args.push('--python-version', '3.11', '--implementation', 'cp', '--abi', 'cp311', '--abi', 'none');
  args.push(...tags.flatMap((tag) => ['--platform', tag]), ...requirements);
  // pip's own temporary files lie in our folder: on the disk whose space was checked, and gone after a kill.
  const env = { ...process.env, TMPDIR: folder, TEMP: folder, TMP: folder, PIP_REQUIRE_VIRTUALENV: 'false' };
  const { code } = await show(python.command, [...python.args, ...args], { env });
  if (code === 0) return;
  throw new SetupError(
    `pip could not download ${requirements.join(', ')} (exit code ${code}); its own message is above.`,
    [
      ...NETWORK_ADVICE,
      'On a machine that must stay offline: bring the file and set TRANSFUSION_TENSORFLOW_WHEEL to its path (docs/setup.md).',
      'Then run the same command again.',
    ],
  );
}

/** @param {Archive} archive @param {string} folder */
async function downloadArchive(archive, folder) {
  try {
    const response = await fetch(archive.url);
    if (!response.ok || !response.body) throw new Error(`the server answered ${response.status}`);
    const body = Readable.fromWeb(/** @type {import('node:stream/web').ReadableStream} */ (response.body));
    await pipeline(body, fs.createWriteStream(path.join(folder, archive.file)));
  } catch (error) {
    throw new SetupError(`The download of ${archive.url} failed: ${describe(error)}.`, [
      'Fetch it with a browser and set TRANSFUSION_TENSORFLOW_WHEEL to its path, then run the same command again.',
    ]);
  }
}

/** @param {string} file @param {Source} source */
async function checkBrought(file, source) {
  if (!fs.existsSync(file)) {
    throw new SetupError(`TRANSFUSION_TENSORFLOW_WHEEL names ${file}, which does not exist.`, [
      `It should be the path of ${source.file} (see docs/setup.md).`,
    ]);
  }
  const sum = await sha256OfFile(file);
  const problem = describeMismatch(source, sum, file);
  if (problem) throw problem;
  return { file, sha256: sum };
}

/** @param {string} file @param {Source} source */
async function matchingSum(file, source) {
  const sum = await sha256OfFile(file);
  return source.sha256 === null || sum === source.sha256 ? sum : null;
}

/**
 * The error for a file with another SHA-256 than the pinned one, or null.
 * @param {Source} source @param {string} found @param {string} what
 */
export function describeMismatch(source, found, what) {
  if (source.sha256 === null || source.sha256 === found) return null;
  return new SetupError(`The SHA-256 of ${what} is not that of ${source.file}, so it was not used.`, [
    `expected ${source.sha256}`,
    `found    ${found}`,
    'It is another file, or was damaged or changed on its way. Run the same command again; if this repeats, fetch the file',
    'on another network and set TRANSFUSION_TENSORFLOW_WHEEL to its path.',
  ]);
}

/** @param {unknown} error */
function describe(error) {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
