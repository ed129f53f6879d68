/** One run of a study on the test images: operating points, calibration before and after recalibration, net benefit; with draws for means. */
import type { Endpoint } from '../../../shared/dataset/dataset.ts';
import type { Prediction } from '../../../shared/run/run.ts';
import {
  RATE_NAMES,
  RECALIBRATION_METHODS,
  THRESHOLD_RULES,
  type CalibrationDetails,
  type OperatingPoint,
  type ProbabilityKind,
  type RateName,
  type Recalibration,
  type RecalibrationMethod,
  type RulePoint,
  type RunDetails,
  type ThresholdRuleName,
} from '../../../shared/results/study-details.ts';
import { plainEstimate, runNumber, type RunNumber } from './arm-means.ts';
import { differenceDraws } from '../bootstrap/combine.ts';
import { percentileInterval } from '../bootstrap/interval.ts';
import type { BootstrapDraws } from '../bootstrap/job.ts';
import { knownItems, planAveragePrecision, type BootstrapPlan, type RankedInput } from '../bootstrap/plan.ts';
import { indexPatients, type PatientIndex } from '../bootstrap/sampling.ts';
import { planCalibrationDraws } from '../calibration/calibration-draws.ts';
import { calibrate, planBrier } from '../calibration/calibration.ts';
import { rocCurve, sensitivitiesOf } from '../statistics/curves.ts';
import { confusionAt, confusionRates, planConfusionDraws, type ConfusionRates } from '../statistics/confusion.ts';
import { planDecisionCurve } from '../calibration/decision-curve.ts';
import { endpointLabel, endpointScore } from './endpoints.ts';
import { gradeOfLabels, gradeOfProbabilities, planKappa } from '../statistics/kappa.ts';
import { applyRecalibration, fitRecalibration } from '../calibration/recalibration.ts';
import { reliability } from '../calibration/reliability.ts';
import { chooseThreshold, parseThresholdRule } from '../statistics/thresholds.ts';

export interface DetailedRun {
  runId: string;
  armId: string;
  seed: number;
  validation: readonly Prediction[];
  test: readonly Prediction[];
}

export interface RunPlanInput {
  endpoint: Endpoint;
  run: DetailedRun;
  /** Test rows of the items that all runs scored, and the labels of these. */
  rows: readonly Prediction[];
  labels: readonly (number | null)[];
  clustered: boolean;
  prevalence: number | null;
  grades: number | null;
  thresholds: readonly number[];
  probabilities: ProbabilityKind;
  /** The run's validation items among those of the plan, where draws choose thresholds anew; else null. */
  onValidation: RankedInput | null;
}

type CalibrationName = 'brier' | 'scaledBrier' | 'intercept' | 'slope' | 'ece';
export type CalibrationNumbers = Record<CalibrationName, RunNumber>;

/** The run's numbers with their draws. */
export interface RunNumbers {
  rules: { rule: ThresholdRuleName; rates: Record<RateName | 'ppvAt' | 'npvAt', RunNumber> }[];
  averagePrecision: RunNumber;
  kappa: RunNumber | null;
  calibration: CalibrationNumbers;
  recalibration: { method: RecalibrationMethod; after: CalibrationNumbers; brierChange: RunNumber }[];
  netBenefit: { gain: RunNumber; cost: RunNumber }[];
  whyNoCurve: string | null;
}

export interface PlannedRun {
  scores: readonly number[];
  chosen: readonly { rule: ThresholdRuleName; threshold: number | null | undefined; why: string | null }[];
  read: (draws: BootstrapDraws) => { details: RunDetails; numbers: RunNumbers };
}

export function planRunDetails(plan: BootstrapPlan, input: RunPlanInput): PlannedRun {
  const { endpoint, run, rows, labels } = input;
  const { runId, armId, seed } = run;
  const scores = rows.map((row) => endpointScore(endpoint, row.probabilities));
  const validation = knownItems({
    labels: run.validation.map((row) => endpointLabel(endpoint, row.labels)),
    scores: run.validation.map((row) => endpointScore(endpoint, row.probabilities)),
  });
  const points = THRESHOLD_RULES.map((rule) => planPoint(plan, { input, rule, scores, validation }));
  const known = knownItems({ labels, scores });
  const curve = rocCurve(known.labels, known.scores);
  const roc = curve === null ? [] : sensitivitiesOf(curve);
  const readPrecision = planAveragePrecision(plan, { labels, scores });
  const readKappa =
    input.grades === null
      ? null
      : planKappa(plan, {
          truth: rows.map((row) => gradeOfLabels(row.labels)),
          predicted: rows.map((row) => gradeOfProbabilities(row.probabilities)),
          grades: input.grades,
        });
  const before = planCalibration(plan, input, scores);
  const updates = RECALIBRATION_METHODS.map((method) => {
    const { fitted, why } = fitRecalibration(method, validation.labels, validation.scores);
    const updated = fitted === null ? null : applyRecalibration(fitted, scores);
    const read = updated === null ? null : planCalibration(plan, input, updated);
    return { method, fitted, why, updated, read };
  });
  const update = updates.find(({ method }) => method === input.probabilities);
  const curveScores = update === undefined ? scores : update.updated;
  const decision =
    curveScores === null
      ? null
      : planDecisionCurve(plan, { labels, scores: curveScores, thresholds: input.thresholds });
  return {
    scores,
    chosen: points.map(({ rule, threshold, why }) => ({ rule, threshold, why })),
    read(draws) {
      const drawnPoints = points.map((planned) => planned.read(draws));
      const precision = readPrecision(draws);
      const kappa = readKappa?.(draws) ?? null;
      const calibration = before(draws);
      const recalibration = updates.map((item) => readUpdate(item, calibration, draws));
      const benefits = decision?.perDraw(draws) ?? [];
      const netBenefit = decision?.curve.points ?? [];
      return {
        details: {
          ...{ runId, armId, seed, roc },
          ...calibration.details,
          points: drawnPoints.map(({ point }) => point),
          averagePrecision: plainEstimate(precision),
          kappa: kappa === null ? null : plainEstimate(kappa),
          recalibration: recalibration.map(({ details }) => details),
          netBenefit: netBenefit.map(({ model }) => model),
        },
        numbers: {
          rules: drawnPoints.map(({ point, rates }) => ({ rule: point.rule, rates })),
          averagePrecision: runNumber(precision, precision.perDraw, precision.bounds),
          kappa: kappa === null ? null : runNumber(kappa, kappa.perDraw, kappa.bounds),
          calibration: calibration.numbers,
          recalibration: recalibration.map(({ numbers }) => numbers),
          netBenefit: netBenefit.map(({ threshold, ...point }, at) => {
            const bounds = decision?.bounds(threshold);
            const side = (name: 'gain' | 'cost'): RunNumber => {
              return { value: point[name], why: null, perDraw: benefits[at]?.[name] ?? null, bounds: bounds?.[name] };
            };
            return { gain: side('gain'), cost: side('cost') };
          }),
          whyNoCurve: decision === null ? (update?.why ?? null) : decision.curve.why,
        },
      };
    },
  };
}

/** The threshold from the run's validation images, frozen, on the test images. */
function planPoint(
  plan: BootstrapPlan,
  params: {
    input: RunPlanInput;
    rule: ThresholdRuleName;
    scores: readonly number[];
    validation: { labels: number[]; scores: number[] };
  },
) {
  const { input, rule, scores, validation } = params;
  const { labels, prevalence, clustered, onValidation } = input;
  const chosen = chooseThreshold(validation.labels, validation.scores, parseThresholdRule(rule));
  const names = [...RATE_NAMES, 'ppvAt', 'npvAt'] as const;
  if (!chosen.defined) {
    const { why } = chosen;
    const rates = numbersOf(names, () => ({ value: null, why, perDraw: null }));
    const point: RulePoint = { rule, point: null, why };
    return { rule, threshold: undefined, why, read: () => ({ point, rates }) };
  }
  const { threshold } = chosen;
  const { sensitivity, specificity } = chosen.validation;
  const chosenAnew = onValidation === null ? undefined : { rule: parseThresholdRule(rule), onValidation };
  const read = planConfusionDraws(plan, { labels, scores, threshold, prevalence, chosenAnew });
  const known = knownItems({ labels, scores });
  const independent = confusionRates(confusionAt(known.labels, known.scores, threshold), prevalence);
  return {
    rule,
    threshold,
    why: null,
    read(draws: BootstrapDraws) {
      const drawn = read(draws);
      const shown = clustered || onValidation !== null ? drawn.rates : independent;
      const point: OperatingPoint = { threshold, validation: { sensitivity, specificity }, ...pointRates(shown) };
      const { plain } = drawn;
      const rates = numbersOf(names, (name) => {
        const bounds = drawn.bounds(name);
        if (name === 'ppvAt' || name === 'npvAt') {
          const found = plain.atPrevalence?.[name === 'ppvAt' ? 'ppv' : 'npv'];
          return runNumber({ value: null, low: null, high: null, why: null, ...found }, drawn.perDraw(name), bounds);
        }
        return runNumber(plain[name], drawn.perDraw(name), bounds);
      });
      return { point: { rule, point, why: null } satisfies RulePoint, rates };
    },
  };
}

function pointRates(rates: ConfusionRates): Pick<OperatingPoint, 'counts' | 'rates' | 'atPrevalence'> {
  const { counts, atPrevalence } = rates;
  return {
    counts,
    rates: Object.fromEntries(RATE_NAMES.map((name) => [name, plainEstimate(rates[name])])) as OperatingPoint['rates'],
    atPrevalence:
      atPrevalence === null ? null : { ppv: plainEstimate(atPrevalence.ppv), npv: plainEstimate(atPrevalence.npv) },
  };
}

function numbersOf<T extends string>(names: readonly T[], of: (name: T) => RunNumber): Record<T, RunNumber> {
  return Object.fromEntries(names.map((name) => [name, of(name)])) as Record<T, RunNumber>;
}

interface DrawnCalibration {
  details: CalibrationDetails;
  numbers: CalibrationNumbers;
}

const NO_ECE_INTERVAL = 'No interval: draws of a calibration error lie above it.';

function planCalibration(
  plan: BootstrapPlan,
  { labels, clustered }: RunPlanInput,
  scores: readonly number[],
): (draws: BootstrapDraws) => DrawnCalibration {
  const known = knownItems({ labels, scores });
  const readBrier = planBrier(plan, { labels, scores });
  const fit = calibrate(known.labels, known.scores, clustered ? patientsOfKnown(plan.patients, labels) : null);
  const readFit = planCalibrationDraws(plan, { labels, scores, calibration: fit });
  const curve = reliability(known.labels, known.scores, { binning: 'equal-mass' });
  return (draws) => {
    const [brier, scaled] = [readBrier.brier(draws), readBrier.scaled(draws)];
    const drawn = readFit(draws);
    return {
      details: {
        brier: plainEstimate(brier),
        scaledBrier: plainEstimate(scaled),
        intercept: plainEstimate(fit.intercept),
        slope: plainEstimate(fit.slope),
        ece: curve.ece,
        reliability: curve.curve.map(({ items, meanProbability, observed }) => ({
          ...{
            items,
            meanProbability,
            observed: observed.value ?? 0,
            low: observed.low ?? 0,
            high: observed.high ?? 1,
          },
        })),
      },
      numbers: {
        brier: runNumber(brier, brier.perDraw, brier.bounds),
        scaledBrier: runNumber(scaled, scaled.perDraw, scaled.bounds),
        intercept: runNumber(fit.intercept, drawn.intercept),
        slope: runNumber(fit.slope, drawn.slope),
        ece: { value: curve.ece, why: curve.why ?? NO_ECE_INTERVAL, perDraw: null },
      },
    };
  };
}

function readUpdate(
  update: {
    method: RecalibrationMethod;
    fitted: { intercept: number; slope: number; positives: number; negatives: number } | null;
    why: string | null;
    read: ((draws: BootstrapDraws) => DrawnCalibration) | null;
  },
  before: DrawnCalibration,
  draws: BootstrapDraws,
): { details: Recalibration; numbers: RunNumbers['recalibration'][number] } {
  const { method, fitted, why, read } = update;
  if (fitted === null || read === null) {
    const none: RunNumber = { value: null, why, perDraw: null };
    const names = ['brier', 'scaledBrier', 'intercept', 'slope', 'ece'] as const;
    return {
      details: { method, fitted: null, why, after: null, brierChange: null },
      numbers: { method, after: numbersOf(names, () => none), brierChange: none },
    };
  }
  const after = read(draws);
  const [updated, old] = [after.numbers.brier, before.numbers.brier];
  const value = updated.value === null || old.value === null ? null : updated.value - old.value;
  const perDraw =
    updated.perDraw === null || old.perDraw === null
      ? new Float64Array(0)
      : differenceDraws(updated.perDraw, old.perDraw);
  const change = percentileInterval(value, perDraw);
  return {
    details: {
      ...{ method, why, after: after.details, brierChange: plainEstimate(change) },
      fitted: { ...fitted, temperature: method === 'temperature' ? 1 / fitted.slope : null },
    },
    numbers: { method, after: after.numbers, brierChange: runNumber(change, perDraw) },
  };
}

function patientsOfKnown(patients: PatientIndex, labels: readonly (number | null)[]): PatientIndex {
  return indexPatients([...patients.ofItems].filter((_, item) => labels[item] !== null));
}
