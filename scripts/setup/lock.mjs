/**
 * One set-up at a time per folder. What the lock guards is finished by a rename, so a lock that is taken over wrongly
 * costs time and never a broken result.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onSpawn } from './children.mjs';
import { readJson, writeJson } from './files.mjs';
import { say } from './output.mjs';

const HEARTBEAT_MS = 5_000;
const SILENT_MS = 60_000;
const ORPHAN_MS = 600_000;

/** @typedef {{ pid: number, host: string, token: string, child?: number }} Holder `child`: the program that it runs */

/**
 * True where the holder of a lock cannot be at work any more: its process is gone (same machine), or it has not
 * given a sign of life for a minute (another machine on a shared folder, or a process number used again). A program
 * that outlives a killed holder (npm, say) is waited for, ten minutes at most.
 * @param {Holder | null} holder null: the file is unreadable
 * @param {number} silentMs time since the last sign of life
 * @param {{ host: string, isAlive: (pid: number) => boolean }} here
 */
export function isStale(holder, silentMs, here) {
  if (!holder) return silentMs > HEARTBEAT_MS;
  if (holder.host !== here.host || here.isAlive(holder.pid)) return silentMs > SILENT_MS;
  return !(holder.child && here.isAlive(holder.child) && silentMs < ORPHAN_MS);
}

/**
 * Runs `work` while holding `file`; waits for another holder.
 * @template T
 * @param {string} file @param {string} title what the waiting is for
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(file, title, work) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  /** @type {Holder} */
  const me = { pid: process.pid, host: os.hostname(), token: `${process.pid}-${Date.now()}-${Math.random()}` };
  let told = false;
  while (!take(file, me)) {
    if (removeStale(file)) continue;
    if (!told) say(`[set-up] another process is busy with ${title}; waiting for it ...`);
    told = true;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  const heartbeat = setInterval(() => {
    fs.utimes(file, new Date(), new Date(), () => undefined);
  }, HEARTBEAT_MS);
  const isMine = () => readJson(file)?.token === me.token;
  const release = () => {
    if (isMine()) fs.rmSync(file, { force: true });
  };
  const stopNoting = onSpawn((child) => {
    if (isMine()) writeJson(file, { ...me, child });
  });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    stopNoting();
    process.off('exit', release);
    release();
  }
}

/** @param {string} file @param {Holder} me */
function take(file, me) {
  const draft = `${file}.${me.pid}.tmp`;
  fs.writeFileSync(draft, JSON.stringify(me));
  try {
    // A hard link appears with its content, or not at all.
    fs.linkSync(draft, file);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    return takeWithoutLinks(file, me);
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

/** For file systems without hard links. @param {string} file @param {Holder} me */
function takeWithoutLinks(file, me) {
  try {
    fs.writeFileSync(file, JSON.stringify(me), { flag: 'wx' });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/** @param {string} file @returns {boolean} true where the lock may be tried again at once */
function removeStale(file) {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (!stat) return true;
  const holder = readJson(file);
  if (!isStale(holder, Date.now() - stat.mtimeMs, { host: os.hostname(), isAlive })) return false;
  // Moved away first: of two processes that found it stale, one moves it; what it moved is looked at again.
  const aside = `${file}.stale-${process.pid}`;
  try {
    fs.renameSync(file, aside);
  } catch {
    return true;
  }
  const moved = readJson(aside);
  if (moved && moved.token !== holder?.token) fs.renameSync(aside, file);
  else fs.rmSync(aside, { force: true });
  return true;
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
