/** `stats roc --calibration` and `--decision-curve`: are the scores probabilities that can be taken at their word? */
import { InvalidArgumentError } from 'commander';
import { formatCoefficient, formatEstimate, formatNumber, formatSigned } from '../../../shared/words/numbers.ts';
import { withoutDraws, type BootstrapPlan } from '../../analysis/bootstrap/plan.ts';
import { calibrate, planBrier } from '../../analysis/calibration/calibration.ts';
import { decisionCurve, thresholdRange } from '../../analysis/calibration/decision-curve.ts';
import { probabilityHistogram, reliability } from '../../analysis/calibration/reliability.ts';
import { formatTable } from '../output/output.ts';
import type { StatsData } from './scores-table.ts';
import { notesOf, withNotes } from './notes.ts';
import { section, type Section } from './sections.ts';

/** Brier scores with bootstrap intervals, calibration errors, intercept and slope, and (for `--json`) the reliability curve. */
export function calibrationSection(data: StatsData, plan: BootstrapPlan): Section {
  const clusters = data.patients === null ? null : plan.patients;
  const parts = data.scores.map(({ name, values }) => ({
    name,
    values,
    brier: planBrier(plan, { labels: data.labels, scores: values }),
  }));
  return section({
    key: 'calibration',
    needsDraws: true,
    read: (draws) =>
      parts.map(({ name, values, brier }) => {
        const { intercept, slope, clipped } = calibrate(data.labels, values, clusters);
        return {
          score: name,
          brier: withoutDraws(brier.brier(draws)),
          scaledBrier: withoutDraws(brier.scaled(draws)),
          intercept,
          slope,
          clippedForLogit: clipped,
          equalWidth: reliability(data.labels, values, { binning: 'equal-width' }),
          equalMass: reliability(data.labels, values, { binning: 'equal-mass' }),
          histogram: probabilityHistogram(data.labels, values),
        };
      }),
    text: (rows) => {
      const table = formatTable({
        header: ['score', 'Brier', 'scaled Brier', 'intercept', 'slope', 'ECE width', 'ECE mass'],
        rows: rows.map((row) => [
          row.score,
          formatEstimate(row.brier),
          formatEstimate(row.scaledBrier),
          formatEstimate(row.intercept, formatCoefficient),
          formatEstimate(row.slope, formatCoefficient),
          formatNumber(row.equalWidth.ece),
          formatNumber(row.equalMass.ece),
        ]),
      });
      const notes = rows.flatMap((row) => [
        ...notesOf([
          [`${row.score}, Brier`, row.brier],
          [`${row.score}, intercept`, row.intercept],
          [`${row.score}, slope`, row.slope],
        ]),
        ...(row.clippedForLogit > 0
          ? [
              `${row.score}: ${row.clippedForLogit} probabilities of 0 or 1 were brought to 1e-7 from there for the logit.`,
            ]
          : []),
      ]);
      const about = `Calibration of the positive-class probability; ideal: intercept 0, slope 1. Ten bins of equal width and of equal mass. ${clusters === null ? '' : 'Intercept and slope: standard errors by patient. '}`;
      return withNotes(`${about.trim()}\n\n${table}`, notes);
    },
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

export function decisionSection(data: StatsData, range: { from: number; to: number }): Section {
  return section({
    key: 'decisionCurve',
    needsDraws: false,
    read: () =>
      data.scores.map(({ name, values }) => ({
        score: name,
        ...decisionCurve(data.labels, values, thresholdRange(range.from, range.to, STEPS)),
      })),
    text: (curves) => {
      const [first] = curves;
      const shown = (first?.points ?? []).flatMap((_, i) => (i % (STEPS / SHOWN_STEPS) === 0 ? [i] : []));
      const table = formatTable({
        header: ['threshold', 'act on all', ...curves.map(({ score }) => score)],
        rows: shown.map((i) => [
          formatNumber(first?.points[i]?.threshold),
          formatSigned(first?.points[i]?.all ?? null, 4),
          ...curves.map(({ points }) => formatSigned(points[i]?.model ?? null, 4)),
        ]),
        rightAligned: [0, 1, ...curves.map((_, i) => i + 2)],
      });
      const notes = curves.flatMap(({ score, why }) => (why === null ? [] : [`${score}: ${why}`]));
      const about =
        'Net benefit in true positives per row, where acting on nobody is 0; it needs calibrated probabilities.';
      return withNotes(shown.length === 0 ? about : `${about}\n\n${table}`, notes);
    },
  });
}
