/** Words for cells, bands and images. */
import { bandWord } from '../../../shared/mistakes/confusion-table.ts';
import { formatCount } from '../../../shared/words/numbers.ts';
import { CELL_WORDS, type ErrorFilter, type MistakenImage } from '../../../shared/mistakes/mistakes.ts';

export const RULES = [
  { value: 'youden', label: 'Largest Youden index' },
  { value: 'sensitivity:0.9', label: 'Sensitivity at least 0.90' },
  { value: 'sensitivity:0.95', label: 'Sensitivity at least 0.95' },
  { value: 'specificity:0.9', label: 'Specificity at least 0.90' },
  { value: 'specificity:0.95', label: 'Specificity at least 0.95' },
] as const;

export const labelWord = (label: 0 | 1): string => (label === 1 ? 'positive' : 'negative');

/** `False positives`, `Scores 0.9–1.0, positive`. */
export function describeFilter({ cell, band, label, marked }: ErrorFilter): string {
  if (marked) return 'Marked images';
  if (cell !== undefined) {
    const { plural } = CELL_WORDS[cell];
    return plural.charAt(0).toUpperCase() + plural.slice(1);
  }
  if (band === undefined) return 'All test images';
  const scores = `Scores ${bandWord({ low: band / 10, high: (band + 1) / 10 })}`;
  return label === undefined ? scores : `${scores}, ${labelWord(label)}`;
}

export function describePlace({ patient, eye, view }: Pick<MistakenImage, 'patient' | 'eye' | 'view'>): string {
  const where = [eye === null ? null : `${eye} eye`, view === null ? null : `${view} view`];
  return [`patient ${formatCount(patient)}`, ...where.filter((part) => part !== null)].join(', ');
}

export const sameFilter = (a: ErrorFilter, b: ErrorFilter): boolean =>
  a.cell === b.cell && a.band === b.band && a.label === b.label && a.marked === b.marked;
