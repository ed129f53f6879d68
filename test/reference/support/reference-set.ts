/** The folder of expected numbers: `REFERENCE_DIR`, or the copy in the repository. */
import fs from 'node:fs';
import path from 'node:path';

export const REFERENCE_DIR = process.env.REFERENCE_DIR ?? path.resolve(import.meta.dirname, '../../fixtures/reference');

export const referencePath = (...parts: string[]): string => path.join(REFERENCE_DIR, ...parts);

/** A JSON file of the set, or null where this set does not have it. */
export function readReference<T>(...parts: string[]): T | null {
  const file = referencePath(...parts);
  return fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, 'utf8')) as T) : null;
}

/** What a test is called where its file or block is absent: a hold-out set may lack some. */
export const notInThisSet = (what: string): string => `${what}: not in this set (${REFERENCE_DIR})`;
