/** `stats roc --calibration` and `--decision-curve`: are the scores calibrated probabilities? */
import { InvalidArgumentError } from 'commander';
import { CALIBRATION_NOTE, calibrationColumns } from '../../../shared/results/details-tables/details-parts.ts';
import { number, share, text } from '../../../shared/tables/cells.ts';
import { buildTable, ungrouped, type Table } from '../../../shared/tables/table.ts';
import { countOf, formatSetting } from '../../../shared/words/numbers.ts';
import { withoutDraws, type BootstrapPlan } from '../../analysis/bootstrap/plan.ts';
import { calibrate, planBrier } from '../../analysis/calibration/calibration.ts';
import { decisionCurve, thresholdRange, type DecisionCurve } from '../../analysis/calibration/decision-curve.ts';
import { probabilityHistogram, reliability } from '../../analysis/calibration/reliability.ts';
import type { Part } from './bootstrap.ts';
import type { StatsData } from './scores-table.ts';

/** Brier scores with bootstrap intervals, calibration errors, intercept and slope, and (for `--json`) the reliability curve. */
export function calibrationOf(data: StatsData, plan: BootstrapPlan) {
  const { labels } = data;
  const clusters = data.patients === null ? null : plan.patients;
  const readers = data.scores.map(({ name, values: scores }) => ({
    ...{ name, scores, drawn: planBrier(plan, { labels, scores }) },
  }));
  return {
    needsDraws: true,
    read: (draws) =>
      readers.map(({ name, scores, drawn }) => {
        const { intercept, slope, clipped } = calibrate(labels, scores, clusters);
        return {
          score: name,
          brier: withoutDraws(drawn.brier(draws)),
          scaledBrier: withoutDraws(drawn.scaled(draws)),
          intercept,
          slope,
          clippedForLogit: clipped,
          equalWidth: reliability(labels, scores, { binning: 'equal-width' }),
          equalMass: reliability(labels, scores, { binning: 'equal-mass' }),
          histogram: probabilityHistogram(labels, scores),
        };
      }),
  } satisfies Part<unknown>;
}

type Calibrated = ReturnType<ReturnType<typeof calibrationOf>['read']>;

export function calibrationTable(rows: Calibrated, clustered: boolean): Table {
  const clippedNote = (clipped: number): string | undefined =>
    clipped === 0
      ? undefined
      : `${countOf(clipped, 'probability of 0 or 1 was', 'probabilities of 0 or 1 were')} brought to 1e-7 from there for the logit.`;
  return buildTable<Calibrated[number]>({
    caption: 'Calibration of the positive-class probability',
    notes: [`${CALIBRATION_NOTE}${clustered ? ' Intercept and slope: standard errors by patient.' : ''}`],
    groups: ungrouped(rows),
    columns: [
      {
        ...{ key: 'score', head: 'Score' },
        cell: ({ score, clippedForLogit }) => text(score, { note: clippedNote(clippedForLogit) }),
      },
      ...calibrationColumns<Calibrated[number]>({ item: (row) => ({ ...row, ece: row.equalMass.ece }) }),
      {
        ...{ key: 'ece_width', head: 'ECE', unit: 'equal width', number: true },
        cell: ({ equalWidth }) => share(equalWidth.ece),
      },
    ],
  });
}

/** `0.05:0.5` */
export function parseRange(text: string): { from: number; to: number } {
  const [from, to] = text.split(':').map((part) => (part.trim() === '' ? NaN : Number(part)));
  if (from !== undefined && to !== undefined && from > 0 && to < 1 && from < to && text.split(':').length === 2) {
    return { from, to };
  }
  throw new InvalidArgumentError('Expected FROM:TO with 0 < FROM < TO < 1, for example 0.05:0.5.');
}

const STEPS = 50;
const SHOWN_STEPS = 5;

interface ScoreCurve extends DecisionCurve {
  score: string;
}

export function decisionCurves(data: StatsData, range: { from: number; to: number }): Part<ScoreCurve[]> {
  const thresholds = thresholdRange(range.from, range.to, STEPS);
  return {
    needsDraws: false,
    read: () =>
      data.scores.map(({ name, values }) => ({ score: name, ...decisionCurve(data.labels, values, thresholds) })),
  };
}

export function decisionTable(curves: readonly ScoreCurve[]): Table {
  const shown = (curves[0]?.points ?? []).flatMap((point, at) =>
    at % (STEPS / SHOWN_STEPS) === 0 ? { ...point, at } : [],
  );
  return buildTable<ScoreCurve | null>({
    caption: 'Net benefit at some threshold probabilities t',
    notes: [
      'In true positives per row, where acting on nobody is 0; it needs calibrated probabilities. Every t is in --json.',
    ],
    groups: ungrouped([null, ...curves]),
    columns: [
      {
        key: 'score',
        head: 'Score',
        cell: (curve) => text(curve?.score ?? 'act on everybody', { note: curve?.why ?? undefined }),
      },
      ...shown.map(({ threshold, all, at }) => ({
        ...{ key: `net_benefit_at_${threshold}`, head: `t = ${formatSetting(threshold, 3)}`, number: true },
        cell: (curve: ScoreCurve | null) => number(curve === null ? all : curve.points[at]?.model, 4),
      })),
    ],
  });
}
