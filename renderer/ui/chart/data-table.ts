/** Numbers behind a figure that is not a set of curves: shown as a table, saved as CSV. Pure. */
import { formatCsv } from '../../../shared/csv.ts';

export interface DataTable {
  columns: readonly { name: string; number?: boolean }[];
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

export function showCell(value: string | number | null, digits: number): string {
  if (value === null) return '–';
  if (typeof value === 'string') return value;
  return Number.isInteger(value) ? String(value) : value.toFixed(digits);
}
