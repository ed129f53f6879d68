/** Set-up of a whole run of tests, by vitest or Playwright: a temporary folder of its own, in which nothing may be left at its end. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

function makeOwnTemporaryFolder(): () => void {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'transfusion-tests-'));
  useTemporaryFolder(folder);
  return () => {
    const left = fs.readdirSync(folder);
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    if (left.length > 0) throw new Error(`Expected nothing left in the temporary folder, found ${left.join(', ')}.`);
  };
}

/** For this process and those that it starts from now on, on any system. */
export function useTemporaryFolder(folder: string): void {
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = folder;
}

export { makeOwnTemporaryFolder as default };
