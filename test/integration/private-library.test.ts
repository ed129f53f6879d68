/** A library is for one user: made so, and repaired where an earlier version left it open. */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openApp } from '../../main/app.ts';
import { readRemembered, writeRemembered } from '../../main/server/remembered.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

/** Names whose group or others have any right. */
function openToOthers(home: string): string[] {
  const names = ['', ...fs.readdirSync(home, { recursive: true, encoding: 'utf8' })];
  return names.filter((name) => (fs.lstatSync(path.join(home, name)).mode & 0o077) !== 0);
}

describe.skipIf(process.platform === 'win32')('the library folder', () => {
  it('is made for this user only, with all that is written to it', async () => {
    const home = path.join(makeTemporaryFolder('private'), 'deep', 'library');
    const app = await openApp({ home, mode: 'host', host: 'command line' });
    app.services.queue.setParallel(2);
    await app.close();
    expect(openToOthers(home)).toEqual([]);
    expect(fs.existsSync(path.join(home, 'settings.json'))).toBe(true);
  });

  it('is repaired on opening; what a link leads to is left alone', async () => {
    const home = makeTemporaryFolder('open');
    const elsewhere = path.join(makeTemporaryFolder('elsewhere'), 'images');
    fs.mkdirSync(elsewhere);
    fs.chmodSync(elsewhere, 0o755);
    fs.mkdirSync(path.join(home, 'studies', 's', 'runs'), { recursive: true });
    fs.writeFileSync(path.join(home, 'studies', 's', 'runs', 'predictions.csv'), 'x');
    fs.symlinkSync(elsewhere, path.join(home, 'phantoms'));
    for (const name of ['', 'studies', 'studies/s', 'studies/s/runs']) fs.chmodSync(path.join(home, name), 0o755);
    fs.chmodSync(path.join(home, 'studies/s/runs/predictions.csv'), 0o644);
    await (await openApp({ home, mode: 'host', host: 'command line' })).close();
    expect(openToOthers(home)).toEqual(['phantoms']);
    expect(fs.statSync(elsewhere).mode & 0o777).toBe(0o755);
  });

  it('remembers port and token of serve for this user only, and makes a new token when asked to', () => {
    const file = path.join(makeTemporaryFolder('serve'), 'serve.json');
    const first = readRemembered(file, { newToken: false });
    expect(first.port).toBeNull();
    writeRemembered(file, { ...first, port: 5000 });
    expect(fs.statSync(file).mode & 0o077).toBe(0);
    expect(readRemembered(file, { newToken: false })).toEqual({ port: 5000, token: first.token });
    expect(readRemembered(file, { newToken: true }).token).not.toBe(first.token);
    fs.writeFileSync(file, 'damaged');
    expect(readRemembered(file, { newToken: false }).port).toBeNull();
  });
});
