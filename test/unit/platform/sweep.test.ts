import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { openApp } from '../../../main/app.ts';
import { temporaryName } from '../../../main/platform/atomic-file.ts';
import { sweepTemporary } from '../../../main/platform/sweep.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

/** Of a process that has ended. */
const GONE = spawnSync(process.execPath, ['-e', '']).pid;

function litter(home: string): { dead: string[]; kept: string[] } {
  const place = (name: string): string => path.join(home, ...name.split('/'));
  const dead = ['.library.holder.json', 'studies/s/runs/r/.checkpoint.safetensors', 'weights/.w.safetensors'].map(
    (name) => place(`${name}.${GONE}.3.tmp`),
  );
  const kept = [
    temporaryName(place('studies/s/runs/r/best.safetensors')),
    place('studies/s/runs/r/checkpoint.safetensors'),
    place('weights/.mine.tmp'),
  ];
  for (const file of [...dead, ...kept]) {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, 'x');
  }
  return { dead, kept };
}

const there = (files: string[]): boolean[] => files.map((file) => fs.existsSync(file));

it('removes what killed processes left, and nothing of those that live or of anybody else', () => {
  const home = makeTemporaryFolder('sweep');
  const { dead, kept } = litter(home);
  sweepTemporary(home);
  expect([there(dead), there(kept)]).toEqual([
    [false, false, false],
    [true, true, true],
  ]);
  sweepTemporary(path.join(home, 'nowhere'));
});

it('is done by whoever takes the library', async () => {
  const home = makeTemporaryFolder('sweep-app');
  const { dead } = litter(home);
  await (await openApp({ home, mode: 'reader', host: 'command line' })).close();
  expect(there(dead)).toEqual([true, true, true]);
  await (await openApp({ home, mode: 'host', host: 'command line' })).close();
  expect(there(dead)).toEqual([false, false, false]);
});
