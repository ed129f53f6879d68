/** Small files of the set-up: stamps, fingerprints, leftovers. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/** @param {string} file @returns {any} the document, or null where the file is missing or torn */
export function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

/** Writes so that a reader, or a start after a kill, sees the old or the new document. @param {string} file @param {unknown} value */
export function writeJson(file, value) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  fs.writeFileSync(temporary, `${JSON.stringify(value, null, 2)}\n`);
  fs.renameSync(temporary, file);
}

/** @param {string | Buffer} data */
export function sha256(data) {
  return createHash('sha256').update(data).digest('hex');
}

/** SHA-256 of a file of any size, as hex. @param {string} file @returns {Promise<string>} */
export async function sha256OfFile(file) {
  const hash = createHash('sha256');
  for await (const part of fs.createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(part);
  return hash.digest('hex');
}

/**
 * A value that changes whenever a file below one of the folders is added, removed or changed: made of names, sizes
 * and times of change, which takes milliseconds where reading everything would not.
 * @param {string[]} roots files or folders; missing ones count as empty
 */
export function fingerprint(roots) {
  /** @type {string[]} */
  const lines = [];
  for (const root of roots) collect(root, lines);
  return sha256(lines.join('\n'));
}

/** @param {string} place @param {string[]} lines */
function collect(place, lines) {
  const stat = fs.statSync(place, { throwIfNoEntry: false });
  if (!stat) return;
  if (stat.isDirectory()) {
    for (const name of fs.readdirSync(place).sort()) collect(path.join(place, name), lines);
  } else {
    lines.push(`${place} ${stat.size} ${stat.mtimeMs}`);
  }
}

/** @param {string} place */
export function remove(place) {
  fs.rmSync(place, { recursive: true, force: true, maxRetries: 3 });
}

/** A name beside `place` that no other process uses; whatever bears such a name when a set-up starts is a leftover. @param {string} place */
export function draftOf(place) {
  return `${place}.${process.pid}-${Date.now().toString(36)}.partial`;
}

/**
 * Removes what killed set-ups left in a folder. A program that outlived one may still be writing there: what cannot be
 * removed now is removed the next time.
 * @param {string} folder @param {(name: string) => boolean} isLeftover
 */
export function removeLeftovers(folder, isLeftover = (name) => name.endsWith('.partial')) {
  if (!fs.existsSync(folder)) return;
  for (const name of fs.readdirSync(folder).filter(isLeftover)) {
    try {
      remove(path.join(folder, name));
    } catch {
      // Not ours to fail on.
    }
  }
}
