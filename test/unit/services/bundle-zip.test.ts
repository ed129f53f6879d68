import { strToU8, zipSync } from 'fflate';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openBundle } from '../../../main/services/bundles/bundle-zip.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

describe('the zip file of a bundle', () => {
  const limits = { zipBytes: 1e9, files: 3, fileBytes: 1000, totalBytes: 1500 };
  const fileOf = (bytes: Uint8Array): string => {
    const file = path.join(makeTemporaryFolder('bundle-zip'), 'bundle.zip');
    fs.writeFileSync(file, bytes);
    return file;
  };
  const open = (bytes: Uint8Array) => openBundle(fileOf(bytes), limits);

  it('refuses what unpacks to more than the limits, before unpacking', () => {
    const bomb = zipSync({ 'split.csv': new Uint8Array(1e6) });
    expect(bomb.length).toBeLessThan(5000);
    expect(() => open(bomb)).toThrow('larger than a study can be');
    const many = { 'split.csv': new Uint8Array(900), 'results.json': new Uint8Array(900) };
    expect(() => open(zipSync(many))).toThrow('larger than a study can be');
    const small = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [`report/${name}.csv`, strToU8('1')]));
    expect(() => open(zipSync(small))).toThrow('more than 3 files');
  });

  it('never unpacks more than the zip file says', () => {
    const bomb = zipSync({ 'split.csv': new Uint8Array(1e6) });
    // The size that the index at the end of the file states, made 10 bytes.
    const view = new DataView(bomb.buffer, bomb.byteOffset, bomb.byteLength);
    for (let at = 0; at + 4 < bomb.length; at++) if (view.getUint32(at, true) === 1e6) view.setUint32(at, 10, true);
    const files = open(bomb);
    expect(() => files.read('split.csv')).toThrow('damaged');
    files.close();
  });

  it.each([0, 6] as const)('compares checksums, packed with level %s', (level) => {
    const bytes = zipSync({ 'split.csv': [strToU8('image_id,patient'), { level }] });
    const whole = open(bytes);
    expect(Buffer.from(whole.read('split.csv')).toString()).toBe('image_id,patient');
    expect(() => whole.read('results.json')).toThrow('results.json is missing');
    whole.close();
    // The checksum in the index.
    const index = Buffer.from(bytes).lastIndexOf(Buffer.from('PK\u0001\u0002', 'latin1'));
    bytes[index + 16] = (bytes[index + 16] as number) ^ 1;
    const changed = open(bytes);
    expect(() => changed.read('split.csv')).toThrow('checksum');
    changed.close();
  });
});
