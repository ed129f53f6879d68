import { describe, expect, it } from 'vitest';
import { similarityPart } from '../../../main/report/sections/similarity-section.ts';
import { weightsSection } from '../../../main/report/sections/weights-section.ts';
import { histogramPath } from '../../../shared/figures/drawing/histograms.ts';
import { weightMovementPanels } from '../../../shared/figures/weight-movement-panels.ts';
import { htmlOf } from './html-of.ts';
import { madeUpReport } from './made-up-report.ts';

const input = madeUpReport();
const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

describe('similarities in the report', () => {
  const text = htmlOf(similarityPart(input));

  it('has a figure for each comparison, with tables and the baseline', () => {
    expect(count(text, /<figure>/g)).toBe(4);
    expect(count(text, /<table>/g)).toBe(4);
    expect(text).toContain('random / random (baseline)');
    expect(text).toContain('R squared');
    expect(text).toContain('at most 64 channels');
    expect(text).not.toMatch(/NaN|undefined<|null/);
  });

  it('says what random pairs were compared with', () => {
    expect(text).toContain('with one pair of random runs, how much other runs vary is not known');
  });

  it('is left out where nothing was compared', () => {
    expect(similarityPart({ ...input, similarity: null })).toEqual([]);
  });
});

describe('weights in the report', () => {
  const text = htmlOf(weightsSection({ ...input, similarity: null }));

  it('has bars with error bars, a table, and histograms of each arm', () => {
    const arms = input.study.arms.length;
    expect(count(text, /<title>[^<]*, (block\d|head): [^<]* to [^<]*<\/title>/g)).toBe(arms * 5);
    expect(count(text, /<title>Weights before and after/g)).toBe(arms);
    expect(text).toContain('conv');
    expect(text).not.toMatch(/NaN|undefined/);
  });

  it('draws a histogram as steps', () => {
    expect(histogramPath([0, 4, 2], 4, { width: 30, height: 8 })).toBe('M0 8V8H10V0H20V4H30V8');
    expect(histogramPath([0], 0, { width: 10, height: 8 })).toBe('M0 8V8H10V8');
  });

  it('keeps arms of another size apart', () => {
    const [arm] = input.study.arms;
    if (!arm) throw new Error('no arm');
    const other = { ...arm, id: 'small', trainSize: 50 };
    const moved = input.movement.slice(0, 1).flatMap((own) => [own, { ...own, armId: 'small' }]);
    expect(weightMovementPanels(moved, [arm, other]).map(({ group }) => group)).toHaveLength(2);
    const nothing = { movement: [], weightRuns: [], filters: [], similarity: null };
    expect(weightsSection({ ...input, ...nothing })).toEqual([]);
  });
});
