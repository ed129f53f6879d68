import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { writeExport } from '../../../main/services/reports/export-folder.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

let home: string;
beforeEach(() => {
  home = makeTemporaryFolder('export-folder');
});

const content = (name: string, text: string) => ({ name, write: (append: (data: string) => void) => append(text) });
const read = (name: string): string => fs.readFileSync(path.join(home, name), 'utf8');

describe('writeExport', () => {
  const write = (text: string, owner = 'study 1') =>
    writeExport({ folder: home, owner, files: [content('results.csv', text)] }).map((file) => file.name);

  it('replaces its own files, which a checksum tool can verify', () => {
    expect(write('a,b\n')).toEqual(['results.csv', 'checksums.txt']);
    expect(write('c,d\n')).toEqual(['results.csv', 'checksums.txt']);
    expect(read('results.csv')).toBe('c,d\n');
    const sha256 = createHash('sha256').update('c,d\n').digest('hex');
    expect(read('checksums.txt')).toBe(`# study 1\n${sha256}  results.csv\n`);
    expect(fs.readdirSync(home).sort()).toEqual(['checksums.txt', 'results.csv']);
  });

  it('keeps files of other origin, of other studies, and files that the user has changed', () => {
    fs.writeFileSync(path.join(home, 'results.csv'), 'mine');
    expect(write('1')).toEqual(['results-2.csv', 'checksums.txt']);
    expect(write('2')).toEqual(['results-2.csv', 'checksums.txt']);
    expect(write('x', 'study 2')).toEqual(['results-3.csv', 'checksums-2.txt']);
    fs.appendFileSync(path.join(home, 'results-2.csv'), ' with notes');
    expect(write('3')).toEqual(['results-4.csv', 'checksums.txt']);
    expect(['results.csv', 'results-2.csv', 'results-3.csv', 'results-4.csv'].map((name) => read(name))).toEqual([
      'mine',
      '2 with notes',
      'x',
      '3',
    ]);
  });

  it('refuses a file where a folder is expected', () => {
    fs.writeFileSync(path.join(home, 'file'), '');
    expect(() => writeExport({ folder: path.join(home, 'file'), owner: 'o', files: [] })).toThrow('Expected a folder');
  });
});
