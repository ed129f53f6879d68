import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { fingerprint, readJson, sha256OfFile, writeJson } from '../../../scripts/setup/files.mjs';
import { isStale, withLock } from '../../../scripts/setup/lock.mjs';
import { cacheFolder } from '../../../scripts/setup/paths.mjs';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

let folder = '';
beforeEach(() => {
  folder = makeTemporaryFolder('setup-files');
});

describe('cacheFolder', () => {
  const at = (env: Record<string, string>, platform = 'linux'): string =>
    cacheFolder({ env, platform, homeFolder: '/home/a' });

  it('follows TRANSFUSION_CACHE, then XDG, then the home folder', () => {
    expect(at({ TRANSFUSION_CACHE: '/big/cache', XDG_CACHE_HOME: '/xdg' })).toBe('/big/cache');
    expect(at({ XDG_CACHE_HOME: '/xdg' })).toBe('/xdg/transfusion-lab');
    expect(at({ XDG_CACHE_HOME: 'relative' })).toBe('/home/a/.cache/transfusion-lab');
    expect(at({})).toBe('/home/a/.cache/transfusion-lab');
  });

  it('is below LOCALAPPDATA on Windows', () => {
    expect(at({ LOCALAPPDATA: '/local' }, 'win32')).toBe('/local/transfusion-lab/Cache');
  });
});

describe('stamps', () => {
  it('are read back, and are null when missing or torn', () => {
    const file = path.join(folder, 'deep', 'stamp.json');
    expect(readJson(file)).toBeNull();
    writeJson(file, { a: 1 });
    expect(readJson(file)).toEqual({ a: 1 });
    expect(fs.readdirSync(path.dirname(file))).toEqual(['stamp.json']);
    fs.writeFileSync(file, '{"a": ');
    expect(readJson(file)).toBeNull();
  });

  it('hash a file', async () => {
    fs.writeFileSync(path.join(folder, 'f'), 'abc');
    expect(await sha256OfFile(path.join(folder, 'f'))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });

  it('change with any file below the folder', () => {
    const file = path.join(folder, 'a', 'b.ts');
    fs.mkdirSync(path.dirname(file));
    fs.writeFileSync(file, '1');
    const first = fingerprint([folder, path.join(folder, 'missing')]);
    expect(fingerprint([folder])).toBe(first);
    fs.writeFileSync(file, '12');
    const second = fingerprint([folder]);
    expect(second).not.toBe(first);
    fs.writeFileSync(path.join(folder, 'c.ts'), '');
    const third = fingerprint([folder]);
    expect(third).not.toBe(second);
    fs.rmSync(file);
    expect(fingerprint([folder])).not.toBe(third);
  });
});

describe('isStale', () => {
  const here = { host: 'here', isAlive: (pid: number) => pid === 1 };
  const holder = (pid: number, host = 'here'): { pid: number; host: string; token: string } => ({
    pid,
    host,
    token: 't',
  });

  it('is true where the holder is gone', () => {
    expect(isStale(holder(2), 0, here)).toBe(true);
    expect(isStale(holder(1), 0, here)).toBe(false);
  });

  it('cannot ask another machine, and waits for its silence', () => {
    expect(isStale(holder(2, 'there'), 30_000, here)).toBe(false);
    expect(isStale(holder(2, 'there'), 61_000, here)).toBe(true);
  });

  it('does not trust a process number that does not give a sign of life', () => {
    expect(isStale(holder(1), 61_000, here)).toBe(true);
  });

  it('waits for a program that outlived its holder, but not for ever', () => {
    expect(isStale({ ...holder(2), child: 1 }, 120_000, here)).toBe(false);
    expect(isStale({ ...holder(2), child: 1 }, 601_000, here)).toBe(true);
    expect(isStale({ ...holder(2), child: 3 }, 0, here)).toBe(true);
  });

  it('gives a holder time to write its name', () => {
    expect(isStale(null, 1_000, here)).toBe(false);
    expect(isStale(null, 6_000, here)).toBe(true);
  });
});

describe('withLock', () => {
  it('lets one in at a time and leaves nothing behind', async () => {
    const file = path.join(folder, 'locks', 'setup.lock');
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside--;
    };
    await Promise.all([withLock(file, 'a test', work), withLock(file, 'a test', work), withLock(file, 'a test', work)]);
    expect(most).toBe(1);
    expect(fs.readdirSync(path.dirname(file))).toEqual([]);
  });

  it('takes over from a process that is gone', async () => {
    const file = path.join(folder, 'setup.lock');
    fs.writeFileSync(file, JSON.stringify({ pid: 2 ** 22 + 1, host: os.hostname(), token: 'gone' }));
    expect(await withLock(file, 'a test', () => Promise.resolve('done'))).toBe('done');
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  it('is released by a failure', async () => {
    const file = path.join(folder, 'setup.lock');
    await expect(withLock(file, 'a test', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(fs.existsSync(file)).toBe(false);
  });
});
