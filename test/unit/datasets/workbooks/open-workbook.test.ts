import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { beforeEach, describe, expect, it } from 'vitest';
import { ProblemList } from '../../../../main/datasets/problem-list.ts';
import { openTables } from '../../../../main/datasets/tables/open-tables.ts';
import { readTable, type Table } from '../../../../main/datasets/tables/table.ts';
import { numberText, openWorkbook } from '../../../../main/datasets/workbooks/open-workbook.ts';
import { makeTemporaryFolder } from '../../../support/temporary-folder.ts';
import { workbookBytes, type WorkbookSheet } from '../../../support/workbook.ts';

let folder: string;
beforeEach(() => {
  folder = makeTemporaryFolder('xlsx');
});

function write(content: Uint8Array | string, name = 'book.xlsx'): string {
  writeFileSync(path.join(folder, name), content);
  return name;
}

const open = (sheets: WorkbookSheet[], file = write(workbookBytes(sheets))): ReturnType<typeof openTables> =>
  openTables(folder, file);

async function rowsOf(table: Table): Promise<[number, string[]][]> {
  const rows: [number, string[]][] = [];
  const problems = new ProblemList();
  await readTable(table, (row, number) => rows.push([number, row]), problems);
  expect(problems.sorted()).toEqual([]);
  return rows;
}

const messages = (opened: Awaited<ReturnType<typeof openTables>>): string[] =>
  opened.flatMap((table) => ('message' in table ? [table.message] : []));

describe('cells of a workbook as text', () => {
  it('are what Excel shows: text with its zeros, numbers without .0, dates as ISO, truths', async () => {
    const [table] = await open([
      {
        name: 'Sheet1',
        rows: [
          ['image', 'patient', 'grade', 'seen', 'referable'],
          ['0007_left', '007', { n: '2.0' }, { day: 45352 }, true],
          ['0008_left', 8, { n: '0.30000000000000004' }, { day: 45352.5 }, false],
        ],
      },
    ]);
    expect(table).toMatchObject({ file: 'book.xlsx', header: ['image', 'patient', 'grade', 'seen', 'referable'] });
    expect(await rowsOf(table as Table)).toEqual([
      [2, ['0007_left', '007', '2', '2024-03-01', 'TRUE']],
      [3, ['0008_left', '8', '0.3', '2024-03-01T12:00:00', 'FALSE']],
    ]);
  });

  it.each([
    ['5', '5'],
    ['123456789012345', '123456789012345'],
    ['1.2345678901234568E+17', '1.23457e+17'],
    ['1234567890123456', '1.23457e+15'],
    ['-0.5', '-0.5'],
  ])('%s is %s: digits that Excel loses are not made up', (raw, text) => {
    expect(numberText(raw)).toBe(text);
  });

  it('has its header under titles and blank rows; columns that are empty at the end are none', async () => {
    const rows = [[null], ['Study of 2024', null, null], [null], ['image', 'grade', '', ''], ['a.png', 1, '', '']];
    const [table] = await open([{ name: 'S', rows: [...rows, ['b.png', 2]], merges: ['A2:C2'] }]);
    expect(table).toMatchObject({ header: ['image', 'grade'] });
    expect((table as Table).remarks).toEqual(['A line above the header is passed over.']);
    expect(await rowsOf(table as Table)).toEqual([
      [5, ['a.png', '1']],
      [6, ['b.png', '2']],
    ]);
  });

  it('that are merged over rows hold for all of them; formulas without a value are said', async () => {
    const [table] = await open([
      {
        name: 'S',
        rows: [
          ['patient', 'image', 'grade'],
          ['P1', 'a.png', 1],
          [null, 'b.png', 2],
          ['P2', 'c.png', { formula: 'C2+1' }],
        ],
        merges: ['A2:A3'],
      },
    ]);
    expect((await rowsOf(table as Table)).map(([, row]) => row)).toEqual([
      ['P1', 'a.png', '1'],
      ['P1', 'b.png', '2'],
      ['P2', 'c.png', ''],
    ]);
    expect((table as Table).remarks).toEqual([
      '1 merged cell holds for all of its rows.',
      '1 formula has no stored value and reads as empty: open the workbook in Excel and save it.',
    ]);
  });
});

describe('sheets', () => {
  const sheet = (name: string, hidden = false): WorkbookSheet => ({
    name,
    hidden,
    rows: [
      ['image', 'grade'],
      ['a', 1],
    ],
  });

  it('are a table each, in order; empty ones are passed over, hidden ones named', async () => {
    const opened = await open([sheet('Train & tune'), { name: 'Empty', rows: [] }, sheet('Test'), sheet('Old', true)]);
    expect(opened.map((table) => ('file' in table ? table.file : table.message))).toEqual([
      'book.xlsx [Train & tune]',
      'book.xlsx [Test]',
      'The sheet "Old" is hidden and not read; choose "book.xlsx [Old]" as the labels file if it is meant.',
    ]);
  });

  it('can be named, hidden or not; a name that is not there is answered with those that are', async () => {
    await open([sheet('Now'), sheet('Old', true)]);
    expect(await openTables(folder, 'book.xlsx [Old]')).toMatchObject([
      { file: 'book.xlsx [Old]', sample: [['a', '1']] },
    ]);
    expect(messages(await openTables(folder, 'book.xlsx [New]'))).toEqual([
      'Expected a sheet "New", the workbook has "Now", "Old".',
    ]);
  });
});

describe('what is no workbook', () => {
  const compound = Buffer.concat([Buffer.from([0xd0, 0xcf, 0x11, 0xe0]), Buffer.alloc(600)]);
  it.each([
    ['labels.xls', compound, 'got the old binary format (.xls): save it as .xlsx or CSV'],
    ['labels.xlsx', Buffer.concat([compound, Buffer.from('EncryptedPackage', 'utf16le')]), 'The workbook is encrypted'],
    ['labels.ods', zipSync({ 'content.xml': strToU8('<x/>') }), 'got an OpenDocument file (.ods)'],
    ['labels.xlsb', zipSync({ 'xl/workbook.bin': strToU8('x') }), 'got a binary one (.xlsb)'],
    ['labels.xlsx', zipSync({ 'a.txt': strToU8('x') }), 'got a zip file of something else'],
    ['labels.xlsx', workbookBytes([{ name: 'S', rows: [['image']] }]).subarray(0, 300), 'damaged or cut short'],
    ['labels.xlsx', workbookBytes([{ name: 'S', rows: [] }]), 'got an empty workbook'],
  ])('%s is refused: %#', async (name, content, words) => {
    const [message] = messages(await openTables(folder, write(content, name)));
    expect(message).toContain(words);
  });

  it('is read where it is text under the name of a workbook', async () => {
    const [table] = await openTables(folder, write('image\tgrade\na\t1\n', 'export.xls'));
    expect(table).toMatchObject({ header: ['image', 'grade'], sample: [['a', '1']] });
  });

  it('is refused where it would unpack to more than a table can be', async () => {
    const file = write(workbookBytes([{ name: 'S', rows: [['image'], ['x'.repeat(50_000)]] }]));
    const limits = { fileBytes: 2 ** 20, unpackedBytes: 10_000 };
    const [message] = messages(await openWorkbook({ root: folder, file, sheet: null, limits }));
    expect(message).toContain('The workbook unpacks to more than 9.8 KiB');
  });
});
