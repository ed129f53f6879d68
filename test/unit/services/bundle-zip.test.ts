import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { unzip } from '../../../main/services/bundles/bundle-zip.ts';

describe('unzip', () => {
  const limits = { zipBytes: 1e9, files: 3, fileBytes: 1000, totalBytes: 1500 };

  it('refuses what unpacks to more than the limits, before unpacking', () => {
    const bomb = zipSync({ 'split.csv': new Uint8Array(1e6) });
    expect(bomb.length).toBeLessThan(5000);
    expect(() => unzip(bomb, limits)).toThrow('larger than a study can be');
    const many = { 'split.csv': new Uint8Array(900), 'results.json': new Uint8Array(900) };
    expect(() => unzip(zipSync(many), limits)).toThrow('larger than a study can be');
    const small = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [`report/${name}.csv`, strToU8('1')]));
    expect(() => unzip(zipSync(small), limits)).toThrow('more than 3 files');
  });

  it('never unpacks more than the zip file says', () => {
    const bomb = zipSync({ 'split.csv': new Uint8Array(1e6) });
    // The size that the directory at the end of the file states, made 10 bytes.
    const view = new DataView(bomb.buffer, bomb.byteOffset, bomb.byteLength);
    for (let at = 0; at + 4 < bomb.length; at++) if (view.getUint32(at, true) === 1e6) view.setUint32(at, 10, true);
    let size = 0;
    try {
      size = unzip(bomb, limits).get('split.csv')?.length ?? 0;
    } catch (error) {
      expect((error as Error).message).toContain('damaged');
    }
    expect(size).toBeLessThanOrEqual(10);
  });
});
