import { describe, expect, it } from 'vitest';
import { describeDetectable, designWarnings, detectableDifference } from '../../../shared/study/detectable.ts';

const design = (positives: number, seeds = 3, arms = 2) => ({
  ...{ arms, seeds, endpoint: 'Referable' },
  parts: [
    { part: 'validation', positives, negatives: 100 },
    { part: 'test', positives, negatives: 100 },
  ] as const,
});

describe('what a study can see', () => {
  it('is smaller with more positives and with more seeds', () => {
    const few = detectableDifference({ positives: 20, negatives: 100, seeds: 3 });
    expect(detectableDifference({ positives: 200, negatives: 1000, seeds: 3 })).toBeLessThan(few);
    expect(detectableDifference({ positives: 20, negatives: 100, seeds: 2 })).toBeGreaterThan(few);
    // SE 0.0571 at 20 and 100 (Hanley and McNeil): 2.8 sqrt(0.0571^2 + 2 x 0.01^2 / 3).
    expect(few).toBeCloseTo(0.161, 2);
  });

  it('is said in a sentence, where there is something to compare', () => {
    expect(describeDetectable(design(20))).toMatch(/20 positives and 100 negatives .* 3 seeds, .* about 0\.16 or more/);
    expect(describeDetectable(design(20, 3, 1))).toBeNull();
    expect(describeDetectable(design(0))).toBeNull();
  });

  it('has limits that are named', () => {
    expect(designWarnings(design(20))).toEqual([]);
    expect(designWarnings(design(20, 3, 1))[0]).toContain('nothing will be compared');
    expect(designWarnings(design(20, 2))[0]).toContain('three or more');
    expect(designWarnings(design(4))).toHaveLength(2);
    expect(designWarnings(design(0)).join()).toContain('no positive image in the validation part');
  });
});
