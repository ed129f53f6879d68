/** Convergence: validation AUC and training loss over steps, a pair of figures per model and training-set size. */
import { SERIES_STYLES } from '../../../shared/figures/palette.ts';
import type { MetricEvent } from '../../../shared/run/run.ts';
import { paddedDomain } from './chart-scale.ts';
import { lineFigure, type LineSeries, type Point } from './line-figure.ts';
import type { Markup } from '../markup.ts';
import { countOf } from '../../../shared/words/numbers.ts';
import type { ReportInput } from '../report-input.ts';

/** Single batches are noisy: losses are averaged over consecutive log entries to at most this many points. */
const LOSS_POINTS = 60;

export function convergenceFigures(
  input: Pick<ReportInput, 'results' | 'curves'>,
  slots: Map<string, number>,
): Markup[] {
  const { results, curves } = input;
  const groups = Map.groupBy(results.arms, (arm) => `${arm.model}/${arm.trainSize}`);
  return [...groups.values()].flatMap((arms) => {
    const seriesOf = (read: (events: readonly MetricEvent[]) => Point[]): LineSeries[] =>
      arms.flatMap((arm) => {
        const seeds = curves
          .filter((curve) => curve.armId === arm.armId)
          .map((curve) => read(curve.events))
          .filter((points) => points.length > 0);
        const slot = slots.get(arm.initLabel) ?? 0;
        return seeds.length === 0 ? [] : [{ label: arm.initLabel, slot, dash: SERIES_STYLES[slot]?.dash ?? [], seeds }];
      });
    const [first] = arms;
    if (first === undefined) return [];
    const size = first.trainSize === 'all' ? '' : `, ${countOf(first.trainSize, 'training image')}`;
    const name = `${first.modelName}${size}`;
    const auc = seriesOf(validationAuc);
    const loss = seriesOf(trainingLoss);
    const figures: Markup[] = [];
    if (auc.length > 0) figures.push(aucFigure(name, auc, results.thresholdAuc));
    if (loss.length > 0) figures.push(lossFigure(name, loss));
    return figures;
  });
}

function validationAuc(events: readonly MetricEvent[]): Point[] {
  return events.flatMap((event) =>
    event.type === 'evaluation' && event.headlineAuc !== null ? [{ x: event.step, y: event.headlineAuc }] : [],
  );
}

/** Means over consecutive log entries, at the last step of each (seeds are logged alike and stay aligned). */
function trainingLoss(events: readonly MetricEvent[]): Point[] {
  const logged = events.flatMap((event) => (event.type === 'step' ? [{ x: event.step, y: event.loss }] : []));
  const width = Math.ceil(logged.length / LOSS_POINTS);
  return Array.from({ length: width === 0 ? 0 : Math.ceil(logged.length / width) }, (_, bin) => {
    const points = logged.slice(bin * width, (bin + 1) * width);
    return { x: points.at(-1)?.x ?? 0, y: points.reduce((sum, point) => sum + point.y, 0) / points.length };
  });
}

function valuesOf(series: readonly LineSeries[]): number[] {
  return series.flatMap((s) => s.seeds.flatMap((points) => points.map((point) => point.y)));
}

function aucFigure(name: string, series: LineSeries[], threshold: number): Markup {
  return lineFigure({
    title: `${name}: validation AUC`,
    xLabel: 'Training steps',
    yLabel: 'Validation AUC (headline)',
    yDomain: paddedDomain([...valuesOf(series), threshold], 0.05, [0, 1]),
    series,
    threshold: { value: threshold, label: `threshold ${threshold}` },
    description: `Validation AUC over training steps for ${name}: ${series.map((s) => s.label).join(', ')}.`,
  });
}

function lossFigure(name: string, series: LineSeries[]): Markup {
  const highest = Math.max(...valuesOf(series));
  return lineFigure({
    title: `${name}: training loss`,
    xLabel: 'Training steps',
    yLabel: 'Loss of training batches',
    yDomain: [0, highest > 0 ? highest * 1.05 : 1],
    series,
    description: `Training loss over steps for ${name}: ${series.map((s) => s.label).join(', ')}.`,
  });
}
