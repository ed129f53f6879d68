/** One figure of each kind, from the made-up report. The numbers describe nothing. */
import { studyFigures } from '../../../../shared/figures/convergence-figures.ts';
import { decisionFigures } from '../../../../shared/figures/decision-figures.ts';
import type { Figure } from '../../../../shared/figures/figure.ts';
import { filterPanels, filtersFigure, filtersTitle } from '../../../../shared/figures/filter-figure.ts';
import { flowFigure } from '../../../../shared/figures/flow-figure.ts';
import { differenceFigure } from '../../../../shared/figures/difference-figure.ts';
import { forestFigure } from '../../../../shared/figures/forest-figure.ts';
import { weightMovementPanels } from '../../../../shared/figures/weight-movement-panels.ts';
import { reliabilityFigure } from '../../../../shared/figures/reliability-figure.ts';
import { rocFigure } from '../../../../shared/figures/roc-figure.ts';
import { scatterFigure, stageFigure } from '../../../../shared/figures/similarity-figures.ts';
import { scatterPanels, stagePanels } from '../../../../shared/figures/similarity-panels.ts';
import { histogramsFigure, weightMovementFigure } from '../../../../shared/figures/weights-figures.ts';
import type { ArmMean, StudyDetails } from '../../../../shared/results/study-details.ts';
import { RandomStream } from '../../../../shared/system/random.ts';
import { madeUpDetails as reportDetails } from '../../report/made-up-details.ts';
import { madeUpReport } from '../../report/made-up-report.ts';

const input = madeUpReport();
const { results, study } = input;

/** Only what the figures read. */
function madeUpDetails(): StudyDetails {
  const thresholds = Array.from({ length: 46 }, (_, index) => Number((0.05 + index * 0.01).toFixed(2)));
  const prevalence = 0.2;
  const odds = (t: number): number => t / (1 - t);
  const benefit = (strength: number, t: number): number =>
    strength * prevalence * (1 - t) - 0.08 * (1 - prevalence) * odds(t);
  const strengths = new Map(results.arms.map(({ armId }, index) => [armId, 0.8 + 0.05 * index]));
  const estimate = (value: number): ArmMean => ({
    value,
    low: value - 0.03,
    high: value + 0.03,
    sd: 0.01,
    seeds: 2,
    why: null,
  });
  return {
    decision: {
      ...{ range: { from: 0.05, to: 0.5 }, probabilities: 'as-trained', thresholds },
      all: thresholds.map((t) => prevalence - (1 - prevalence) * odds(t)),
    },
    arms: results.arms.map(({ armId }) => ({
      armId,
      netBenefit: thresholds.map((t) => estimate(benefit(strengths.get(armId) ?? 1, t))),
    })),
    runs: results.arms.flatMap(({ armId }) =>
      [0, 1].map((seed) => {
        const stream = new RandomStream('reliability', armId, seed);
        return {
          ...{ runId: `${armId}-${seed}`, armId, seed, recalibration: [] },
          netBenefit: thresholds.map((t) => benefit((strengths.get(armId) ?? 1) + 0.04 * (seed - 0.5), t)),
          reliability: Array.from({ length: 10 }, (_, bin) => {
            const meanProbability = 0.05 + 0.09 * bin;
            const observed = Math.min(1, Math.max(0, meanProbability ** 1.3 + 0.08 * stream.normal()));
            const [low, high] = [Math.max(0, observed - 0.12), Math.min(1, observed + 0.12)];
            return { items: 19, meanProbability, observed, low, high };
          }),
        };
      }),
    ),
  } as unknown as StudyDetails;
}

function first<T>(all: readonly (T | null)[]): T {
  const [one] = all;
  if (one == null) throw new Error('Expected a figure, found none.');
  return one;
}

export function sampleFigures(): Record<string, Figure> {
  const details = madeUpDetails();
  const design = { arms: study.arms, thresholdAuc: results.thresholdAuc };
  const similarity =
    input.similarity ??
    (() => {
      throw new Error('no similarity');
    })();
  const view = first(input.filters);
  const run = first(input.weightRuns);
  const scatter = first(scatterPanels(similarity, study.arms));
  return {
    convergence: first(studyFigures(input.curves, design, 'validation-auc')),
    loss: first(studyFigures(input.curves, design, 'training-loss')),
    decision: first(decisionFigures(results.arms, details)),
    reliability: first([reliabilityFigure(results, details, 'as-trained')]),
    forest: forestFigure(results, 'referable'),
    differences: first([differenceFigure(results)]),
    roc: first([rocFigure(results, reportDetails)]),
    flow: flowFigure(input.dataset),
    stages: first(stagePanels(similarity, study.arms).map(stageFigure)),
    inits: first(
      stagePanels(similarity, study.arms)
        .filter(({ kind }) => kind === 'inits')
        .map(stageFigure),
    ),
    scatter: scatterFigure(scatter),
    'scatter-one': scatterFigure(scatter, scatter.stages[0]?.stage),
    movement: first(weightMovementPanels(input.movement, study.arms).map(weightMovementFigure)),
    histograms: histogramsFigure({ arm: 'CBR-Tiny, random', slot: 0, seed: run.seed, layers: run.layers }),
    filters: filtersFigure(filtersTitle('CBR-Tiny, random', view.seed, 'rgb'), filterPanels(view, 'rgb'), 'common'),
  };
}
