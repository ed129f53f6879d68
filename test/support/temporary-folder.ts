/**
 * Set-up of every test file: a temporary folder of its own, for it and for the processes that it starts. At the end nothing may
 * be left in it but what `makeTemporaryFolder` made, and that is removed.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import { useTemporaryFolder } from './own-temporary-folder.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'file-'));
const own = path.join(folder, 'own');
const others = path.join(folder, 'tmp');
fs.mkdirSync(own);
fs.mkdirSync(others);
useTemporaryFolder(others);

// The first hook that is registered: it runs after all of the file's own.
afterAll(() => {
  const left = fs.readdirSync(others);
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  if (left.length > 0) throw new Error(`Expected nothing left in the temporary folder, found ${left.join(', ')}.`);
});

/** An empty folder that is removed when the test file has ended. `name`: how its own name begins. */
export function makeTemporaryFolder(name = 'test'): string {
  return fs.mkdtempSync(path.join(own, `${name}-`));
}
