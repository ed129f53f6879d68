/** Zip files of study bundles: written file by file, read with limits, since a bundle may come from anyone. */
import { formatBytes } from '../../../shared/words/numbers.ts';
import fs from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { unzipSync, Zip, ZipDeflate } from 'fflate';
import { AppError } from '../../../shared/system/errors.ts';
import { commitFileSlowly } from '../../platform/atomic-file.ts';
import { readInputFile } from '../../platform/input-file.ts';
import { sha256Of } from '../../platform/sha256.ts';
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

/** @throws AppError `not-found`, `bad-input`, `io` */
export function readZipFile(file: string, limits = BUNDLE_LIMITS): { sha256: string; files: Map<string, Uint8Array> } {
  const data = readInputFile(file, { what: 'a study bundle (a zip file)', maxBytes: limits.zipBytes });
  return { sha256: sha256Of(data), files: unzip(data, limits) };
}

/** Sizes and names are checked before anything is unpacked; no file becomes larger than the zip file says it is. */
export function unzip(data: Uint8Array, limits = BUNDLE_LIMITS): Map<string, Uint8Array> {
  if (data[0] !== 0x50 || data[1] !== 0x4b) throw refuseBundle('it is not a zip file.');
  const seen = new Set<string>();
  let total = 0;
  let unpacked: Record<string, Uint8Array>;
  try {
    unpacked = unzipSync(data, {
      filter: ({ name, originalSize, compression }) => {
        if (name.endsWith('/') && originalSize === 0) return false;
        if (!BUNDLE_NAME.test(name)) throw refuseBundle(describeName(name));
        if (seen.has(name)) throw refuseBundle(`it holds ${name} twice.`);
        seen.add(name);
        total += originalSize;
        if (seen.size > limits.files) throw refuseBundle(`it holds more than ${limits.files} files.`);
        if (originalSize > limits.fileBytes || total > limits.totalBytes) {
          throw refuseBundle(
            `unpacked it would be larger than a study can be (at most ${formatBytes(limits.fileBytes)} a file, ${formatBytes(limits.totalBytes)} in all).`,
          );
        }
        if (compression !== 0 && compression !== 8)
          throw refuseBundle(`${name} is packed in a way that it does not use.`);
        return true;
      },
    });
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw refuseBundle('the zip file is damaged or cut short.');
  }
  return new Map(Object.entries(unpacked));
}

/** Names of other files stay out of the message: they may be anything. */
function describeName(name: string): string {
  const unsafe = /^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)|\0/.test(name);
  return unsafe
    ? 'it holds a file that would be written outside of its folder.'
    : 'it holds a file that no study bundle has.';
}
