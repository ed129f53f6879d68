/** What this machine has: npm, Python, pip, compiler, make, C library, package manager. */
import fs from 'node:fs';
import path from 'node:path';
import { capture } from './children.mjs';

/**
 * @typedef {import('./requirements.mjs').Missing} Missing
 * @typedef {import('./requirements.mjs').PackageManager} PackageManager
 * @typedef {{ command: string, args: string[] }} Python how to start it
 */

/**
 * The first Python that is new enough, or what was found instead.
 * @returns {Promise<{ python: Python | null, found: string }>}
 */
export async function findPython() {
  /** @type {Python[]} */
  const candidates = [
    ...(process.env['PYTHON'] ? [{ command: process.env['PYTHON'], args: [] }] : []),
    { command: 'python3', args: [] },
    { command: 'python', args: [] },
    ...(process.platform === 'win32' ? [{ command: 'py', args: ['-3'] }] : []),
  ];
  let found = 'none on the path';
  for (const python of candidates) {
    const script = 'import sys; print("%d.%d" % sys.version_info[:2])';
    const { code, output } = await capture(python.command, [...python.args, '-c', script]);
    if (code !== 0) continue;
    const [major = 0, minor = 0] = output.trim().split('.').map(Number);
    if (major === 3 && minor >= 8) return { python, found: output.trim() };
    found = `${python.command} is version ${output.trim()}`;
  }
  return { python: null, found };
}

/** @param {Python} python @returns {Promise<boolean>} */
export async function hasPip(python) {
  return (await capture(python.command, [...python.args, '-m', 'pip', '--version'])).code === 0;
}

/**
 * npm's own script: the npm that started us, else the one beside Node, else the one on the path.
 * @param {Record<string, string | undefined>} env @param {string} execPath
 * @returns {string | null}
 */
export function findNpm(env, execPath) {
  const folders = (env['PATH'] ?? env['Path'] ?? '').split(path.delimiter).filter(Boolean);
  const candidates = [env['npm_execpath'] ?? ''];
  for (const folder of [path.dirname(execPath), ...folders]) {
    candidates.push(
      path.join(folder, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
      path.join(folder, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
      path.join(folder, 'npm'),
    );
  }
  for (const candidate of candidates) {
    // Another package manager may have started us, and `npm` may be a shell script.
    const real = candidate && fs.existsSync(candidate) ? fs.realpathSync(candidate) : '';
    if (path.basename(real) === 'npm-cli.js') return real;
  }
  return null;
}

/** The tools that compiling the binding takes and that are not there. @returns {Promise<Missing[]>} */
export async function missingBuildTools() {
  // On Windows node-gyp finds Visual Studio itself, and says how to get it where it is missing.
  if (process.platform === 'win32') return [];
  /** @type {Missing[]} */
  const missing = [];
  const compiler = process.env['CXX'] ?? 'g++';
  if ((await capture(compiler, ['--version'])).code !== 0) {
    missing.push({ requirement: 'compiler', found: `${compiler} is not on the path` });
  }
  const make = process.env['MAKE'] ?? 'make';
  if ((await capture(make, ['--version'])).code !== 0) {
    missing.push({ requirement: 'make', found: `${make} is not on the path` });
  }
  return missing;
}

/** @returns {Missing[]} */
export function missingLibrary() {
  if (process.platform !== 'linux') return [];
  const report = /** @type {{ excludeNetwork?: boolean, getReport(): object }} */ (process.report);
  // Without this, a report looks up names in the network.
  report.excludeNetwork = true;
  const { header } = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (
    /** @type {unknown} */ (report.getReport())
  );
  const version = header.glibcVersionRuntime;
  if (!version) return [{ requirement: 'glibc', found: 'this system has another C library' }];
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 2 || (major === 2 && minor >= 27) ? [] : [{ requirement: 'glibc', found: `version ${version}` }];
}

/** @returns {PackageManager | null} */
export function packageManager() {
  if (process.platform === 'win32') return 'winget';
  if (process.platform === 'darwin') return 'brew';
  /** @type {[PackageManager, string][]} */
  const programs = [
    ['apt', 'apt-get'],
    ['dnf', 'dnf'],
    ['zypper', 'zypper'],
    ['pacman', 'pacman'],
    ['apk', 'apk'],
  ];
  const folders = ['/usr/bin', '/bin', '/sbin', '/usr/sbin'];
  return programs.find(([, name]) => folders.some((folder) => fs.existsSync(path.join(folder, name))))?.[0] ?? null;
}

export function isRoot() {
  return process.getuid?.() === 0;
}
