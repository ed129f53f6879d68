import { describe, expect, it } from 'vitest';
import { ratioText, stepsRatio, stepsTest } from '../../../shared/results/steps-ratio.ts';
import type { StepsObservation } from '../../../shared/results/threshold-steps.ts';

const reached = (...steps: number[]): StepsObservation[] => steps.map((at) => ({ steps: at, reached: true }));
const censored = (...steps: number[]): StepsObservation[] => steps.map((at) => ({ steps: at, reached: false }));

describe('the ratio of medians', () => {
  it('has an interval over runs, the same each time', () => {
    const found = stepsRatio(reached(10, 12, 14, 16, 18), reached(30, 32, 34, 36, 38));
    expect(found.ratio).toBeCloseTo(14 / 34, 12);
    expect(found.low).toBeGreaterThanOrEqual(10 / 38);
    expect(found.high).toBeLessThanOrEqual(18 / 30);
    expect(found.why).toBeNull();
    expect(stepsRatio(reached(10, 12, 14, 16, 18), reached(30, 32, 34, 36, 38))).toEqual(found);
  });

  it('says why where it is undefined', () => {
    expect(stepsRatio([], reached(1))).toMatchObject({ ratio: null, test: null });
    expect(stepsRatio([], reached(1)).why).toContain('finished run');
    expect(stepsRatio(reached(5), reached(10, 20))).toMatchObject({ ratio: 5 / 15, low: null });
    expect(stepsRatio(reached(5, 5), reached(10, 10))).toMatchObject({ ratio: 0.5, low: null, high: null });
    expect(stepsRatio(reached(5, 5), reached(10, 10)).why).toContain('agree');
    expect(stepsRatio(censored(9, 9), censored(9, 9)).why).toContain('both arms never reached');
    expect(stepsRatio(reached(1, 2), reached(0, 0)).why).toContain('before the first update');
  });

  it('knows one side where a median is censored', () => {
    const slower = stepsRatio(censored(600, 600, 600), reached(100, 150, 200));
    expect(slower).toMatchObject({ ratio: null, limit: { side: 'above', value: 4 }, high: null });
    expect(slower.low).toBeGreaterThanOrEqual(3);
    expect(slower.why).toContain('No upper limit');
    const faster = stepsRatio(reached(100, 150, 200), censored(600, 600, 600));
    expect(faster).toMatchObject({ limit: { side: 'below', value: 0.25 }, low: null });
    expect(faster.high).toBeLessThanOrEqual(1 / 3);
    expect(faster.why).toContain('No lower limit');
    expect(ratioText(slower)).toMatch(/^> 4\.00 \(from 3\.\d\d\)$/);
    expect(ratioText(faster)).toMatch(/^< 0\.25 \(up to 0\.3\d\)$/);
  });

  it('is no narrower for censoring', () => {
    const whole = stepsRatio(reached(10, 20, 30, 40), reached(10, 20, 30, 40));
    const open = stepsRatio([...reached(10, 20, 30), ...censored(40)], reached(10, 20, 30, 40));
    expect(open.ratio).toBe(whole.ratio);
    expect(open.low ?? 0).toBeLessThanOrEqual(whole.low ?? 0);
    expect(open.high ?? Infinity).toBeGreaterThanOrEqual(whole.high ?? Infinity);
  });

  it('is printed with as many digits as it has', () => {
    const none = { ratio: null, limit: null, low: null, high: null };
    expect(ratioText(none)).toBe('–');
    expect(ratioText({ ...none, ratio: 0.5, low: 0.0123, high: 123.4 })).toBe('0.50 (0.012–123)');
    expect(ratioText({ ...none, ratio: 0.5, low: 0.25 })).toBe('0.50 (from 0.25)');
  });
});

describe('the exact rank test', () => {
  // R 4: wilcox.test(a, b, exact = TRUE) without ties; with ties and censoring counted by hand below.
  it.each([
    [reached(1, 2, 3), reached(4, 5, 6), 0.1],
    [reached(1, 2, 3, 4, 5), reached(6, 7, 8, 9, 10), 2 / 252],
    [reached(1, 3, 5, 7), reached(2, 4, 6, 8), 48 / 70],
    [reached(1), reached(2), 1],
  ])('of %j against %j', (a, b, p) => {
    expect(stepsTest(a, b).p).toBeCloseTo(p, 12);
    expect(stepsTest(b, a).p).toBeCloseTo(p, 12);
  });

  it('counts runs that never got there as later, and ties as neither', () => {
    // Scores -3, -3, -1 and -1, 1..: of 20 choices of three, 2 are as extreme as the observed one.
    expect(stepsTest(reached(10, 20, 30), censored(60, 60, 60))).toMatchObject({ p: 0.1, least: 0.1, fewer: true });
    expect(stepsTest(censored(60, 60), censored(60, 60))).toMatchObject({ p: 1, fewer: false });
    expect(stepsTest(reached(10, 10), reached(10, 10)).p).toBe(1);
    // A run that was stopped at 5 may have been the earliest or the latest.
    expect(stepsTest(censored(5), reached(10)).p).toBe(1);
  });

  it('says what so few runs could give at least', () => {
    expect(stepsTest(reached(1, 2, 3), reached(3, 1, 2)).least).toBeCloseTo(0.1, 12);
    expect(stepsTest(reached(1), reached(2)).least).toBe(1);
    expect(stepsTest(reached(1, 2, 3, 4, 5), reached(1, 2, 3, 4, 5)).least).toBeCloseTo(2 / 252, 12);
  });
});
