import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { firstDifference } from '../../../scripts/setup/packages.mjs';
import { findNpm } from '../../../scripts/setup/probe.mjs';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const machine = { platform: 'linux', arch: 'x64' };
const locked = {
  '': { version: '0.1.0' },
  'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
  'node_modules/windows-only': { version: '1.0.0', optional: true, os: ['win32'], cpu: ['x64'] },
  'node_modules/musl-only': { version: '1.0.0', optional: true, os: ['linux'], cpu: ['x64'], libc: ['musl'] },
  'node_modules/arm-only': { version: '1.0.0', optional: true, os: 'linux', cpu: 'arm64' },
  'node_modules/linux-only': { version: '1.0.0', optional: true, os: 'linux', cpu: 'x64' },
};
const installed = {
  'node_modules/a': locked['node_modules/a'],
  'node_modules/linux-only': locked['node_modules/linux-only'],
};

describe('firstDifference', () => {
  it('is null where everything for this machine is there', () => {
    expect(firstDifference(locked, installed, machine)).toBeNull();
  });

  it('sees another version and another content of the same version', () => {
    const newer = { ...installed, 'node_modules/a': { version: '1.0.1', integrity: 'sha512-a' } };
    expect(firstDifference(locked, newer, machine)).toBe('node_modules/a');
    const other = { ...installed, 'node_modules/a': { version: '1.0.0', integrity: 'sha512-b' } };
    expect(firstDifference(locked, other, machine)).toBe('node_modules/a');
  });

  it('sees a missing package, also an optional one that is for this machine', () => {
    expect(firstDifference(locked, { 'node_modules/linux-only': {} }, machine)).toBe('node_modules/a');
    expect(firstDifference(locked, { 'node_modules/a': locked['node_modules/a'] }, machine)).toBe(
      'node_modules/linux-only',
    );
  });

  it('sees a package too many', () => {
    expect(firstDifference(locked, { ...installed, 'node_modules/b': { version: '1.0.0' } }, machine)).toBe(
      'node_modules/b',
    );
  });
});

describe('findNpm', () => {
  let folder = '';
  beforeEach(() => {
    folder = fs.realpathSync(makeTemporaryFolder('setup-npm'));
  });

  const place = (name: string): string => {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, '');
    return file;
  };

  it('takes the npm that started us', () => {
    const npm = place('npm-cli.js');
    expect(findNpm({ npm_execpath: npm }, path.join(folder, 'bin', 'node'))).toBe(npm);
  });

  it('does not take another package manager for npm', () => {
    const npm = place(path.join('lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'));
    expect(findNpm({ npm_execpath: place('yarn.js') }, path.join(folder, 'bin', 'node'))).toBe(npm);
  });

  it('follows the link on the path', () => {
    const npm = place('elsewhere/npm-cli.js');
    fs.mkdirSync(path.join(folder, 'links'));
    fs.symlinkSync(npm, path.join(folder, 'links', 'npm'));
    expect(findNpm({ PATH: path.join(folder, 'links') }, path.join(folder, 'none', 'node'))).toBe(npm);
  });

  it('is null where there is none', () => {
    expect(findNpm({}, path.join(folder, 'none', 'node'))).toBeNull();
  });
});
