/** Numbers as the app, the command line and the report print them: one place, so that all three agree. */

const DASH = '–';

/** AUC to three decimals, `0.957`; a dash where undefined. */
export function formatAuc(value: number | null): string {
  return value === null ? DASH : value.toFixed(3);
}

/** `(0.951-0.963)` with an en dash; empty where undefined. */
export function formatInterval(low: number | null, high: number | null): string {
  return low === null || high === null ? '' : `(${low.toFixed(3)}${DASH}${high.toFixed(3)})`;
}

export function formatCount(value: number): string {
  return value.toLocaleString('en-US');
}

/** `45 s`, `3 min 20 s`, `2 h 05 min`, `3 d 4 h`. */
export function formatDuration(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return DASH;
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${String(s % 60).padStart(2, '0')} s`;
  const minutes = Math.round(s / 60);
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
  const hours = Math.round(minutes / 60);
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** Binary units: `1.4 GiB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return unit === 0 ? `${value} B` : `${value.toFixed(value < 10 ? 1 : 0)} ${units[unit] as string}`;
}

/** A p-value as journals print it: `<0.001`, else three decimals; a dash where undefined. */
export function formatP(p: number | null): string {
  if (p === null) return DASH;
  return p < 0.001 ? '<0.001' : p.toFixed(3);
}

/** The same in a sentence: `p = 0.035`, `p < 0.001`, `p –`. */
export function formatPEquals(p: number | null): string {
  return `p ${formatP(p)}`.replace(/ (?=\d)/, ' = ').replace('<', '< ');
}
