/** Numbers of the report that `shared/format.ts` does not have. */
import { formatInterval } from '../../../shared/format.ts';
import type { IntervalKind } from '../../../shared/results/results.ts';

const MINUS = '−';

/** A difference of AUCs: `+0.021`, `−0.010`, `0.000`. */
export function formatSigned(value: number | null): string {
  if (value === null) return '–';
  const digits = Math.abs(value).toFixed(3);
  if (Number(digits) === 0) return digits;
  return `${value < 0 ? MINUS : '+'}${digits}`;
}

/** `−0.010 to +0.052`; empty where undefined. */
export function formatSignedRange(low: number | null, high: number | null): string {
  return low === null || high === null ? '' : `${formatSigned(low)} to ${formatSigned(high)}`;
}

/** `0.751–0.873`: the interval without brackets, for table cells; a dash where undefined. */
export function formatRange(low: number | null, high: number | null): string {
  return formatInterval(low, high).replace(/^\(|\)$/g, '') || '–';
}

export const INTERVAL_NAMES: Record<IntervalKind, string> = {
  delong: 'DeLong',
  'delong-clustered': 'DeLong, clustered by patient',
};

/** `2025-01-02 10:00 UTC`. */
export function formatTime(iso: string): string {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(iso) ? `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC` : iso;
}

/** First eight digits of a hash. */
export function shortHash(hash: string): string {
  return hash.length <= 16 ? hash : `${hash.slice(0, 8)}…`;
}
