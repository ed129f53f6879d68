const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const MINUTE = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});

/** `23 Nov 2026`, in the reader's time zone; a dash for what is no date. */
export function formatDate(iso: string): string {
  return format(DAY, iso);
}

/** `23 Nov 2026, 14:05`. */
export function formatDateTime(iso: string): string {
  return format(MINUTE, iso);
}

function format(formatter: Intl.DateTimeFormat, iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? '–' : formatter.format(date);
}
