import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { ProblemList } from '../../../../main/datasets/problem-list.ts';
import { openTables } from '../../../../main/datasets/tables/open-tables.ts';
import { readTable, type Table, type TableProblem } from '../../../../main/datasets/tables/table.ts';
import { makeTemporaryFolder } from '../../../support/temporary-folder.ts';

let folder: string;
beforeEach(() => {
  folder = makeTemporaryFolder('csv');
});

async function open(name: string): Promise<Table | TableProblem> {
  const [table] = await openTables(folder, name);
  return table as Table | TableProblem;
}

async function read(
  content: string | Buffer,
  name = 't.csv',
): Promise<{ header: string[]; rows: [number, string[]][] }> {
  writeFileSync(path.join(folder, name), content);
  const table = (await open(name)) as Table;
  expect(table).toHaveProperty('header');
  const rows: [number, string[]][] = [];
  const problems = new ProblemList();
  await readTable(table, (row, number) => rows.push([number, row]), problems);
  expect(problems.sorted()).toEqual([]);
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
    ["Excel's line for the separator", 'sep=;\r\nimage;level\r\n1_left;0\r\n1_right;2\r\n'],
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

  it('names both columns where a comma inside brackets of the header separates them', async () => {
    const text = 'Image Index,OriginalImage[Width,Height],Spacing[x,y]\na.png,2000,2500,0.1,0.2\n';
    expect((await read(text)).header).toEqual([
      'Image Index',
      'OriginalImage[Width]',
      'OriginalImage[Height]',
      'Spacing[x]',
      'Spacing[y]',
    ]);
    const joined = 'Image Index,Size[Width,Height]\na.png,"2000,2500"\nb.png,"20,25"\n';
    expect(await read(joined)).toEqual({
      header: ['Image Index', 'Size[Width, Height]'],
      rows: [
        [2, ['a.png', '2000,2500']],
        [3, ['b.png', '20,25']],
      ],
    });
  });

  it('finds the header below titles, and a table without one', async () => {
    expect(await read('Export of the clinic\n\nimage,level,eye\na.png,0,L\nb.png,1,R\n')).toEqual({
      header: ['image', 'level', 'eye'],
      rows: [
        [4, ['a.png', '0', 'L']],
        [5, ['b.png', '1', 'R']],
      ],
    });
    expect(await read('a.png,0\nb.png,1\n')).toEqual({
      header: ['(column 1)', '(column 2)'],
      rows: [
        [1, ['a.png', '0']],
        [2, ['b.png', '1']],
      ],
    });
  });

  it('gives the numbers of rows that R writes a column of their own', async () => {
    expect(await read('"image","level"\n"1","a.png",0\n"2","b.png",1\n')).toEqual({
      header: ['(column 1)', 'image', 'level'],
      rows: [
        [2, ['1', 'a.png', '0']],
        [3, ['2', 'b.png', '1']],
      ],
    });
  });

  it('leaves out a row whose cells have moved, and says which', async () => {
    writeFileSync(
      path.join(folder, 't.csv'),
      'image,dx,eye\na.png,Pneumonia, bacterial,L\nb.png,Normal,R\nc.png,Normal\n',
    );
    const problems = new ProblemList();
    const rows: string[][] = [];
    await readTable((await open('t.csv')) as Table, (row) => rows.push(row), problems);
    expect(rows).toEqual([
      ['b.png', 'Normal', 'R'],
      ['c.png', 'Normal', ''],
    ]);
    expect(problems.sorted().map(({ message }) => message)).toEqual([
      'Row 2 has 4 cells, the header has 3: a separator inside a value has to stand in quotes.',
    ]);
  });
});

describe('what is no table', () => {
  it.each([
    ['an empty file', '', 'Expected a table with a header, got an empty file.'],
    ['nothing but separators', ',,\n,,\n', 'Expected a table with a header, got empty rows.'],
    ['binary', Buffer.from([1, 0, 2, 0, 3]), 'Expected a table as text, got binary data.'],
  ])('%s', async (_, content, message) => {
    writeFileSync(path.join(folder, 't.csv'), content);
    expect(await open('t.csv')).toEqual({ message });
  });

  it('a missing file and a broken gzip', async () => {
    expect(await open('none.csv')).toEqual({
      message: 'Expected a table of labels, found no file of that name.',
      unread: true,
    });
    writeFileSync(path.join(folder, 't.csv.gz'), 'no gzip');
    expect(await open('t.csv.gz')).toEqual({
      message: 'The file ends in .gz, but it is not a whole gzip file.',
      unread: true,
    });
  });

  it('says where reading stopped', async () => {
    const rows = Array.from({ length: 600 }, (_, i) => `${i}_left,0`).join('\n');
    writeFileSync(path.join(folder, 't.csv'), `image,level\n${rows}\n"open,1\nx,2\n`);
    const table = (await open('t.csv')) as Table;
    let count = 0;
    const problems = new ProblemList();
    await readTable(table, () => count++, problems);
    expect(problems.sorted().map(({ message }) => message)).toEqual([
      'Reading stopped after row 601: A quotation mark is opened and never closed, so that the rest is one cell.',
    ]);
    expect(count).toBe(600);
  });
});
