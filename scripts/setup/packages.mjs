/** The npm packages, exactly as package-lock.json says. */
import fs from 'node:fs';
import path from 'node:path';
import { show } from './children.mjs';
import { readJson, sha256, writeJson } from './files.mjs';
import { withLock } from './lock.mjs';
import { SetupError, step } from './output.mjs';
import { NODE_MODULES, ROOT } from './paths.mjs';
import { findNpm } from './probe.mjs';

const LOCK_FILE = path.join(ROOT, 'package-lock.json');
const STAMP = path.join(NODE_MODULES, '.transfusion-packages.json');
const INSTALLED = path.join(NODE_MODULES, '.package-lock.json');
const UNPACKED_BYTES = 950_000_000;
export const CLONE_LOCK = path.join(ROOT, '.cache', 'setup.lock');

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean, os?: string | string[], cpu?: string | string[], libc?: string | string[] }} LockedPackage
 * @typedef {Record<string, LockedPackage>} LockedPackages path below the project -> package
 */

/** The caller has looked at what the machine has (`first-start.mjs`). */
export async function ensurePackages() {
  if (areMarkedInstalled()) return;
  await withLock(CLONE_LOCK, 'the packages of this folder', async () => {
    if (areMarkedInstalled()) return;
    // Installed by hand, or by an earlier set-up that was killed just before its stamp: nothing to do.
    if (findDifference() !== null) {
      await step('installing the npm packages (about half a minute)', install);
    }
    writeJson(STAMP, { lock: lockHash() });
  });
}

const lockHash = () => sha256(fs.readFileSync(LOCK_FILE));

/** The quick look of every start. */
export function areMarkedInstalled() {
  return readJson(STAMP)?.lock === lockHash();
}

/** What installing the packages would ask of this machine. @returns {{ npm: boolean, space: import('./space.mjs').SpaceNeed[] }} */
export function neededForPackages() {
  const npm = findDifference() !== null;
  // npm deletes an older node_modules first, so that its space counts as free.
  const isFirst = npm && !fs.existsSync(NODE_MODULES);
  return { npm, space: isFirst ? [{ purpose: 'the npm packages', folder: ROOT, bytes: UNPACKED_BYTES }] : [] };
}

/** The first package that is not as the lock file says; null: all are. */
function findDifference() {
  const wanted = readJson(LOCK_FILE)?.packages;
  const found = readJson(INSTALLED)?.packages;
  if (!wanted || !found) return 'node_modules/.package-lock.json';
  const there = Object.keys(found);
  return (
    firstDifference(wanted, found, { platform: process.platform, arch: process.arch }) ??
    there.find((place) => !fs.existsSync(path.join(ROOT, place, 'package.json'))) ??
    null
  );
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
  if (!npm) throw new Error('no npm');
  // A killed installation must not look finished.
  fs.rmSync(STAMP, { force: true });
  fs.rmSync(INSTALLED, { force: true });
  const runsFromNodeModules = process.execPath.startsWith(NODE_MODULES + path.sep);
  // `npm ci` starts by deleting node_modules, and Windows does not delete a program that runs.
  const command = runsFromNodeModules && process.platform === 'win32' ? 'install' : 'ci';
  const args = [
    '--require',
    path.join(ROOT, 'scripts', 'setup', 'as-node24.cjs'),
    npm,
    command,
    '--ignore-scripts',
    '--include=dev',
    '--include=optional',
    '--prefer-offline',
    '--loglevel=error',
    // Without a network, npm's own patience is two minutes of silence.
    '--fetch-retry-mintimeout=2000',
    '--fetch-retry-maxtimeout=20000',
  ];
  const outcome = await show(nodeForNpm(runsFromNodeModules), args, { cwd: ROOT });
  const difference = outcome.code === 0 ? findDifference() : null;
  if (outcome.code === 0 && difference === null) return;
  if (difference !== null) {
    throw new SetupError(
      `npm reported success, but node_modules does not hold what package-lock.json lists: ${difference} is another one or missing.`,
      [
        'Run: npm ci --ignore-scripts --include=optional',
        'Then the same command again. If this repeats, report it with what npm --version says.',
      ],
    );
  }
  throw new SetupError(
    `npm ${command} failed${outcome.code === null ? '' : ` with code ${outcome.code}`}; its own message is above.`,
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
