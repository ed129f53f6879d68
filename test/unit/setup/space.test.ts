import os from 'node:os';
import { describe, expect, it } from 'vitest';
import { describeShortage, freeBytes, parseDf } from '../../../scripts/setup/space.mjs';

const tensorflow = { purpose: 'TensorFlow', folder: '/c', bytes: 1.2e9, elsewhere: 'use another disk' };
const packages = { purpose: 'the npm packages', folder: '/p', bytes: 0.9e9 };
const oneDisk = (free: number): { freeBytes: () => number; diskOf: () => number } => ({
  freeBytes: () => free,
  diskOf: () => 1,
});

describe('describeShortage', () => {
  it('is silent where there is enough', () => {
    expect(describeShortage([], oneDisk(0))).toBeNull();
    expect(describeShortage([tensorflow], oneDisk(1.2e9))).toBeNull();
  });

  it('says how much is needed, how much there is, and the ways out', () => {
    const shortage = describeShortage([tensorflow], oneDisk(0.4e9));
    expect(shortage?.message).toBe('The set-up needs 1.2 GB of free space for TensorFlow; the disk of /c has 400 MB.');
    expect(shortage?.actions[0]).toBe('Free 800 MB there, or use another disk.');
  });

  it('adds up what one disk is to take, and only that', () => {
    expect(describeShortage([packages, tensorflow], oneDisk(1.5e9))?.message).toBe(
      'The set-up needs 2.1 GB of free space for the npm packages and TensorFlow; the disk of /p has 1.5 GB.',
    );
    const twoDisks = { freeBytes: () => 1.5e9, diskOf: (folder: string) => folder };
    expect(describeShortage([packages, tensorflow], twoDisks)).toBeNull();
  });
});

describe('freeBytes', () => {
  it('asks the disk of the nearest folder that exists', () => {
    const free = freeBytes(`${os.tmpdir()}/not/there/yet`);
    expect(free).toBeGreaterThan(0);
    expect(free).toBeLessThan(Infinity);
  });

  it('reads what df says, where Node cannot ask itself', () => {
    const head = 'Filesystem     1024-blocks     Used Available Capacity Mounted on\n';
    expect(parseDf(`${head}/dev/vda         263086092 24983280  81345104      24% /\n`)).toBe(81345104 * 1024);
    expect(parseDf('df: /nowhere: No such file or directory\n')).toBeNull();
  });
});
