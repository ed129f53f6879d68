/** A table for the command line: columns padded to their widest cell, notes beneath. Pure. */
import { tableLines } from './lines.ts';
import type { Table } from './table.ts';

/** @param unfold whether children are printed under their rows */
export function tableText(table: Table, { unfold = false }: { unfold?: boolean } = {}): string {
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
  const body = alignColumns([...heads, ...rows], (index) => columns[index]?.number === true);
  const rule = '-'.repeat(Math.max(...body.map((line) => line.length)));
  return [
    ...(table.caption === '' ? [] : [table.caption]),
    ...body.slice(0, heads.length),
    rule,
    ...body.slice(heads.length),
    ...notes,
    ...lettered.map(({ letter, text }) => `[${letter}] ${text}`),
  ].join('\n');
}

/** Cells padded to the widest of their column; a row that is one text stands as it is. */
export function alignColumns(
  rows: readonly (readonly string[] | string)[],
  toTheRight: (column: number) => boolean,
): string[] {
  const cells = rows.filter((row) => typeof row !== 'string');
  const widths = Array.from({ length: Math.max(0, ...cells.map((row) => row.length)) }, (_, column) =>
    Math.max(...cells.map((row) => (row[column] ?? '').length)),
  );
  return rows.map((row) =>
    typeof row === 'string'
      ? row
      : widths
          .map((width, i) => (toTheRight(i) ? (row[i] ?? '').padStart(width) : (row[i] ?? '').padEnd(width)))
          .join('  ')
          .trimEnd(),
  );
}
