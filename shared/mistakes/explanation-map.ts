/** An explanation as a picture of one pixel a cell. Orange for a score that falls, blue for one that rises: told apart by all. */
import { formatNumber } from '../words/numbers.ts';
import type { ExplanationMap, ExplanationMethod } from './explanation.ts';

export const ORANGE = [255, 140, 0] as const;
export const BLUE = [60, 150, 255] as const;

/**
 * RGBA, row-major; how strong a cell is, relative to the strongest, is its alpha. Gradients have few strong cells and a long tail: theirs is
 * the square root.
 */
export function mapPixels(
  { values, cells }: Pick<ExplanationMap, 'values' | 'cells'>,
  method: ExplanationMethod,
): Uint8ClampedArray<ArrayBuffer> {
  const most = strongest(values);
  const pixels = new Uint8ClampedArray(cells * cells * 4);
  values.forEach((value, cell) => {
    pixels.set(value >= 0 ? ORANGE : BLUE, cell * 4);
    const share = most === 0 ? 0 : Math.abs(value) / most;
    pixels[cell * 4 + 3] = 255 * (method === 'gradient' ? Math.sqrt(share) : share);
  });
  return pixels;
}

export function strongest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/** `Hiding a patch lowers the score by up to 0.213 and raises it by up to 0.004.` */
export function describeMap({ score, values, patch, size }: ExplanationMap, method: ExplanationMethod): string {
  const where = `Score ${formatNumber(score)} of the untouched image.`;
  if (strongest(values) === 0) return `${where} Nothing here changes it.`;
  if (method === 'gradient') return where;
  const falls = Math.max(0, ...values);
  const rises = Math.max(0, ...values.map((value) => -value));
  const parts = [
    falls > 0 ? `lowers the score by up to ${formatNumber(falls)}` : null,
    rises > 0 ? `raises it by up to ${formatNumber(rises)}` : null,
  ].filter((part) => part !== null);
  return `${where} A patch of ${String(patch)} of ${size} pixels ${parts.join(' and ')}.`;
}

/** `The strongest place hidden: 0.9121 becomes 0.4550 (down by 0.4571).` */
export function describeHidden({ score, hidden }: Pick<ExplanationMap, 'score' | 'hidden'>): string {
  const change = hidden.score - score;
  const how =
    Math.abs(change) < 0.00005 ? 'no change' : `${change < 0 ? 'down' : 'up'} by ${formatNumber(Math.abs(change), 4)}`;
  return `Strongest place hidden: ${formatNumber(score, 4)} becomes ${formatNumber(hidden.score, 4)} (${how}).`;
}
