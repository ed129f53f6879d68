/** Details of the made-up report: runs without a threshold, undefined ratios, a subgroup that is too small. */
import {
  THRESHOLD_RULES,
  type ArmMean,
  type CalibrationMeans,
  type DetailEstimate,
  type StudyDetails,
} from '../../../shared/results/study-details.ts';
import { madeUpReport } from './made-up-report.ts';

const { results } = madeUpReport();
const estimate = (value: number): DetailEstimate => ({ value, low: value - 0.05, high: value + 0.05, why: null });
const rates = {
  ...{ sensitivity: estimate(0.9), specificity: estimate(0.7), ppv: estimate(0.5), npv: estimate(0.95) },
  lrPositive: { value: null, low: null, high: null, why: 'Infinite: there is no false positive.' },
  lrNegative: estimate(0.14),
};
const mean = (value: number): ArmMean => ({ ...estimate(value), sd: 0.01, seeds: 2 });
const meanRates = {
  ...{ sensitivity: mean(0.9), specificity: mean(0.7), ppv: mean(0.5), npv: mean(0.95) },
  ...{ lrPositive: { ...mean(3), value: null, why: 'Infinite: there is no false positive.' }, lrNegative: mean(0.14) },
};
const means: CalibrationMeans = {
  ...{ brier: mean(0.1), scaledBrier: mean(0.3), intercept: mean(-0.3), slope: mean(1.1), ece: mean(0.06) },
};
const curve = [{ items: 19, meanProbability: 0.2, observed: 0.1, low: 0.03, high: 0.3 }];
export const madeUpDetails: StudyDetails = {
  thresholds: 'frozen',
  prevalence: null,
  decision: {
    ...{ range: { from: 0.1, to: 0.3 }, probabilities: 'as-trained' },
    ...{ thresholds: [0.1, 0.2, 0.3], all: [0.1, 0, -0.1] },
  },
  calls: [
    {
      ...{ armA: results.arms[1]?.armId ?? '', armB: results.arms[0]?.armId ?? '', seed: 0, why: null },
      positive: { patients: 30, onlyA: 4, onlyB: 1, p: 0.375, adjustedP: 0.75 },
      negative: { patients: 60, onlyA: 0, onlyB: 0, p: null, adjustedP: null },
    },
  ],
  arms: results.arms.map(({ armId }) => ({
    ...{ armId, seeds: 2, ...means, averagePrecision: mean(0.6), kappa: null, whyNoCurve: null },
    rules: THRESHOLD_RULES.map((rule) => ({ rule, rates: meanRates, atPrevalence: null })),
    recalibration: [{ method: 'platt', after: means, brierChange: mean(-0.02) }],
    netBenefit: [0.2, 0.15, 0.1].map(mean),
  })),
  ...{ studyId: 'study-1', endpointId: 'referable', rule: 'sensitivity:0.9', intervalKind: 'cluster-bootstrap' },
  ...{ positives: 38, negatives: 154, draws: 2000, seed: 1, leastInClass: 10 },
  runs: results.arms.flatMap((arm, place) =>
    [0, 1].map((seed) => ({
      ...{ runId: `${arm.armId}-${seed}`, armId: arm.armId, seed, kappa: null, ece: 0.061 },
      netBenefit: [0.2, 0.15, 0.1],
      roc: Array.from({ length: 101 }, (_, index) => (index / 100) ** (0.4 + 0.1 * seed - 0.05 * place)),
      recalibration: [
        {
          ...{ method: 'platt' as const, why: null, brierChange: estimate(-0.02) },
          fitted: { intercept: 0.1, slope: 1.2, temperature: null, positives: 20, negatives: 40 },
          after: {
            ...{ brier: estimate(0.08), scaledBrier: estimate(0.4), intercept: estimate(0), slope: estimate(1) },
            ...{ ece: 0.03, reliability: curve },
          },
        },
      ],
      points: THRESHOLD_RULES.map((rule) => ({
        rule,
        why: null,
        point: {
          ...{ threshold: seed === 0 ? 0.25 : null, validation: { sensitivity: 0.92, specificity: 0.8 } },
          ...{ counts: { tp: 30, fp: 40, tn: 114, fn: 8 }, rates, atPrevalence: null },
        },
      })),
      ...{ averagePrecision: estimate(0.6), brier: estimate(0.1), scaledBrier: estimate(-0.02) },
      ...{ intercept: estimate(-0.3), slope: estimate(1.1) },
      reliability: curve,
    })),
  ),
  subgroups: [
    {
      ...{ variable: 'Sex', name: 'F', items: 90, positives: 20, negatives: 70, patients: 45, why: null },
      arms: results.arms.map((arm) => ({
        ...{ armId: arm.armId, ...mean(0.81), sensitivity: mean(0.9), specificity: mean(0.7) },
        difference: { ...estimate(0.03), p: 0.4, adjustedP: 0.8 },
      })),
      pairs: [
        {
          ...{ armA: results.arms[1]?.armId ?? '', armB: results.arms[0]?.armId ?? '', gain: estimate(0.02) },
          difference: { ...estimate(0.01), p: 0.7, adjustedP: 1 },
        },
      ],
    },
    {
      ...{ variable: 'Sex', name: 'M', items: 12, positives: 2, negatives: 10, patients: 6 },
      ...{ why: 'Not shown: 10 positive and 10 negative images are needed.', arms: [], pairs: [] },
    },
  ],
};
