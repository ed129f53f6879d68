/** Every table through every face: a number that stands in one stands in all, with the same digits, and so does every note. */
import { describe, expect, it } from 'vitest';
import { startNumbering } from '../../../main/report/faces/numbering.ts';
import { tableMarkup } from '../../../main/report/faces/html-table.ts';
import { tableLatex, tableMarkdown } from '../../../shared/tables/clipboard-face.ts';
import { tableCsv, tableTsv } from '../../../shared/tables/csv-face.ts';
import { notesOf } from '../../../shared/tables/notes.ts';
import { plainTable, type Row, type Table } from '../../../shared/tables/table.ts';
import { tableText } from '../../../shared/tables/text-face.ts';
import { cellValues, cellWords, headText, tableNotes } from '../../../shared/tables/words.ts';
import type { Cell } from '../../../shared/tables/cells.ts';
import { BUILDERS } from './samples.ts';

const FACES: Record<string, (table: Table) => string> = {
  text: (table) => tableText(table, { unfold: true }),
  html: (table) => plainHtml(tableMarkup(table, startNumbering(), { unfold: true }).text),
  tsv: tableTsv,
  markdown: (table) =>
    tableMarkdown(table)
      .replace(/\\([|*_`[\]\\])/g, '$1')
      .replaceAll('&lt;', '<')
      .replaceAll('&amp;', '&'),
  latex: (table) => plainLatex(tableLatex(table)),
};

function plainHtml(html: string): string {
  const text = html
    .replace(/<br>/g, ' ')
    .replace(/<\/(td|th|tr|li|caption)>/g, '\n')
    .replace(/<[^>]+>/g, '');
  const signs = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&amp;': '&' };
  return text.replace(/&(lt|gt|quot|#39|amp);/g, (sign) => signs[sign as keyof typeof signs]);
}

function plainLatex(latex: string): string {
  const signs: [string, string][] = [
    ...([
      ['$-$', '−'],
      ['$\\infty$', '∞'],
      ['$\\rightarrow$', '→'],
      ['--', '–'],
      ['\\textless{}', '<'],
      ['\\textgreater{}', '>'],
      ['$\\pm$', '±'],
      ['``', '“'],
      ["''", '”'],
    ] as const),
    ...([
      ['\\textasciicircum{}', '^'],
      ['\\textasciitilde{}', '~'],
      ["'", '’'],
    ] as const),
  ].map(([from, to]) => [from, to]);
  return signs
    .reduce((text, [from, to]) => text.replaceAll(from, to), latex)
    .replace(/\\([&%$#_{}])/g, '$1')
    .replaceAll('\\textbackslash{}', '\\');
}

const rowsOf = ({ groups }: Table): Row[] =>
  groups.flatMap(({ rows }) => rows.flatMap((row) => [row, ...(row.children ?? [])]));
const cellsOf = (table: Table): Cell[] => rowsOf(table).flatMap(({ cells }) => cells);
const wordsOf = (cell: Cell): string[] => {
  const { main, under } = cellWords(cell);
  return [main, under];
};
const itemsOf = (cell: Cell): Cell[] => (cell.kind === 'list' ? cell.items.flatMap(itemsOf) : [cell]);

/** Every number that cells show, with sign and digits, as often as it is shown. */
function shownNumbers(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [found] of text.matchAll(/[−+]?\d[\d,]*(\.\d+)?/g)) counts.set(found, (counts.get(found) ?? 0) + 1);
  return counts;
}

describe.each(Object.entries(BUILDERS))('tables of %s', (_, tables) => {
  it('have rows, as many cells as columns, and a head for what stands in one', () => {
    expect(tables.length).toBeGreaterThan(0);
    for (const table of tables) {
      expect(rowsOf(table).length).toBeGreaterThan(0);
      for (const { cells } of rowsOf(table)) expect(cells).toHaveLength(table.columns.length);
      expect(new Set(table.columns.map(({ key }) => key)).size).toBe(table.columns.length);
      for (const { head, stacked } of table.columns) expect(stacked === true || head !== '', table.caption).toBe(true);
    }
  });

  it.each(Object.entries(FACES))('show each number in %s', (_face, show) => {
    for (const table of tables) {
      const found = shownNumbers(show(table));
      const words = cellsOf(table).flatMap(wordsOf).join('\n');
      for (const [shown, times] of shownNumbers(words)) {
        expect(found.get(shown) ?? 0, `${shown} in ${table.caption}`).toBeGreaterThanOrEqual(times);
      }
    }
  });

  it('keep all digits in CSV', () => {
    for (const table of tables) {
      const csv = tableCsv(table);
      for (const value of cellsOf(table).flatMap(itemsOf).flatMap(cellValues)) {
        if (typeof value === 'number') expect(csv).toContain(String(value));
      }
      const widths = csv
        .replace(/"[^"]*"/g, '')
        .trimEnd()
        .split('\n')
        .map((line) => line.split(',').length);
      expect(new Set(widths).size).toBe(1);
    }
  });

  it.each(Object.entries(FACES).filter(([name]) => name !== 'tsv'))('show heads and notes in %s', (_face, show) => {
    for (const table of tables) {
      const text = show(table).replace(/\s+/g, ' ');
      for (const { head, unit } of table.columns) for (const part of [head, unit ?? '']) expect(text).toContain(part);
      for (const note of [...tableNotes(table), ...cellsOf(table).flatMap(notesOf)]) expect(text).toContain(note);
      for (const { title } of table.groups) expect(text).toContain(title);
    }
  });

  it('show no negative nought and no ASCII minus before a digit', () => {
    for (const table of tables) {
      const words = cellsOf(table).flatMap(wordsOf);
      for (const word of words) expect(word).not.toMatch(/(^|\s|\()-\d|[−+]0(\.0+)?(?![\d.])/);
    }
  });
});

describe('the tab-separated face', () => {
  it('gives an interval columns of its own', () => {
    const [table] = BUILDERS['arms'] ?? [];
    const lines = tableTsv(table as Table).split('\n');
    expect(new Set(lines.map((line) => line.split('\t').length)).size).toBe(1);
    const auc = headText((table as Table).columns.find(({ key }) => key === 'auc') ?? { head: '' });
    expect(lines[0]?.split('\t')).toEqual(expect.arrayContaining([auc, `${auc}, low`, `${auc}, high`]));
  });
});

it('a plain table as text pads columns and aligns numbers to the right', () => {
  const models = [
    ['cbr-tiny', '0.9'],
    ['x', '0.912'],
  ] as const;
  const table = plainTable(models, { Model: ([name]) => name, AUC: ([, auc]) => auc }, ['AUC']);
  expect(tableText(table).split('\n')).toEqual([
    'Model       AUC',
    '--------  -----',
    'cbr-tiny    0.9',
    'x         0.912',
  ]);
});
