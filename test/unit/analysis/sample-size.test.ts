import { hanleyMcNeilSe } from '../../../shared/study/detectable.ts';
import { describe, expect, it } from 'vitest';
import { itemsForPrecision, powerOfOneCurve, powerOfTwoCurves } from '../../../main/analysis/statistics/sample-size.ts';
import { expectClose, peers } from './peers.ts';

describe('sample size', () => {
  it.each(peers.hanley_mcneil)('Hanley-McNeil SE of $auc with $positives and $negatives', (item) => {
    expectClose(hanleyMcNeilSe(item.auc, item.positives, item.negatives), item.se, 1e-12);
  });

  it.each(peers.precision)('AUC $auc in an interval of $width, prevalence $prevalence', (item) => {
    const plan = itemsForPrecision({ ...item, designEffect: item.design_effect });
    expect(plan).toMatchObject({ positives: item.positives, negatives: item.negatives });
    expect(plan?.width).toBeLessThanOrEqual(item.width);
    expect(plan?.total).toBe(item.positives + item.negatives);
  });

  it('needs more where images of a patient are alike, and gives up beyond reason', () => {
    const base = { auc: 0.9, width: 0.05, prevalence: 0.2 };
    const plain = itemsForPrecision(base)?.total as number;
    expect(itemsForPrecision({ ...base, designEffect: 1.8 })?.total).toBeGreaterThan(1.7 * plain);
    expect(itemsForPrecision({ ...base, width: 1e-6 })).toBeNull();
    expect(() => itemsForPrecision({ ...base, auc: 1 })).toThrow('Expected an AUC between 0.5 and 1, got 1');
    expect(() => itemsForPrecision({ ...base, designEffect: 0.5 })).toThrow('design effect');
  });

  it.each(peers.power.one)('power of one curve: $auc against $null', (item) => {
    expectClose(powerOfOneCurve({ ...item, nullAuc: item.null }), item.power, 1e-11);
  });

  it.each(peers.power.two)('power of two curves: $a and $b, r = $r', (item) => {
    const { a, b, r, positives, negatives, power } = item;
    expectClose(powerOfTwoCurves({ aucA: a, aucB: b, correlation: r, positives, negatives }), power, 1e-11);
  });
});
