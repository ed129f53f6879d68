/** Numbers behind a figure that is not a set of curves: shown as a table, saved as CSV. Pure. */
import { formatCsv } from './tables/csv.ts';
import { formatCount, formatNumber } from './words/numbers.ts';

export interface DataTableColumn {
  name: string;
  number?: boolean;
  /** `count`: with thousands apart; `fixed`: always with the table's digits. Else whole numbers are shown as they are. */
  form?: 'count' | 'fixed';
}

export interface DataTable {
  columns: readonly DataTableColumn[];
  rows: readonly (readonly (string | number | null)[])[];
  /** Digits after the point of numbers that are not whole. */
  digits: number;
}

/** With all digits. */
export function tableCsv({ columns, rows }: DataTable): string {
  return formatCsv(
    columns.map(({ name }) => name),
    rows,
  );
}

export function showCell(value: string | number | null, digits: number, form?: DataTableColumn['form']): string {
  if (value === null) return '–';
  if (typeof value === 'string') return value;
  if (form === 'count') return formatCount(value);
  if (form === 'fixed') return formatNumber(value, digits);
  return Number.isInteger(value) ? String(value) : formatNumber(value, digits);
}
