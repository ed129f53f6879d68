/** Room on the disks, looked at before anything is fetched. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { formatBytes, SetupError } from './output.mjs';

/**
 * @typedef {{ purpose: string, folder: string, bytes: number, elsewhere?: string }} SpaceNeed `elsewhere`: how to use
 * another disk
 * @typedef {{ freeBytes: (folder: string) => number, diskOf: (folder: string) => number | string }} Disks
 */

/** @param {string} folder */
function nearestExisting(folder) {
  let place = path.resolve(folder);
  while (!fs.existsSync(place)) place = path.dirname(place);
  return place;
}

/** Free bytes for this user on the disk that holds `folder` (or its nearest existing parent). @param {string} folder */
export function freeBytes(folder) {
  const place = nearestExisting(folder);
  // Node has it from 18.15 on, and Debian 12 came with 18.13.
  if (fs.statfsSync) {
    const { bavail, bsize } = fs.statfsSync(place);
    return bavail * bsize;
  }
  const { stdout } = spawnSync('df', ['-Pk', place], { encoding: 'utf8' });
  return parseDf(stdout ?? '') ?? Infinity;
}

/** Free bytes from what `df -Pk` says of one place; null where it says something else. @param {string} output */
export function parseDf(output) {
  const free = /\s(\d+)\s+\d+%\s/.exec(output.split('\n')[1] ?? '')?.[1];
  return free === undefined ? null : Number(free) * 1024;
}

/** @type {Disks} */
const HERE = { freeBytes, diskOf: (folder) => fs.statSync(nearestExisting(folder)).dev };

/**
 * The message for the first disk that has too little for all that it is to take, or null.
 * @param {SpaceNeed[]} needs @param {Disks} disks
 */
export function describeShortage(needs, disks) {
  for (const { folder } of needs) {
    const here = needs.filter((need) => disks.diskOf(need.folder) === disks.diskOf(folder));
    const needed = here.reduce((sum, { bytes }) => sum + bytes, 0);
    const free = disks.freeBytes(folder);
    if (free >= needed) continue;
    const purposes = here.map(({ purpose }) => purpose).join(' and ');
    const ways = here.flatMap(({ elsewhere }) => elsewhere ?? []);
    return {
      message: `The set-up needs ${formatBytes(needed)} of free space for ${purposes}; the disk of ${folder} has ${formatBytes(free)}.`,
      actions: [
        `${[`Free ${formatBytes(needed - free)} there`, ...ways].join(', or ')}.`,
        'Then run the same command again.',
      ],
    };
  }
  return null;
}

/** @param {SpaceNeed[]} needs @throws SetupError where a disk has too little */
export function requireSpace(needs) {
  const shortage = describeShortage(needs, HERE);
  if (shortage) throw new SetupError(shortage.message, shortage.actions);
}
