/** Cells in words: the one place where a cell gets its digits, so that no face can print another number. Pure. */
import {
  DASH,
  type NumberText,
  formatBytes,
  formatCount,
  formatNumber,
  formatP,
  formatPart,
  formatPercent,
  formatRange,
  formatRatio,
  formatSetting,
  formatSigned,
  formatSignificant,
} from '../words/numbers.ts';
import { formatDuration, formatMilliseconds } from '../words/times.ts';
import type { Cell, NumberForm } from './cells.ts';
import type { Column, Table } from './table.ts';

/** A cell as two lines: faces stack them, or put the second in brackets. */
export interface CellWords {
  main: string;
  /** An interval, or what else tells an arm from others; empty where there is none. */
  under: string;
}

const FORMS: Record<Exclude<NumberForm, number>, NumberText> = {
  count: (value) => formatCount(value),
  'mean-count': (value) => formatCount(value, 1),
  ratio: formatRatio,
  percent: (value) => formatPercent(value),
  setting: (value) => formatSetting(value),
  significant: (value) => formatSignificant(value),
  p: formatP,
  duration: formatDuration,
  ms: (value) => formatMilliseconds(value ?? null),
  bytes: formatBytes,
};

function numberText({ form, signed = false }: { form: NumberForm; signed?: boolean }): NumberText {
  if (typeof form === 'string') return FORMS[form];
  return signed ? (value) => formatSigned(value, form) : (value) => formatNumber(value, form);
}

export function cellWords(cell: Cell): CellWords {
  switch (cell.kind) {
    case 'text':
      return { main: cell.text, under: '' };
    case 'number':
      return { main: `${cell.limit === undefined ? '' : `${cell.limit} `}${numberText(cell)(cell.value)}`, under: '' };
    case 'estimate': {
      const interval = rangeWords(cell);
      return { main: numberText(cell)(cell.value), under: interval };
    }
    case 'range':
      return { main: rangeWords(cell), under: '' };
    case 'part':
      return cell.share
        ? { main: formatCount(cell.value), under: formatPart(cell.value, cell.of) }
        : { main: `${formatCount(cell.value)} of ${formatCount(cell.of)}`, under: '' };
    case 'arm':
      return { main: cell.init, under: cell.rest };
    case 'list':
      return { main: cell.items.map(cellText).join(cell.separator), under: '' };
    case 'missing':
      return { main: cell.word ?? DASH, under: '' };
  }
}

function rangeWords(cell: Extract<Cell, { kind: 'estimate' | 'range' }>): string {
  return cell.low === null && cell.high === null ? '' : formatRange(cell.low, cell.high, numberText(cell));
}

/** In one line: `0.957 (0.951–0.963)`; an arm reads `transfer(natural), CBR-Tiny`. */
export function cellText(cell: Cell): string {
  const { main, under } = cellWords(cell);
  if (under === '') return main;
  return cell.kind === 'arm' ? `${main}, ${under}` : `${main} (${under})`;
}

/** The values behind a cell, for files and for sorting: full precision, null where missing. An estimate has three. */
export function cellValues(cell: Cell): (string | number | null)[] {
  switch (cell.kind) {
    case 'number':
      return [cell.limit === undefined ? cell.value : `${cell.limit} ${cell.value}`];
    case 'estimate':
      return [cell.value, cell.low, cell.high];
    case 'range':
      return [cell.low, cell.high];
    case 'part':
      return [cell.value, !cell.share ? cell.of : cell.of === 0 ? null : cell.value / cell.of];
    case 'list':
      return [cell.items.map((item) => cellValues(item).join(' ')).join('; ')];
    case 'missing':
      return [null];
    case 'text':
      return [cell.text === '' ? null : cell.text];
    case 'arm':
      return [cellText(cell)];
  }
}

/** What stands with the columns: their own sentences after those of the table. */
export function tableNotes({ notes = [], columns }: Table): string[] {
  return [...notes, ...new Set(columns.flatMap(({ about }) => (about === undefined ? [] : [about])))];
}

/** `Mean AUC, DeLong`. */
export function headText({ head, unit }: Pick<Column, 'head' | 'unit'>): string {
  return [head, unit ?? ''].filter((part) => part !== '').join(', ');
}
