import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const PROGRAM = path.join(import.meta.dirname, '../../../main/cli/transfusion.ts');

/** `/dev/full` fails every write, as a terminal does that was closed. */
it.skipIf(!fs.existsSync('/dev/full'))(
  'a command whose terminal fails ends, with exit code 1 where its result is lost',
  () => {
    const full = fs.openSync('/dev/full', 'w');
    const end = (stdout: 'ignore' | number) =>
      spawnSync(process.execPath, [PROGRAM, 'models'], { stdio: ['ignore', stdout, full], timeout: 60_000 }).status;
    expect([end('ignore'), end(full)]).toEqual([0, 1]);
    const unknown = spawnSync(process.execPath, [PROGRAM, 'none'], {
      stdio: ['ignore', 'ignore', full],
      timeout: 60_000,
    });
    expect(unknown.status).toBe(2);
    fs.closeSync(full);
  },
);
