/** Zip files of study bundles: written file by file, read with limits, since a bundle may come from anyone. */
import { formatBytes } from '../../../shared/words/numbers.ts';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Zip, ZipDeflate } from 'fflate';
import { AppError } from '../../../shared/system/errors.ts';
import { commitFileSlowly } from '../../platform/atomic-file.ts';
import { readInputPieces } from '../../platform/input-file.ts';
import { openZip, type ZipEntry } from '../../platform/zip-archive.ts';
import { BUNDLE_NAME } from './bundle-format.ts';

/** A study of 250,000 images and 50 runs stays far below each of these. */
export const BUNDLE_LIMITS = {
  zipBytes: 2 ** 30,
  files: 10_000,
  fileBytes: 2 ** 29,
  totalBytes: 3 * 2 ** 30,
};
export type BundleLimits = typeof BUNDLE_LIMITS;

export interface ZipContent {
  name: string;
  data: Uint8Array;
}

export function refuseBundle(message: string, action = 'Ask for the file again, or export it anew.'): AppError {
  return new AppError('bad-input', `The file cannot be opened as a study bundle: ${message}`, { action });
}

/**
 * Writes the files that `contents` yields, each while the next is not yet made, and other work between two of them. Times in the zip
 * are all `at`.
 */
export async function writeZip(file: string, at: Date, contents: Iterable<ZipContent>): Promise<{ bytes: number }> {
  let bytes = 0;
  await commitFileSlowly(file, async (temporary) => {
    const handle = fs.openSync(temporary, 'w');
    try {
      const zip = new Zip((error, part) => {
        if (error !== null) throw error;
        fs.writeSync(handle, part);
        bytes += part.length;
      });
      for (const { name, data } of contents) {
        const entry = new ZipDeflate(name, { level: 6 });
        entry.mtime = at;
        zip.add(entry);
        entry.push(data, true);
        await nextTurn();
      }
      zip.end();
    } finally {
      fs.closeSync(handle);
    }
  });
  return { bytes };
}

/** A bundle's files; each is unpacked when it is asked for, and not kept. */
export interface BundleFiles {
  /** Of the zip file. */
  sha256: string;
  /** Unpacked sizes in bytes, by name. */
  sizes: ReadonlyMap<string, number>;
  /** @throws AppError `bad-input` where the file is missing or damaged */
  read: (name: string) => Buffer;
  close: () => void;
}

/** Names, number and sizes are checked before anything is unpacked. @throws AppError `not-found`, `bad-input`, `io` */
export function openBundle(file: string, limits = BUNDLE_LIMITS): BundleFiles {
  const kind = { what: 'a study bundle (a zip file)', maxBytes: limits.zipBytes };
  const hash = createHash('sha256');
  readInputPieces(file, kind, (piece) => hash.update(piece));
  const archive = openZip(file, kind);
  try {
    const sizes = sizesOf([...archive.entries.values()], limits);
    return {
      sha256: hash.digest('hex'),
      sizes,
      read(name) {
        if (!sizes.has(name)) throw refuseBundle(`${name} is missing.`);
        return archive.read(name);
      },
      close: () => archive.close(),
    };
  } catch (error) {
    archive.close();
    throw error;
  }
}

function sizesOf(entries: readonly ZipEntry[], limits: BundleLimits): Map<string, number> {
  const other = entries.find(({ name }) => !BUNDLE_NAME.test(name));
  if (other !== undefined) throw refuseBundle(describeName(other.name));
  if (entries.length > limits.files) throw refuseBundle(`it holds more than ${limits.files} files.`);
  const total = entries.reduce((sum, { bytes }) => sum + bytes, 0);
  if (entries.some(({ bytes }) => bytes > limits.fileBytes) || total > limits.totalBytes) {
    throw refuseBundle(
      `unpacked it would be larger than a study can be (at most ${formatBytes(limits.fileBytes)} a file, ${formatBytes(limits.totalBytes)} in all).`,
    );
  }
  return new Map(entries.map(({ name, bytes }) => [name, bytes]));
}

/** Names of other files stay out of the message: they may be anything. */
function describeName(name: string): string {
  const unsafe = /^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)|\0/.test(name);
  return unsafe
    ? 'it holds a file that would be written outside of its folder.'
    : 'it holds a file that no study bundle has.';
}
