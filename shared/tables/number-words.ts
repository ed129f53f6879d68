/** Stands in for shared/words until it has landed. */
import { formatBytes as bytes, formatCount as count, formatP as p } from '../format.ts';

export { formatDuration } from '../format.ts';
export const DASH = '–';
type MaybeNumber = number | null | undefined;
export type NumberText = (value: MaybeNumber) => string;

function written(value: MaybeNumber, text: (size: number) => string, plus: '' | '+'): string {
  if (value == null || Number.isNaN(value)) return DASH;
  const size = text(Math.abs(value));
  return Number(size) === 0 ? size : `${value < 0 ? '−' : plus}${size}`;
}
export const formatNumber = (value: MaybeNumber, digits = 3): string => written(value, (v) => v.toFixed(digits), '');
export const formatSigned = (value: MaybeNumber, digits = 3): string => written(value, (v) => v.toFixed(digits), '+');
export const formatSignificant = (value: MaybeNumber): string => written(value, (v) => v.toPrecision(3), '');
export const formatSetting = (value: MaybeNumber): string =>
  written(value, (v) => String(Number(v.toPrecision(6))), '');
export const formatRatio = (value: MaybeNumber): string =>
  written(
    value,
    (v) => (v >= 9.995 ? v.toFixed(1) : v === 0 || v >= 0.0995 ? v.toFixed(2) : String(Number(v.toPrecision(2)))),
    '',
  );
export const formatPercent = (share: MaybeNumber): string =>
  share == null ? DASH : `${formatNumber(100 * share, 1)} %`;
export function formatRange(low: MaybeNumber, high: MaybeNumber, text: NumberText): string {
  const [from, to] = [text(low), text(high)];
  if (from === DASH) return to === DASH ? DASH : `up to ${to}`;
  if (to === DASH) return `from ${from}`;
  return /^[−+]/.test(from) || /^[−+]/.test(to) ? `${from} to ${to}` : `${from}–${to}`;
}
export const formatP: NumberText = (value) => p(value ?? null);
export const formatCount: NumberText = (value) => (value == null ? DASH : count(value));
export const formatBytes: NumberText = (value) => (value == null ? DASH : bytes(value));
