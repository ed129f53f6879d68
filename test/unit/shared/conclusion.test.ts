import { describe, expect, it } from 'vitest';
import { CONCLUSIONS, conclude, type Conclusion } from '../../../shared/results/conclusion.ts';
import type { MarginAnswer, MarginComparison } from '../../../shared/study/margin.ts';

const total = { se: 1, df: 4, low: 0, high: 0, p: 0 };
const margin = (nonInferior: MarginAnswer, equivalent: MarginAnswer) =>
  ({ nonInferior: { answer: nonInferior }, equivalent: { answer: equivalent } }) as MarginComparison;

/** The table of docs/statistics.md, row by row. */
const ROWS: [number, 'supported' | 'not supported' | 'untested', ReturnType<typeof margin> | undefined, Conclusion][] =
  [
    [0.05, 'supported', undefined, 'better'],
    [0.05, 'supported', margin('yes', 'no'), 'better'],
    [0.05, 'supported', margin('yes', 'cannot tell'), 'better'],
    [0.05, 'supported', margin('cannot tell', 'cannot tell'), 'better'],
    [0.01, 'supported', margin('yes', 'yes'), 'slightly better'],
    [-0.05, 'supported', undefined, 'worse'],
    [-0.05, 'supported', margin('cannot tell', 'cannot tell'), 'worse'],
    [-0.05, 'supported', margin('no', 'no'), 'clearly worse'],
    [-0.01, 'supported', margin('yes', 'yes'), 'slightly worse'],
    [-0.01, 'supported', margin('yes', 'cannot tell'), 'slightly worse'],
    [0.01, 'not supported', undefined, 'cannot tell'],
    [0.01, 'not supported', margin('cannot tell', 'cannot tell'), 'cannot tell'],
    [-0.05, 'not supported', margin('no', 'no'), 'cannot tell'],
    [0.01, 'not supported', margin('yes', 'cannot tell'), 'not worse'],
    [0, 'not supported', margin('yes', 'yes'), 'equivalent'],
    // One seed, a failed arm, two perfect arms.
    [0.05, 'untested', undefined, 'untested'],
    [0, 'untested', margin('cannot tell', 'cannot tell'), 'untested'],
  ];

describe('conclude', () => {
  it.each(ROWS)('difference %d, %s: %#', (difference, test, against, expected) => {
    const comparison = { difference, supported: test === 'supported', total: test === 'untested' ? null : total };
    expect(conclude(comparison, against)).toBe(expected);
  });

  it('has a row for every conclusion', () =>
    expect(new Set(ROWS.map((row) => row[3]))).toEqual(new Set(Object.keys(CONCLUSIONS))));
});
