import { describe, expect, it } from 'vitest';
import { detailsSection } from '../../../main/report/details-section.ts';
import { startNumbering } from '../../../main/report/numbering.ts';
import type { DetailEstimate, StudyDetails } from '../../../shared/study-details.ts';
import { madeUpReport } from './made-up-report.ts';

const { results } = madeUpReport();
const estimate = (value: number): DetailEstimate => ({ value, low: value - 0.05, high: value + 0.05, why: null });
const rates = {
  ...{ sensitivity: estimate(0.9), specificity: estimate(0.7), ppv: estimate(0.5), npv: estimate(0.95) },
  lrPositive: { value: null, low: null, high: null, why: 'Infinite: there is no false positive.' },
  lrNegative: estimate(0.14),
};
const details: StudyDetails = {
  ...{ studyId: 'study-1', endpointId: 'referable', rule: 'sensitivity:0.9', intervalKind: 'cluster-bootstrap' },
  ...{ positives: 38, negatives: 154, draws: 2000, seed: 1, leastInClass: 10 },
  runs: results.arms.flatMap((arm) =>
    [0, 1].map((seed) => ({
      ...{ runId: `${arm.armId}-${seed}`, armId: arm.armId, seed, whyNoPoint: null, kappa: null, ece: 0.061 },
      point: {
        ...{ threshold: seed === 0 ? 0.25 : null, validation: { sensitivity: 0.92, specificity: 0.8 } },
        ...{ counts: { tp: 30, fp: 40, tn: 114, fn: 8 }, rates },
      },
      ...{ averagePrecision: estimate(0.6), brier: estimate(0.1), scaledBrier: estimate(-0.02) },
      ...{ intercept: estimate(-0.3), slope: estimate(1.1) },
      reliability: [{ items: 19, meanProbability: 0.2, observed: 0.1, low: 0.03, high: 0.3 }],
    })),
  ),
  subgroups: [
    {
      ...{ variable: 'Sex', name: 'F', items: 90, positives: 20, negatives: 70, patients: 45, why: null },
      arms: results.arms.map((arm) => ({ armId: arm.armId, ...estimate(0.81) })),
    },
    {
      ...{ variable: 'Sex', name: 'M', items: 12, positives: 2, negatives: 10, patients: 6 },
      ...{ why: 'Not shown: 10 positive and 10 negative images are needed.', arms: [] },
    },
  ],
};

describe('operating points, calibration and subgroups in the report', () => {
  const numbering = startNumbering({ figures: 1, tables: 1 });
  const slots = new Map(results.arms.map((arm, index) => [arm.initLabel, index]));
  const html = detailsSection({ results, details: [details], slots, numbering })?.text ?? '';

  it('has a table each, a figure, and says how thresholds were chosen', () => {
    expect(html).toContain('chosen on its validation images (sensitivity of at least 0.9), frozen');
    expect(html).toContain('bootstrap of patients (2,000 draws, seed 1)');
    for (const part of ['Table 2.', 'Table 3.', 'Table 4.', 'Figure 2.']) expect(html).toContain(part);
    expect(html.match(/<svg class="figure"/g)).toHaveLength(1);
    expect(html).toContain('−0.020');
  });

  it('leaves nothing undefined unexplained', () => {
    expect(html).toContain('Infinite: there is no false positive.');
    expect(html).toContain('Not shown: 10 positive and 10 negative images are needed.');
    expect(html).toContain('∞');
    expect(html).not.toMatch(/NaN|undefined|null/);
  });

  it('is left out where nothing was computed', () => {
    expect(detailsSection({ results, details: [], slots, numbering })).toBeNull();
  });
});
