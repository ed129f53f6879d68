/** `details.csv`: operating points, calibration, recalibration, decision curves, subgroups and tests of calls, one number a row. */
import {
  RATE_NAMES,
  type ArmDetails,
  type ArmMean,
  type CalibrationDetails,
  type CalibrationMeans,
  type DetailEstimate,
  type RunDetails,
  type StudyDetails,
  type TestedDifference,
} from '../../../shared/results/study-details.ts';
import { formatRecords, type CsvCell } from '../../../shared/tables/csv.ts';

/** Columns with what they hold. */
export const DETAIL_COLUMNS = {
  endpoint_id: 'endpoint',
  part: 'operating-point, scores, recalibration, decision-curve, subgroup or calls',
  arm_id: 'model/initialisation/training-set size',
  against: 'arm_id of the arm it is compared with',
  seed: 'seed of the run; empty = mean over the finished runs of the arm',
  setting:
    'how the threshold was chosen, how probabilities were recalibrated, or which of them a decision curve rests on',
  subgroup: 'variable: group',
  threshold: 'score at or above which an image is called positive, or threshold probability of a decision curve',
  measure: 'what the number is',
  value: 'the number; empty where undefined',
  low95: 'lower end of the 95 % interval: of a run over patients, of a mean over seeds and patients',
  high95: 'upper end of the same',
  sd: 'sample standard deviation over seeds, of means',
  p: 'two-sided p-value',
  p_holm:
    'the same, adjusted by Holm’s method: over the subgroups of an arm or a pair of arms, or over all tests of calls',
  note: 'why a number is missing, or what to mind',
} as const;

type Column = keyof typeof DETAIL_COLUMNS;
type DetailRow = Partial<Record<Column, CsvCell>>;

/** One list of details per endpoint. */
export function detailsCsv(all: readonly StudyDetails[]): string {
  const rows = all.flatMap((details) =>
    [
      ...details.runs.flatMap((run) => runRows(run, details)),
      ...details.arms.flatMap((arm) => armRows(arm, details)),
      ...subgroupRows(details),
      ...callRows(details),
    ].map((row): DetailRow => ({ endpoint_id: details.endpointId, ...row })),
  );
  return formatRecords(DETAIL_COLUMNS, rows);
}

function cells({ value, low, high, why }: DetailEstimate): DetailRow {
  return { value, low95: low, high95: high, note: why };
}

const meanCells = (mean: ArmMean): DetailRow => ({ ...cells(mean), sd: mean.sd });
const testCells = (test: TestedDifference): DetailRow => ({ ...cells(test), p: test.p, p_holm: test.adjustedP });

function runRows(run: RunDetails, details: StudyDetails): DetailRow[] {
  const own = { arm_id: run.armId, seed: run.seed };
  const points = run.points.flatMap(({ rule, point, why }): DetailRow[] => {
    const at = { ...own, part: 'operating-point', setting: rule };
    if (point === null) return [{ ...at, measure: 'threshold', note: why }];
    const placed = { ...at, threshold: point.threshold ?? 'infinite' };
    return [
      ...Object.entries(point.counts).map(([measure, value]) => ({ ...placed, measure, value })),
      { ...placed, measure: 'validation_sensitivity', value: point.validation.sensitivity },
      { ...placed, measure: 'validation_specificity', value: point.validation.specificity },
      ...RATE_NAMES.map((name) => ({ ...placed, measure: name, ...cells(point.rates[name]) })),
      ...atPrevalence(point.atPrevalence, details, cells).map((row) => ({ ...placed, ...row })),
    ];
  });
  return [
    ...points,
    { ...own, part: 'scores', measure: 'averagePrecision', ...cells(run.averagePrecision) },
    ...(run.kappa === null ? [] : [{ ...own, part: 'scores', measure: 'kappa', ...cells(run.kappa) }]),
    ...calibrationRows(run, cells).map((row) => ({ ...own, part: 'scores', ...row })),
    ...run.recalibration.flatMap(({ method, fitted, why, after, brierChange }): DetailRow[] => {
      const at = { ...own, part: 'recalibration', setting: method };
      if (fitted === null || after === null || brierChange === null)
        return [{ ...at, measure: 'map_slope', note: why }];
      return [
        { ...at, measure: 'map_intercept', value: fitted.intercept },
        { ...at, measure: 'map_slope', value: fitted.slope },
        ...calibrationRows(after, cells).map((row) => ({ ...at, ...row })),
        { ...at, measure: 'brier_change', ...cells(brierChange) },
      ];
    }),
    ...run.netBenefit.map((value, index) => ({
      ...own,
      ...{ part: 'decision-curve', setting: details.decision.probabilities, measure: 'net_benefit', value },
      threshold: details.decision.thresholds[index] ?? null,
    })),
  ];
}

function armRows(arm: ArmDetails, details: StudyDetails): DetailRow[] {
  const own = { arm_id: arm.armId };
  const { probabilities, thresholds, all } = details.decision;
  const curve = { ...own, part: 'decision-curve', setting: probabilities };
  return [
    ...arm.rules.flatMap(({ rule, rates, atPrevalence: found }): DetailRow[] => {
      const at = { ...own, part: 'operating-point', setting: rule };
      return [
        ...RATE_NAMES.map((name) => ({ ...at, measure: name, ...meanCells(rates[name]) })),
        ...atPrevalence(found, details, meanCells).map((row) => ({ ...at, ...row })),
      ];
    }),
    { ...own, part: 'scores', measure: 'averagePrecision', ...meanCells(arm.averagePrecision) },
    ...(arm.kappa === null ? [] : [{ ...own, part: 'scores', measure: 'kappa', ...meanCells(arm.kappa) }]),
    ...calibrationRows(arm, meanCells).map((row) => ({ ...own, part: 'scores', ...row })),
    ...arm.recalibration.flatMap(({ method, after, brierChange }): DetailRow[] => {
      const at = { ...own, part: 'recalibration', setting: method };
      return [
        ...calibrationRows(after, meanCells).map((row) => ({ ...at, ...row })),
        { ...at, measure: 'brier_change', ...meanCells(brierChange) },
      ];
    }),
    ...(arm.whyNoCurve === null ? [] : [{ ...curve, measure: 'net_benefit', note: arm.whyNoCurve }]),
    ...arm.netBenefit.flatMap((mean, index): DetailRow[] => {
      const at = { ...curve, threshold: thresholds[index] ?? null };
      return [
        { ...at, measure: 'net_benefit', ...meanCells(mean) },
        { ...at, measure: 'net_benefit_of_acting_on_all', value: all[index] ?? null },
      ];
    }),
  ];
}

function calibrationRows<T extends DetailEstimate>(
  found: (CalibrationDetails | CalibrationMeans) & { brier: T; scaledBrier: T; intercept: T; slope: T },
  show: (value: T) => DetailRow,
): DetailRow[] {
  const { ece } = found;
  return [
    ...(['brier', 'scaledBrier', 'intercept', 'slope'] as const).map((name) => ({
      measure: name,
      ...show(found[name]),
    })),
    { measure: 'ece', ...(ece === null || typeof ece === 'number' ? { value: ece } : meanCells(ece)) },
  ];
}

function atPrevalence<T>(
  found: { ppv: T; npv: T } | null,
  { prevalence }: StudyDetails,
  show: (value: T) => DetailRow,
): DetailRow[] {
  if (found === null) return [];
  return [
    { measure: `ppv_at_prevalence_${prevalence}`, ...show(found.ppv) },
    { measure: `npv_at_prevalence_${prevalence}`, ...show(found.npv) },
  ];
}

function subgroupRows({ subgroups, rule }: StudyDetails): DetailRow[] {
  return subgroups.flatMap(({ variable, name, why, positives, negatives, arms, pairs }): DetailRow[] => {
    const at = { part: 'subgroup', subgroup: `${variable}: ${name}` };
    return [
      { ...at, measure: 'positives', value: positives, note: why },
      { ...at, measure: 'negatives', value: negatives },
      ...arms.flatMap((arm): DetailRow[] => {
        const own = { ...at, arm_id: arm.armId };
        return [
          { ...own, measure: 'auc', ...meanCells(arm) },
          { ...own, setting: rule, measure: 'sensitivity', ...meanCells(arm.sensitivity) },
          { ...own, setting: rule, measure: 'specificity', ...meanCells(arm.specificity) },
          ...(arm.difference === null
            ? []
            : [{ ...own, measure: 'auc_minus_auc_of_the_rest', ...testCells(arm.difference) }]),
        ];
      }),
      ...pairs.flatMap(({ armA, armB, gain, difference }): DetailRow[] => {
        const own = { ...at, arm_id: armA, against: armB };
        return [
          { ...own, measure: 'auc_difference_of_arms', ...cells(gain) },
          ...(difference === null
            ? []
            : [{ ...own, measure: 'auc_difference_of_arms_minus_that_of_the_rest', ...testCells(difference) }]),
        ];
      }),
    ];
  });
}

function callRows({ calls, rule }: StudyDetails): DetailRow[] {
  return calls.flatMap(({ armA, armB, seed, positive, negative, why }) =>
    [
      { test: positive, name: 'positive' },
      { test: negative, name: 'negative' },
    ].flatMap(({ test, name }): DetailRow[] => {
      const at = { part: 'calls', arm_id: armA, against: armB, seed, setting: rule, note: why };
      return [
        { ...at, measure: `${name}_patients`, value: test.patients },
        { ...at, measure: `${name}_patients_right_by_arm_only`, value: test.onlyA },
        {
          ...{ ...at, measure: `${name}_patients_right_by_other_only`, value: test.onlyB },
          ...{ p: test.p, p_holm: test.adjustedP },
        },
      ];
    }),
  );
}
