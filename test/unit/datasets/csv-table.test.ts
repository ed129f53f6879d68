import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { detectSeparator, openCsv, readCsv, type CsvTable } from '../../../main/datasets/csv-table.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

let folder: string;
beforeEach(() => {
  folder = makeTemporaryFolder('csv');
});

async function read(
  content: string | Buffer,
  name = 't.csv',
): Promise<{ header: string[]; rows: [number, string[]][] }> {
  writeFileSync(path.join(folder, name), content);
  const table = (await openCsv(folder, name)) as CsvTable;
  expect(table).toHaveProperty('header');
  const rows: [number, string[]][] = [];
  expect(await readCsv(table, (row, number) => rows.push([number, row]))).toBeNull();
  return { header: table.header, rows };
}

const plain = {
  header: ['image', 'level'],
  rows: [
    [2, ['1_left', '0']],
    [3, ['1_right', '2']],
  ],
};

describe('tables as they come', () => {
  it.each([
    ['plain', 'image,level\n1_left,0\n1_right,2\n'],
    ['byte-order mark and CR LF', '\uFEFFimage,level\r\n1_left,0\r\n1_right,2\r\n'],
    ['CR only', 'image,level\r1_left,0\r1_right,2\r'],
    ['spaces and empty columns at the end', 'image ,level ,,\n1_left , 0,,\n1_right,2 ,,\n'],
    ['semicolons', 'image;level\n1_left;0\n1_right;2'],
    ['tabs', 'image\tlevel\n1_left\t0\n1_right\t2'],
    ['quotes', '"image","level"\n"1_left","0"\n"1_right","2"\n'],
    ['more cells than columns', 'image,level\n1_left,0,x,y\n1_right,2\n'],
  ])('%s', async (_, text) => expect(await read(text)).toEqual(plain));

  it('gzip', async () => {
    expect(await read(gzipSync('image,level\n1_left,0\n1_right,2\n'), 't.csv.gz')).toEqual(plain);
  });

  it('UTF-16 as Excel writes it, and Windows-1252', async () => {
    expect(await read(Buffer.from('\uFEFFimage\tlevel\r\n1_left\t0\r\n1_right\t2\r\n', 'utf16le'))).toEqual(plain);
    expect((await read(Buffer.from('Bild;Alter für Ä\na;1\n', 'latin1'))).header).toEqual(['Bild', 'Alter für Ä']);
  });

  it('counts rows as a spreadsheet does, blank ones included, and gives every column a name of its own', async () => {
    expect(await read('\n,b,b\nx,1\n\n,\ny\n')).toEqual({
      header: ['(column 1)', 'b', 'b (column 3)'],
      rows: [
        [3, ['x', '1', '']],
        [6, ['y', '', '']],
      ],
    });
  });

  it('keeps commas inside brackets of a header apart, as every reader of that public table does', () => {
    expect(detectSeparator('Image Index,OriginalImage[Width,Height]')).toBe(',');
  });
});

describe('what is no table', () => {
  it.each([
    ['an empty file', '', 'Expected a table with a header, got an empty file.'],
    ['nothing but separators', ',,\n,,\n', 'Expected a table with a header, got empty rows.'],
    ['binary', Buffer.from([1, 0, 2, 0, 3]), 'Expected a table as text, got binary data.'],
  ])('%s', async (_, content, message) => {
    writeFileSync(path.join(folder, 't.csv'), content);
    expect(await openCsv(folder, 't.csv')).toEqual({ message });
  });

  it('a missing file and a broken gzip', async () => {
    expect(await openCsv(folder, 'none.csv')).toEqual({ message: 'Expected a table of labels, found no such file.' });
    writeFileSync(path.join(folder, 't.csv.gz'), 'no gzip');
    expect(await openCsv(folder, 't.csv.gz')).toEqual({
      message: 'The file ends in .gz, but it is not a whole gzip file.',
    });
  });

  it('says where reading stopped', async () => {
    const rows = Array.from({ length: 600 }, (_, i) => `${i}_left,0`).join('\n');
    writeFileSync(path.join(folder, 't.csv'), `image,level\n${rows}\n"open,1\nx,2\n`);
    const table = (await openCsv(folder, 't.csv')) as CsvTable;
    let count = 0;
    expect(await readCsv(table, () => count++)).toEqual({
      message:
        'Reading stopped after row 601: A quotation mark is opened and never closed, so that the rest is one cell.',
    });
    expect(count).toBe(600);
  });
});
