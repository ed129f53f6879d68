/** Numbers of `stats` as text. */
import type { Estimate } from '../../analysis/statistics/estimate.ts';

/** `0.912 (0.880 to 0.941)`; a dash where undefined. */
export function estimateText({ value, low, high }: Estimate, digits = 3): string {
  if (value === null) return '–';
  const end = (number: number | null): string => (number === null ? '–' : number.toFixed(digits));
  return low === null && high === null
    ? value.toFixed(digits)
    : `${value.toFixed(digits)} (${end(low)} to ${end(high)})`;
}

/** With a sign. */
export function signed(value: number | null, digits = 3): string {
  return value === null ? '–' : `${value > 0 ? '+' : ''}${value.toFixed(digits)}`;
}

/** `NAME: why` for every number that has a reason. */
export function notesOf(entries: readonly [name: string, estimate: { why: string | null }][]): string[] {
  return entries.flatMap(([name, { why }]) => (why === null ? [] : [`${name}: ${why}`]));
}

/** Lines below a table, if any. */
export function withNotes(text: string, notes: readonly string[]): string {
  return notes.length === 0 ? text : [text, '', ...notes].join('\n');
}
