import { execFile } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const program = fileURLToPath(new URL('../../../main/cli/transfusion.ts', import.meta.url));

function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, stdout, stderr });
    });
  });
}

describe('phantom command', () => {
  it('writes a data set and prints what to import', async () => {
    const out = join(makeTemporaryFolder('phantom'), 'new', 'set');
    const done = await run(
      '--json',
      'phantom',
      'natural',
      '--out',
      out,
      '--patients',
      '1',
      '--size',
      '32',
      '--seed',
      '4',
    );
    expect(done).toMatchObject({ code: 0 });
    expect(JSON.parse(done.stdout)).toMatchObject({
      kind: 'natural',
      patients: 1,
      size: 32,
      seed: 4,
      images: 10,
      folder: out,
    });
    expect(readdirSync(out)).toHaveLength(11);
  });

  it('explains bad usage (exit 2) and a folder with other files (exit 1)', async () => {
    const folder = makeTemporaryFolder('phantom');
    const unknown = await run('phantom', 'mri', '--out', folder);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toMatch(/fundus, cxr, natural/);
    const fraction = await run('phantom', 'cxr', '--out', folder, '--patients', '1.5');
    expect(fraction.code).toBe(2);
    expect(fraction.stderr).toMatch(/whole number/);
    writeFileSync(join(folder, 'thesis.docx'), 'mine');
    const foreign = await run('phantom', 'fundus', '--out', folder, '--patients', '1');
    expect(foreign.code).toBe(1);
    expect(foreign.stderr).toMatch(/Expected an empty folder or an earlier phantom/);
    expect(readdirSync(folder)).toEqual(['thesis.docx']);
  });
});
