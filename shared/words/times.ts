/** Dates and durations in words, as every face prints them. */
import { countOf, DASH, type MaybeNumber } from './numbers.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Screens and the command line tell the reader's time; documents, which are read anywhere, UTC. */
type Zone = 'local' | 'utc';

/** `23 Nov 2026`; a dash for what is no date. */
export function formatDate(iso: string, zone: Zone = 'local'): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return DASH;
  const [day, month, year] =
    zone === 'utc'
      ? [date.getUTCDate(), date.getUTCMonth(), date.getUTCFullYear()]
      : [date.getDate(), date.getMonth(), date.getFullYear()];
  return `${day} ${MONTHS[month] as string} ${year}`;
}

/** `23 Nov 2026, 14:05`; in documents `23 Nov 2026, 14:05 UTC`. */
export function formatDateTime(iso: string, zone: Zone = 'local'): string {
  const day = formatDate(iso, zone);
  if (day === DASH) return DASH;
  const date = new Date(iso);
  const [hours, minutes] =
    zone === 'utc' ? [date.getUTCHours(), date.getUTCMinutes()] : [date.getHours(), date.getMinutes()];
  return `${day}, ${twoDigits(hours)}:${twoDigits(minutes)}${zone === 'utc' ? ' UTC' : ''}`;
}

/** `45 s`, `3 min 20 s`, `2 h 05 min`, `3 d 4 h`. */
export function formatDuration(seconds: MaybeNumber): string {
  if (seconds == null || !Number.isFinite(seconds)) return DASH;
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${twoDigits(s % 60)} s`;
  const minutes = Math.round(s / 60);
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ${twoDigits(minutes % 60)} min`;
  const hours = Math.round(minutes / 60);
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** Of an estimate: `about 40 seconds`, `about 4 minutes`, `about 3 hours`, `about 2 days`. */
export function aboutDuration(seconds: number): string {
  if (seconds < 55) return `about ${Math.max(10, Math.round(seconds / 10) * 10)} seconds`;
  if (seconds < 89 * 60) return `about ${countOf(Math.round(seconds / 60), 'minute')}`;
  if (seconds < 36 * 3600) return `about ${countOf(Math.round(seconds / 3600), 'hour')}`;
  return `about ${countOf(Math.round(seconds / 86_400), 'day')}`;
}

/** Three digits are more than a clock on a busy machine can tell: `0.85 ms`, `14.2 ms`, `182 ms`. */
export function formatMilliseconds(ms: MaybeNumber): string {
  if (ms == null || !Number.isFinite(ms)) return DASH;
  return `${ms >= 100 ? Math.round(ms) : Number(ms.toPrecision(3))} ms`;
}

const twoDigits = (value: number): string => String(value).padStart(2, '0');
