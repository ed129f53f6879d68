import { expect, it } from 'vitest';
import { formatDate, formatDateTime, formatDuration, formatMilliseconds } from '../../../../shared/words/times.ts';

it('tells dates in UTC for documents', () => {
  expect(formatDate('2025-09-02T23:59:59.000Z', 'utc')).toBe('2 Sep 2025');
  expect(formatDateTime('2025-01-02T03:04:59.000Z', 'utc')).toBe('2 Jan 2025, 03:04 UTC');
});

it("tells dates in the reader's time on screens", () => {
  const noon = new Date(2026, 10, 23, 14, 5).toISOString();
  expect(formatDate(noon)).toBe('23 Nov 2026');
  expect(formatDateTime(noon)).toBe('23 Nov 2026, 14:05');
});

it('has a dash for what is no date', () => {
  expect(formatDate('')).toBe('–');
  expect(formatDateTime('soon', 'utc')).toBe('–');
});

it.each([
  [null, '–'],
  [NaN, '–'],
  [Infinity, '–'],
  [-1, '0 s'],
  [0.4, '0 s'],
  [59.4, '59 s'],
  [59.6, '1 min 00 s'],
  [200, '3 min 20 s'],
  [3599.6, '1 h 00 min'],
  [7500, '2 h 05 min'],
  [48 * 3600, '2 d 0 h'],
  [76 * 3600, '3 d 4 h'],
])('%s s lasts %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

it.each([
  [null, '–'],
  [NaN, '–'],
  [0.8512, '0.851 ms'],
  [14.2, '14.2 ms'],
  [181.6, '182 ms'],
])('%s ms lasts %s', (ms, text) => {
  expect(formatMilliseconds(ms)).toBe(text);
});
