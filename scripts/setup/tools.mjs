/** The programs that a set-up takes, looked for before anything is fetched and told in one message. */
import { SetupError } from './output.mjs';
import { findNpm, findPython, hasPip, isRoot, missingBuildTools, missingLibrary, packageManager } from './probe.mjs';
import { howToInstall } from './requirements.mjs';

/**
 * @typedef {import('./requirements.mjs').Missing} Missing
 * @typedef {{ npm: boolean, build: boolean, pip: boolean }} Wanted `build`: Python, compiler, make and C library
 */

/**
 * @param {Wanted} wanted
 * @returns {Promise<import('./probe.mjs').Python | null>} null where no Python was asked for
 * @throws SetupError that names everything that is missing
 */
export async function requireTools({ npm, build, pip }) {
  /** @type {Missing[]} */
  const missing = [];
  if (npm && !findNpm(process.env, process.execPath)) {
    missing.push({ requirement: 'npm', found: 'neither beside this Node nor on the path' });
  }
  if (build) missing.push(...missingLibrary(), ...(await missingBuildTools()));
  const { python, found } = build ? await findPython() : { python: null, found: '' };
  if (build && !python) missing.push({ requirement: 'python', found });
  if (build && pip && !(python && (await hasPip(python)))) {
    missing.push({ requirement: 'pip', found: python ? `"${python.command} -m pip" does not work` : 'no Python' });
  }
  if (missing.length === 0) return python;
  throw new SetupError(
    'The set-up needs what this machine does not have:',
    howToInstall(missing, { manager: packageManager(), isRoot: isRoot() }),
  );
}
