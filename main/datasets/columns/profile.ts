/** What the first rows show of each column. Pure. */
import { isBlankCell } from '../labels/cell-values.ts';
import type { Table } from '../tables/table.ts';

export interface ColumnProfile {
  name: string;
  /** Lower case, words apart, without accents: `OriginalImage[Width]` -> `original image width`. */
  words: string;
  column: number;
  /** Sampled cells that are not empty. */
  cells: string[];
  /** Those that say something, in order: without words such as `None` and `NA`. */
  filled: string[];
  distinct: Set<string>;
  /** Sampled cells with nothing in them. */
  empty: number;
  sampled: number;
}

export function nameWords(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ')
    .replace(/[^\p{L}\p{N}#%+]+/gu, ' ')
    .trim()
    .toLowerCase();
}

export function profileColumns(table: Pick<Table, 'header' | 'sample'>): ColumnProfile[] {
  return table.header.map((name, column) => {
    const values = table.sample.map((row) => row[column] ?? '');
    const cells = values.filter((value) => value !== '');
    const filled = cells.filter((value) => !isBlankCell(value));
    return {
      name,
      words: nameWords(name),
      column,
      cells,
      filled,
      distinct: new Set(filled),
      empty: values.filter((value) => value === '').length,
      sampled: values.length,
    };
  });
}

export function every({ filled }: ColumnProfile, test: (value: string) => boolean): boolean {
  return filled.length > 0 && filled.every(test);
}

/** At least four of five cells that say something. */
export function most({ filled }: ColumnProfile, test: (value: string) => boolean): boolean {
  return filled.length > 0 && filled.filter(test).length >= 0.8 * filled.length;
}
