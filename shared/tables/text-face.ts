/** A table for the command line: columns padded to their widest cell, notes beneath. Pure. */
import { escapeControls } from '../words/control-characters.ts';
import { tableLines } from './lines.ts';
import type { Table } from './table.ts';

interface TextOptions {
  /** Children are printed under their rows. */
  unfold?: boolean;
}

/** Tables beneath one another, those that are there; a sentence that stood under one is not said again. */
export function tablesText(tables: readonly (Table | null | undefined)[], options: TextOptions = {}): string {
  const said = new Set<string>();
  return tables.flatMap((table) => (table == null ? [] : [tableText(table, options, said)])).join('\n\n');
}

/** @param said sentences that need not be said; those of the table are added */
export function tableText(table: Table, { unfold = false }: TextOptions = {}, said = new Set<string>()): string {
  const { columns } = table;
  const { lines, notes, lettered } = tableLines(table, unfold);
  const grouped = lines.some(({ title }) => title !== null);
  const indent = (depth: 0 | 1): string => '  '.repeat(Number(grouped) + depth);
  const rows = lines.map(
    ({ title, cells, depth }) =>
      title ??
      cells.map(
        ({ text, marks }, index) => `${index === 0 ? indent(depth) : ''}${text}${marks === '' ? '' : ` [${marks}]`}`,
      ),
  );
  const heads = [columns.map(({ head }) => head)];
  if (columns.some(({ unit }) => unit !== undefined)) heads.push(columns.map(({ unit = '' }) => unit));
  const fresh = notes.filter((note) => !said.has(note));
  for (const note of fresh) said.add(note);
  return [
    ...(table.caption === '' ? [] : [table.caption]),
    ...alignColumns(heads, rows, (column) => columns[column]?.number === true),
    ...fresh,
    ...lettered.map(({ letter, text }) => `[${letter}] ${text}`),
  ].join('\n');
}

type LineOfCells = readonly string[];

/** Heads, a rule and rows, each cell padded to the widest of its column; a row that is one text stands as it is. */
function alignColumns(
  headLines: readonly LineOfCells[],
  rowLines: readonly (LineOfCells | string)[],
  toTheRight: (column: number) => boolean,
): string[] {
  // A line break in a name would forge a row.
  const shown = (line: LineOfCells): LineOfCells => line.map((cell) => escapeControls(cell));
  const heads = headLines.map(shown);
  const rows = rowLines.map((row) => (typeof row === 'string' ? row : shown(row)));
  const lines = [...heads, ...rows.filter((row) => typeof row !== 'string')];
  const widths = Array.from({ length: Math.max(0, ...lines.map((line) => line.length)) }, (_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? '').length)),
  );
  const align = (line: LineOfCells): string =>
    widths
      .map((width, i) => (toTheRight(i) ? (line[i] ?? '').padStart(width) : (line[i] ?? '').padEnd(width)))
      .join('  ')
      .trimEnd();
  return [
    ...heads.map(align),
    widths.map((width) => '-'.repeat(width)).join('  '),
    ...rows.map((row) => (typeof row === 'string' ? row : align(row))),
  ];
}
