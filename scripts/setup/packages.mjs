/** The npm packages, exactly as package-lock.json says. */
import fs from 'node:fs';
import path from 'node:path';
import { show } from './children.mjs';
import { readJson, sha256, writeJson } from './files.mjs';
import { withLock } from './lock.mjs';
import { SetupError, step } from './output.mjs';
import { NODE_MODULES, ROOT } from './paths.mjs';

const LOCK_FILE = path.join(ROOT, 'package-lock.json');
const STAMP = path.join(NODE_MODULES, '.transfusion-packages.json');
const INSTALLED = path.join(NODE_MODULES, '.package-lock.json');
export const CLONE_LOCK = path.join(ROOT, '.cache', 'setup.lock');

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean, os?: string | string[], cpu?: string | string[], libc?: string | string[] }} LockedPackage
 * @typedef {Record<string, LockedPackage>} LockedPackages path below the project -> package
 */

export async function ensurePackages() {
  const hash = sha256(fs.readFileSync(LOCK_FILE));
  if (readJson(STAMP)?.lock === hash) return;
  await withLock(CLONE_LOCK, 'the packages of this folder', async () => {
    if (readJson(STAMP)?.lock === hash) return;
    // Installed by hand, or by an earlier set-up that was killed just before its stamp: nothing to do.
    if (!isInstalled()) {
      await step('installing the npm packages (about half a minute)', install);
    }
    writeJson(STAMP, { lock: hash });
  });
}

function isInstalled() {
  const wanted = readJson(LOCK_FILE)?.packages;
  const found = readJson(INSTALLED)?.packages;
  if (!wanted || !found) return false;
  if (firstDifference(wanted, found, { platform: process.platform, arch: process.arch }) !== null) return false;
  return Object.keys(found).every((place) => fs.existsSync(path.join(ROOT, place, 'package.json')));
}

/**
 * The first package in which what npm recorded as installed differs from the lock file, or null. Optional packages
 * for other machines may be missing.
 * @param {LockedPackages} wanted @param {LockedPackages} found @param {{ platform: string, arch: string }} machine
 */
export function firstDifference(wanted, found, { platform, arch }) {
  for (const [place, locked] of Object.entries(wanted)) {
    if (place === '') continue;
    const there = found[place];
    if (there ? there.version === locked.version && there.integrity === locked.integrity : locked.optional) {
      const isForHere =
        names(locked.os).includes(platform) &&
        names(locked.cpu).includes(arch) &&
        (!locked.libc || names(locked.libc).includes('glibc'));
      if (there || !isForHere) continue;
    }
    return place;
  }
  return Object.keys(found).find((place) => place !== '' && !wanted[place]) ?? null;
}

/** npm writes one name as a text and several as a list. @param {string | string[] | undefined} value @returns {string[]} */
function names(value) {
  return typeof value === 'string' ? [value] : (value ?? []);
}

async function install() {
  const npm = findNpm(process.env, process.execPath);
  if (!npm) {
    throw new SetupError('npm was not found beside this Node, nor on the path.', [
      'Install Node 20 or newer together with npm (https://nodejs.org, or: apt-get install npm), then run: npm start',
    ]);
  }
  // A killed installation must not look finished.
  fs.rmSync(STAMP, { force: true });
  fs.rmSync(INSTALLED, { force: true });
  const runsFromNodeModules = process.execPath.startsWith(NODE_MODULES + path.sep);
  // `npm ci` starts by deleting node_modules, and Windows does not delete a program that runs.
  const command = runsFromNodeModules && process.platform === 'win32' ? 'install' : 'ci';
  const args = [
    npm,
    command,
    '--ignore-scripts',
    '--include=dev',
    '--include=optional',
    '--prefer-offline',
    '--loglevel=error',
  ];
  const outcome = await show(nodeForNpm(runsFromNodeModules), args, { cwd: ROOT });
  if (outcome.code === 0 && isInstalled()) return;
  throw new SetupError(
    outcome.code === 0
      ? 'npm reported success, but node_modules does not hold what package-lock.json lists.'
      : `npm ${command} failed${outcome.code === null ? '' : ` with code ${outcome.code}`}; its own message is above.`,
    [
      'Without a network, or behind a proxy: set HTTPS_PROXY, or "npm config set registry ..." to the mirror of your institution.',
      'With ENOSPC: free about 2 GB on this disk. Then run the same command again; it starts over cleanly.',
    ],
  );
}

/** The Node that runs npm itself, rather than one that npm is about to delete. @param {boolean} runsFromNodeModules */
function nodeForNpm(runsFromNodeModules) {
  const own = process.env['npm_node_execpath'];
  return runsFromNodeModules && own && fs.existsSync(own) ? own : process.execPath;
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
