/** What faces with room for two lines in a cell share: which columns stand beneath one another, and how rows are put in order. Pure. */
import type { Cell } from './cells.ts';
import type { Column, Row, RowGroup, Table } from './table.ts';
import { cellText, cellValues } from './words.ts';

/** The same table with fewer columns, in its own order, for faces with little room; the others are kept elsewhere. */
export function withColumns(table: Table, keys: readonly string[]): Table {
  const kept = table.columns.flatMap(({ key }, index) => (keys.includes(key) ? [index] : []));
  const pick = <T>(all: readonly T[]): T[] => kept.map((index) => all[index] as T);
  const rowOf = (row: Row): Row => ({
    ...row,
    cells: pick(row.cells),
    ...(row.children === undefined ? {} : { children: row.children.map(rowOf) }),
  });
  return {
    ...table,
    columns: pick(table.columns),
    groups: table.groups.map((group) => ({ ...group, rows: group.rows.map(rowOf) })),
  };
}

/** Indices of columns, those that stack together: `[[0], [1, 2], [3]]`. */
export function stackColumns(columns: readonly Column[]): number[][] {
  const stacks: number[][] = [];
  columns.forEach(({ stacked = false }, index) => {
    const last = stacks.at(-1);
    if (stacked && last !== undefined) last.push(index);
    else stacks.push([index]);
  });
  return stacks;
}

/** The heads of columns that stack, `p, 95 % CI`, and their units, each once. */
export function stackHead(columns: readonly Column[]): { head: string; units: { text: string; about?: string }[] } {
  const units = new Map<string, string | undefined>();
  for (const { unit = '', about } of columns) {
    if (unit !== '' || about !== undefined) units.set(unit, units.get(unit) ?? about);
  }
  return {
    head: [...new Set(columns.map(({ head }) => head))].filter((head) => head !== '').join(', '),
    units: [...units].map(([text, about]) => ({ text, ...(about === undefined ? {} : { about }) })),
  };
}

export type SortDirection = 'ascending' | 'descending';

/** Missing cells stand last in both directions; equal ones keep their order. */
export function sortRows(rows: readonly Row[], column: number, direction: SortDirection): Row[] {
  const sign = direction === 'ascending' ? 1 : -1;
  return rows
    .map((row) => ({ row, key: sortKey(row.cells[column]) }))
    .sort((a, b) => {
      if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null);
      if (typeof a.key === 'number' && typeof b.key === 'number') return sign * (a.key - b.key);
      return sign * String(a.key).localeCompare(String(b.key), 'en', { numeric: true });
    })
    .map(({ row }) => row);
}

/**
 * Rows that hold every word of a wish in their cells, their children or the title of their group; commas part wishes, so that `random, gabor tiny`
 * sets two arms side by side.
 */
export function filterRows(groups: readonly RowGroup[], wanted: string): RowGroup[] {
  const wishes = wanted
    .toLowerCase()
    .split(',')
    .map((wish) => wish.split(/\s+/).filter((word) => word !== ''))
    .filter((words) => words.length > 0);
  if (wishes.length === 0) return [...groups];
  const textOf = ({ cells, children = [] }: Row): string =>
    [cells.map(cellText), children.map(textOf)].flat(2).join(' ');
  return groups
    .map(({ title, rows }) => ({
      title,
      rows: rows.filter((row) => {
        const text = `${title} ${textOf(row)}`.toLowerCase();
        return wishes.some((words) => words.every((word) => text.includes(word)));
      }),
    }))
    .filter(({ rows }) => rows.length > 0);
}

function sortKey(cell: Cell | undefined): number | string | null {
  if (cell === undefined || cell.kind === 'missing') return null;
  if (cell.kind === 'number' || cell.kind === 'estimate' || cell.kind === 'part') return cell.value;
  return cell.kind === 'range' ? (cellValues(cell).find((value) => value !== null) ?? null) : cellText(cell) || null;
}
