/** Figures of a study's curves: one per model and training-set size, so that a line is always one initialisation. Pure. */
import type { ConvergenceCurve } from '../results/results.ts';
import { groupArms } from '../study/arms.ts';
import type { Arm } from '../study/study.ts';
import { bucketMeans, bucketSize, curveOf, meanCurve, runningMean, type CurveKind } from './curves.ts';
import type { Plot, Point, Series } from './figure.ts';
import { assignSlots } from './palette.ts';

export const CURVE_WORDS: Record<CurveKind, string> = {
  'validation-auc': 'Validation AUC',
  'validation-loss': 'Validation loss',
  'training-loss': 'Training loss',
};

/** Single batches are noisy: losses are means over consecutive reports, at most this many points a line. */
const STUDY_POINTS = 120;
/** A figure of one run shows what was reported beneath its running mean. */
const RUN_POINTS = 2000;

export interface StudyDesign {
  arms: readonly Pick<Arm, 'id' | 'model' | 'initLabel' | 'trainSize'>[];
  thresholdAuc: number;
}

type Curve = Pick<ConvergenceCurve, 'runId' | 'armId' | 'seed' | 'events'>;

/** Empty while nothing has been measured. */
export function studyFigures(curves: readonly Curve[], design: StudyDesign, kind: CurveKind): Plot[] {
  const slots = assignSlots(design.arms.map((arm) => arm.initLabel));
  const raw = curves.map(({ armId, seed, events }) => ({ armId, seed, points: curveOf(events, kind) }));
  const size = bucketSize(Math.max(1, ...raw.map((curve) => curve.points.length)), STUDY_POINTS);
  return groupArms(design.arms).flatMap(({ name, arms }) => {
    const series = arms.flatMap(({ id, initLabel }): Series[] => {
      const seeds = raw
        .filter(({ armId, points }) => armId === id && points.length >= size)
        .sort((a, b) => a.seed - b.seed)
        .map(({ seed, points }) => ({ label: `seed ${seed}`, points: bucketMeans(points, size) }));
      const mean = meanCurve(seeds.map(({ points }) => points));
      return seeds.length === 0 ? [] : [{ id, label: initLabel, slot: slots.get(initLabel) ?? 0, seeds, ...mean }];
    });
    return series.length === 0 ? [] : [figureOf(`${CURVE_WORDS[kind]}, ${name}`, series, kind, design)];
  });
}

function figureOf(title: string, series: Series[], kind: CurveKind, { thresholdAuc }: StudyDesign): Plot {
  const isAuc = kind === 'validation-auc';
  return {
    kind: 'plot',
    title,
    series,
    xLabel: 'Step (updates of the weights)',
    yLabel: isAuc ? 'AUC' : 'Loss (cross-entropy)',
    reference: isAuc ? { y: thresholdAuc, label: `threshold ${thresholdAuc}` } : null,
    digits: 3,
    yRange: isAuc ? { within: [0, 1] } : { from: 0 },
  };
}

/** One run's own curve, as on the live page; `totalSteps` is where the run will end. */
export function runFigure(
  curve: Curve | undefined,
  design: StudyDesign,
  kind: CurveKind,
  totalSteps: number | undefined,
): Plot {
  const arm = design.arms.find((candidate) => candidate.id === curve?.armId);
  const slots = assignSlots(design.arms.map((candidate) => candidate.initLabel));
  const reports = curve ? curveOf(curve.events, kind) : [];
  const points: Point[] = bucketMeans(reports, bucketSize(reports.length, RUN_POINTS));
  const noisy = kind === 'training-loss';
  const series: Series = {
    id: curve?.runId ?? '',
    label: '',
    slot: slots.get(arm?.initLabel ?? '') ?? 0,
    mean: noisy ? runningMean(points) : points,
    band: [],
    seeds: points.length > 0 ? [{ label: `seed ${curve?.seed}`, points }] : [],
  };
  const figure = figureOf(CURVE_WORDS[kind], points.length > 0 ? [series] : [], kind, design);
  return { ...figure, xMax: totalSteps, showRaw: noisy };
}
