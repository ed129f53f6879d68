import { describe, expect, it } from 'vitest';
import {
  countOf,
  formatBytes,
  formatCount,
  formatEstimate,
  formatFraction,
  formatInterval,
  formatNumber,
  formatP,
  formatPEquals,
  formatPart,
  formatPercent,
  formatRange,
  formatRatio,
  formatSetting,
  formatSigned,
  formatSignificant,
  shortHash,
  wordFor,
} from '../../../../shared/words/numbers.ts';

type Row = [value: number | null | undefined, text: string];

const TABLES: [name: string, format: (value: number | null | undefined) => string, rows: Row[]][] = [
  [
    'formatNumber',
    (value) => formatNumber(value),
    [
      ...([
        [null, '–'],
        [undefined, '–'],
        [NaN, '–'],
        [0, '0.000'],
        [-0, '0.000'],
      ] as Row[]),
      ...([
        [0.9567, '0.957'],
        [-0.01, '−0.010'],
        [-0.0001, '0.000'],
        [0.0004, '0.000'],
      ] as Row[]),
      ...([
        [0.9995, '1.000'],
        [1, '1.000'],
        [123456.7, '123456.700'],
      ] as Row[]),
      ...([
        [Infinity, '∞'],
        [-Infinity, '−∞'],
      ] as Row[]),
    ],
  ],
  [
    'formatSigned',
    (value) => formatSigned(value),
    [
      ...([
        [null, '–'],
        [NaN, '–'],
        [0, '0.000'],
        [-0, '0.000'],
        [0.0004, '0.000'],
        [-0.0004, '0.000'],
      ] as Row[]),
      ...([
        [0.0211, '+0.021'],
        [-0.01, '−0.010'],
        [0.9995, '+1.000'],
        [-1, '−1.000'],
      ] as Row[]),
      ...([
        [Infinity, '+∞'],
        [-Infinity, '−∞'],
      ] as Row[]),
    ],
  ],
  [
    'formatRatio',
    formatRatio,
    [
      ...([
        [null, '–'],
        [NaN, '–'],
        [0, '0.00'],
        [-0, '0.00'],
        [Infinity, '∞'],
      ] as Row[]),
      ...([
        [0.00214, '0.0021'],
        [0.0123, '0.012'],
        [0.0996, '0.10'],
        [0.45, '0.45'],
        [1, '1.00'],
      ] as Row[]),
      ...([
        [9.994, '9.99'],
        [9.996, '10.0'],
        [12.34, '12.3'],
        [99.96, '100'],
        [1234.5, '1,235'],
      ] as Row[]),
    ],
  ],
  [
    'formatPercent',
    (value) => formatPercent(value),
    [
      [null, '–'],
      [NaN, '–'],
      [0, '0.0 %'],
      [-0.0001, '0.0 %'],
      [0.1239, '12.4 %'],
      [0.9995, '100.0 %'],
      [1, '100.0 %'],
      [-0.5, '−50.0 %'],
    ],
  ],
  [
    'formatP',
    formatP,
    [
      [null, '–'],
      [NaN, '–'],
      [0, '<0.001'],
      [0.00099, '<0.001'],
      [0.001, '0.001'],
      [0.0349, '0.035'],
      [0.9995, '1.000'],
      [1, '1.000'],
    ],
  ],
  [
    'formatPEquals',
    formatPEquals,
    [
      [null, 'p –'],
      [0.0001, 'p < 0.001'],
      [0.0349, 'p = 0.035'],
      [1, 'p = 1.000'],
    ],
  ],
  [
    'formatCount',
    formatCount,
    [
      [null, '–'],
      [0, '0'],
      [-0, '0'],
      [999, '999'],
      [12345, '12,345'],
      [-12345, '−12,345'],
      [2 ** 53, '9,007,199,254,740,992'],
    ],
  ],
  [
    'formatBytes',
    formatBytes,
    [
      ...([
        [null, '–'],
        [NaN, '–'],
        [0, '0 B'],
        [1023, '1023 B'],
        [1024, '1.0 KiB'],
        [10_189, '10 KiB'],
      ] as Row[]),
      ...([
        [2 ** 20 - 1, '1.0 MiB'],
        [1.4 * 2 ** 30, '1.4 GiB'],
        [4e15, '3638 TiB'],
      ] as Row[]),
    ],
  ],
  [
    'formatSetting',
    (value) => formatSetting(value),
    [
      [null, '–'],
      [0, '0'],
      [0.1 + 0.2, '0.3'],
      [0.001, '0.001'],
      [70, '70'],
      [1e-7, '1e-7'],
      [-0.5, '−0.5'],
    ],
  ],
  [
    'formatSignificant',
    (value) => formatSignificant(value),
    [
      [null, '–'],
      [0, '0'],
      [-0, '0'],
      [0.0012345, '0.00123'],
      [12.345, '12.3'],
      [-2, '−2.00'],
    ],
  ],
];

describe.each(TABLES)('%s', (_, format, rows) => {
  it.each(rows)('%s is %s', (value, text) => {
    expect(format(value)).toBe(text);
  });
});

describe('ranges and estimates', () => {
  it('joins two ends with a dash, with signs by a word', () => {
    expect(formatRange(0.5, 0.75)).toBe('0.500–0.750');
    expect(formatRange(-0.5, 0.75)).toBe('−0.500 to 0.750');
    expect(formatRange(-0.0001, 0.75)).toBe('0.000–0.750');
    expect(formatRange(-0.01, 0.05, formatSigned)).toBe('−0.010 to +0.050');
    expect(formatRange(0, 0.05, formatSigned)).toBe('0.000 to +0.050');
    expect(formatRange(0.5, 12.34, formatRatio)).toBe('0.50–12.3');
  });

  it('says which end is missing', () => {
    expect(formatRange(null, null)).toBe('–');
    expect(formatRange(0.5, null)).toBe('from 0.500');
    expect(formatRange(undefined, 0.5)).toBe('up to 0.500');
    expect(formatInterval(null, null)).toBe('');
    expect(formatInterval(0.5, 0.75)).toBe('(0.500–0.750)');
  });

  it('puts the interval behind its value', () => {
    expect(formatEstimate({ value: 0.912, low: 0.88, high: 0.941 })).toBe('0.912 (0.880–0.941)');
    expect(formatEstimate({ value: 0.02, low: -0.01, high: 0.05 }, formatSigned)).toBe('+0.020 (−0.010 to +0.050)');
    expect(formatEstimate({ value: 0.912, low: null, high: null })).toBe('0.912');
    expect(formatEstimate({ value: null, low: null, high: 0.5 })).toBe('–');
    expect(formatEstimate(null)).toBe('–');
  });
});

describe('counts', () => {
  it('agree with their noun', () => {
    expect(countOf(0, 'image')).toBe('0 images');
    expect(countOf(1, 'image')).toBe('1 image');
    expect(countOf(2000, 'study', 'studies')).toBe('2,000 studies');
    expect(wordFor(1, 'is', 'are')).toBe('is');
    expect(wordFor(0, 'is', 'are')).toBe('are');
  });

  it('keep their thousands apart in means', () => {
    expect(formatCount(1234, 1)).toBe('1,234.0');
    expect(formatCount(0.04, 1)).toBe('0.0');
  });

  it('have no share of nothing', () => {
    expect(formatPart(1, 8)).toBe('12.5 %');
    expect(formatPart(0, 0)).toBe('–');
    expect(formatFraction(0.7)).toBe('70 %');
    expect(formatFraction(0.125)).toBe('12.5 %');
    expect(formatFraction(null)).toBe('–');
  });
});

it('cuts a hash', () => {
  expect(shortHash('0123456789abcdef0')).toBe('01234567…');
  expect(shortHash('short')).toBe('short');
});
