/**
 * What a table is, apart from how it is shown: caption, columns, rows in groups, notes. A builder per noun makes one from results
 * ({@link buildTable}); the faces (text, HTML, CSV, clipboard, screen) show it and know nothing of what it says. Pure.
 */
import type { Cell } from './cells.ts';
import { text } from './cells.ts';

export interface Column {
  /** Name in CSV, `auc_mean`. */
  key: string;
  head: string;
  /** A second line of the head: a unit, or what tells the column from its neighbours. */
  unit?: string;
  /** One sentence on what the column holds, where head and unit cannot say it. */
  about?: string;
  /** Right-aligned figures. */
  number?: boolean;
  /** What files call the ends of its intervals; default: the key with `_low` and `_high`. */
  ends?: readonly [low: string, high: string];
  /** A face that stacks shows these cells beneath those of the column before. */
  stacked?: boolean;
}

export interface Row {
  /** One for each column; the first heads the row. */
  cells: readonly Cell[];
  /** What the row is of, where a face puts buttons beside it. */
  id?: string;
  /** Where links to the row lead. */
  anchor?: string;
  /** Stands out: the one that was chosen. */
  current?: boolean;
  /** Fold away under the row, such as the seeds of an arm. */
  children?: readonly Row[];
}

/** Rows under a heading of their own. */
export interface RowGroup {
  /** Empty where the table has one group. */
  title: string;
  rows: readonly Row[];
}

export interface Table {
  caption: string;
  columns: readonly Column[];
  groups: readonly RowGroup[];
  /** What groups are by, `Model`: heads the column that files have for their titles. */
  groupHead?: string;
  /** Sentences on all of it; reasons of single cells stand in the cells. */
  notes?: readonly string[];
}

/** A column with its cells: what stands there for an item, and for a child of an item. */
export interface ColumnOf<Item, Child = never> extends Column {
  cell: (item: Item) => Cell | string;
  /** Nothing where left out. */
  child?: (child: Child) => Cell | string;
  /** `false`: the table goes without. */
  when?: boolean;
}

interface TableOf<Item, Child> extends Pick<Table, 'caption' | 'groupHead' | 'notes'> {
  columns: readonly ColumnOf<Item, Child>[];
  groups: readonly { title: string; items: readonly Item[] }[];
  childrenOf?: (item: Item) => readonly Child[];
  /** What else belongs to the row. */
  rowOf?: (item: Item) => Pick<Row, 'id' | 'anchor' | 'current'>;
}

/** Groups without items are left out. */
export function buildTable<Item, Child = never>(params: TableOf<Item, Child>): Table {
  const { columns: all, groups, childrenOf = () => [], rowOf = () => ({}), ...rest } = params;
  const used = all.filter(({ when = true }) => when);
  const asCell = (cell: Cell | string): Cell => (typeof cell === 'string' ? text(cell) : cell);
  const rowOfItem = (item: Item): Row => {
    const children = childrenOf(item).map((child): Row => ({
      cells: used.map((column) => asCell(column.child?.(child) ?? '')),
    }));
    return {
      cells: used.map((column) => asCell(column.cell(item))),
      ...rowOf(item),
      ...(children.length === 0 ? {} : { children }),
    };
  };
  return {
    ...rest,
    columns: used.map(({ cell: _cell, child: _child, when: _when, ...column }) => column),
    groups: groups
      .filter(({ items }) => items.length > 0)
      .map(({ title, items }) => ({ title, rows: items.map(rowOfItem) })),
  };
}

/** A column that files call what its head says. */
export function named<Item>(head: string, cell: (item: Item) => Cell | string, number = true): ColumnOf<Item> {
  return { key: head, head, number, cell };
}

/** A table without a caption, by what its heads say; `numbers` are the heads of right-aligned columns. */
export function plainTable<Item>(
  items: readonly Item[],
  columns: Readonly<Record<string, (item: Item) => Cell | string>>,
  numbers: readonly string[] = [],
): Table {
  return buildTable<Item>({
    caption: '',
    groups: ungrouped(items),
    columns: Object.entries(columns).map(([head, cell]) => named(head, cell, numbers.includes(head))),
  });
}

/** One group without a title. */
export function ungrouped<Item>(items: readonly Item[]): { title: string; items: readonly Item[] }[] {
  return [{ title: '', items }];
}
