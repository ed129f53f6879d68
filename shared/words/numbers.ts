/**
 * Numbers in words, as the app, the command line, the report and saved figures print them. CSV, JSON and the ticks of axes keep all
 * their digits. Undefined numbers (null, NaN) are a dash, minus is U+2212, and zero has no sign.
 */

export const DASH = '–';

export type MaybeNumber = number | null | undefined;
export type NumberText = (value: MaybeNumber) => string;

/** `0.957`, `−0.010`, `0.000`, `∞`. */
export function formatNumber(value: MaybeNumber, digits = 3): string {
  return written(value, (size) => size.toFixed(digits), '');
}

/** A difference: `+0.021`, `−0.010`, `0.000`. */
export function formatSigned(value: MaybeNumber, digits = 3): string {
  return written(value, (size) => size.toFixed(digits), '+');
}

/** As many digits as tell something, of a number on any scale: `0.00123`, `12.3`. */
export function formatSignificant(value: MaybeNumber, significant = 3): string {
  return written(value, (size) => (size === 0 ? '0' : size.toPrecision(significant)), '');
}

/** A number that somebody chose, without the noise of its binary form: `0.001`, `70`. */
export function formatSetting(value: MaybeNumber, significant = 6): string {
  return written(value, (size) => String(Number(size.toPrecision(significant))), '');
}

/** A likelihood ratio, or so many times as much: `0.0021`, `0.45`, `2.10`, `12.3`, `120`. */
export function formatRatio(value: MaybeNumber): string {
  const text = (size: number): string => {
    if (size >= 99.95) return Math.round(size).toLocaleString('en-US');
    if (size >= 9.995) return size.toFixed(1);
    return size === 0 || size >= 0.0995 ? size.toFixed(2) : String(Number(size.toPrecision(2)));
  };
  return written(value, text, '');
}

/** A share of 1 in per cent: `12.4 %`. */
export function formatPercent(share: MaybeNumber, digits = 1): string {
  const text = formatNumber(share == null ? share : 100 * share, digits);
  return text === DASH ? DASH : `${text} %`;
}

/** A share that somebody chose, without noise: `70 %`, `12.5 %`. */
export function formatFraction(share: MaybeNumber): string {
  const text = formatSetting(share == null ? share : 100 * share, 4);
  return text === DASH ? DASH : `${text} %`;
}

/** `part` of `whole` in per cent; a dash where the whole is nothing. */
export function formatPart(part: number, whole: number, digits = 1): string {
  return formatPercent(whole === 0 ? null : part / whole, digits);
}

function written(value: MaybeNumber, text: (size: number) => string, plus: '' | '+'): string {
  if (value == null || Number.isNaN(value)) return DASH;
  const size = Number.isFinite(value) ? text(Math.abs(value)) : '∞';
  if (/^[0.,]+$/.test(size)) return size;
  return `${value < 0 ? '−' : plus}${size}`;
}

/** `0.751–0.873`, `−0.010 to +0.052`, `from 0.31`, `up to 0.72`; a dash where undefined. */
export function formatRange(low: MaybeNumber, high: MaybeNumber, text: NumberText = formatThree): string {
  const [from, to] = [text(low), text(high)];
  if (from === DASH) return to === DASH ? DASH : `up to ${to}`;
  if (to === DASH) return `from ${from}`;
  // A dash beside a sign would read as another sign.
  return /^[−+]/.test(from) || /^[−+]/.test(to) ? `${from} to ${to}` : `${from}–${to}`;
}

/** The same in brackets, `(0.751–0.873)`; empty where undefined. */
export function formatInterval(low: MaybeNumber, high: MaybeNumber, text: NumberText = formatThree): string {
  const range = formatRange(low, high, text);
  return range === DASH ? '' : `(${range})`;
}

/** `0.912 (0.880–0.941)`; without the interval where it is undefined, a dash where the value is. */
export function formatEstimate(
  found: { value: number | null; low: number | null; high: number | null } | null | undefined,
  text: NumberText = formatThree,
): string {
  if (found == null) return DASH;
  return [text(found.value), ...(found.value === null ? [] : [formatInterval(found.low, found.high, text)])]
    .join(' ')
    .trimEnd();
}

const formatThree: NumberText = (value) => formatNumber(value);

/** A p-value as journals print it: `<0.001`, else three decimals. */
export const formatP = (p: MaybeNumber): string => (p != null && p < 0.001 ? '<0.001' : formatNumber(p));

/** The same in a sentence: `p = 0.035`, `p < 0.001`, `p –`. */
export const formatPEquals = (p: MaybeNumber): string => `p ${formatP(p)}`.replace(/ (?=\d)/, ' = ').replace('<', '< ');

/** `12,345`; a mean of counts with its digits, `12,345.5`. */
export function formatCount(count: MaybeNumber, digits?: number): string {
  const options = digits === undefined ? {} : { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return written(count, (size) => size.toLocaleString('en-US', options), '');
}

/** `1 image`, `2,000 images`, `3 studies`. */
export function countOf(count: number, one: string, several = `${one}s`): string {
  return `${formatCount(count)} ${wordFor(count, one, several)}`;
}

/** The word that goes with a count: `is` or `are`. */
export const wordFor = (count: number, one: string, several: string): string => (count === 1 ? one : several);

/** Binary units: `1.4 GiB`. */
export function formatBytes(bytes: MaybeNumber): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes ?? NaN;
  let unit = 0;
  while (Math.round(value) >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  const text = formatNumber(value, unit === 0 || value >= 9.95 ? 0 : 1);
  return text === DASH ? DASH : `${text} ${units[unit] as string}`;
}

/** First eight digits of a hash. */
export const shortHash = (hash: string): string => (hash.length <= 16 ? hash : `${hash.slice(0, 8)}…`);
