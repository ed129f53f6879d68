/** Figures of a study's curves: one per model and training-set size, so that a line is always one initialisation. Pure. */
import type { ConvergenceCurve } from '../../../shared/results/results.ts';
import type { Arm, StudyDetail } from '../../../shared/study/study.ts';
import type { Figure, FigureSeries, Point } from '../../ui/chart/figure.ts';
import { lineStyles, PLAIN_STYLE, type LineStyle } from '../../ui/chart/series-style.ts';
import { modelName } from '../studies/arm-words.ts';
import { bucketMeans, bucketSize, curveOf, meanCurve, runningMean, type CurveKind } from './curves.ts';

export const CURVE_WORDS: Record<CurveKind, string> = {
  'validation-auc': 'Validation AUC',
  'validation-loss': 'Validation loss',
  'training-loss': 'Training loss',
};

interface RawCurve {
  armId: string;
  seed: number;
  points: Point[];
}

function seriesOf(arm: Arm, curves: readonly RawCurve[], size: number, style: LineStyle): FigureSeries {
  const seeds = curves
    .filter((curve) => curve.armId === arm.id)
    .sort((a, b) => a.seed - b.seed)
    .map((curve) => ({ label: `seed ${curve.seed}`, points: bucketMeans(curve.points, size) }))
    .filter((seed) => seed.points.length > 0);
  return { id: arm.id, label: arm.initLabel, style, seeds, ...meanCurve(seeds.map((seed) => seed.points)) };
}

type StudyDesign = Pick<StudyDetail, 'arms' | 'protocol'>;

/** Empty while nothing has been measured. */
export function studyFigures(curves: readonly ConvergenceCurve[], design: StudyDesign, kind: CurveKind): Figure[] {
  const styles = lineStyles(design.arms.map((arm) => arm.initLabel));
  const raw = curves.map(({ armId, seed, events }) => ({ armId, seed, points: curveOf(events, kind) }));
  const size = bucketSize(Math.max(1, ...raw.map((curve) => curve.points.length)));
  const groups = Map.groupBy(design.arms, (arm) => `${arm.model} ${arm.trainSize}`);
  return [...groups.values()].flatMap((arms) => {
    const first = arms[0] as Arm;
    const series = arms
      .map((arm) => seriesOf(arm, raw, size, styles.get(arm.initLabel) ?? PLAIN_STYLE))
      .filter((item) => item.seeds.length > 0);
    const images = first.trainSize === 'all' ? '' : `, ${first.trainSize} training images`;
    return series.length === 0
      ? []
      : [figureOf(`${CURVE_WORDS[kind]}, ${modelName(first.model)}${images}`, series, kind, design)];
  });
}

function figureOf(title: string, series: FigureSeries[], kind: CurveKind, design: StudyDesign): Figure {
  const isAuc = kind === 'validation-auc';
  return {
    title,
    series,
    xLabel: 'Step (updates of the weights)',
    yLabel: isAuc ? 'AUC' : 'Loss (cross-entropy)',
    reference: isAuc ? { y: design.protocol.thresholdAuc, label: `threshold ${design.protocol.thresholdAuc}` } : null,
    digits: 3,
    yRange: isAuc ? { min: 0.5, floor: 0, max: 1 } : { min: 0 },
  };
}

/** One run's own curve, as on the live page; `totalSteps` is where the run will end. */
export function runFigure(
  curve: ConvergenceCurve | undefined,
  design: StudyDesign,
  kind: CurveKind,
  totalSteps: number | undefined,
): Figure {
  const arm = design.arms.find((candidate) => candidate.id === curve?.armId);
  const styles = lineStyles(design.arms.map((candidate) => candidate.initLabel));
  const reports = curve ? curveOf(curve.events, kind) : [];
  const points = bucketMeans(reports, bucketSize(reports.length));
  const noisy = kind === 'training-loss';
  const series: FigureSeries = {
    id: curve?.runId ?? '',
    label: '',
    style: { ...(styles.get(arm?.initLabel ?? '') ?? PLAIN_STYLE), dash: [] },
    mean: noisy ? runningMean(points) : points,
    band: [],
    seeds: points.length > 0 ? [{ label: `seed ${curve?.seed}`, points }] : [],
  };
  const figure = figureOf(CURVE_WORDS[kind], points.length > 0 ? [series] : [], kind, design);
  return { ...figure, xMax: totalSteps, showRaw: noisy };
}
