/** Reliability curves as small multiples: one panel an arm, one line a seed. Pure. */
import { MODEL_NAMES } from '../study/models.ts';
import type { StudyResults } from '../results/results.ts';
import {
  PROBABILITY_WORDS,
  type ProbabilityKind,
  type ReliabilityPoint,
  type RunDetails,
  type StudyDetails,
} from '../results/study-details.ts';
import type { Panels } from './figure.ts';
import { assignSlots } from './palette.ts';

/** Null where no run has a curve of this kind. */
export function reliabilityFigure(
  { arms }: StudyResults,
  { runs }: StudyDetails,
  kind: ProbabilityKind,
): Panels | null {
  const slots = assignSlots(arms.map((arm) => arm.initLabel));
  const [several, sizes] = [
    new Set(arms.map(({ model }) => model)).size > 1,
    new Set(arms.map(({ trainSize }) => trainSize)).size > 1,
  ];
  const panels = arms.flatMap(({ armId, initLabel, model, trainSize }) => {
    const series = runs
      .filter((run) => run.armId === armId)
      .map((run) => ({ run, points: pointsOf(run, kind) }))
      .filter(({ points }) => points.length > 0)
      .map(({ run, points }) => ({
        ...{ id: run.runId, label: `seed ${run.seed}`, slot: slots.get(initLabel) ?? 0, seeds: [] },
        mean: points.map(({ meanProbability, observed }) => ({ x: meanProbability, y: observed })),
        band: points.map(({ meanProbability, low, high }) => ({ x: meanProbability, low, high })),
      }));
    const under = [several ? MODEL_NAMES[model] : '', sizes ? `${trainSize} images` : ''].filter(Boolean).join(', ');
    return series.length === 0 ? [] : [{ title: initLabel, under, series, guide: DIAGONAL }];
  });
  if (panels.length === 0) return null;
  return {
    kind: 'panels',
    title: `Reliability, probabilities ${PROBABILITY_WORDS[kind]}`,
    ...{ xLabel: 'Predicted probability', yLabel: 'Share positive', panels },
    ...{ marks: 'line', xRange: [0, 1], yRange: [0, 1], digits: 3, key: false },
  };
}

export const DIAGONAL = {
  points: [
    { x: 0, y: 0 },
    { x: 1, y: 1 },
  ],
  label: '',
};

function pointsOf(run: RunDetails, kind: ProbabilityKind): ReliabilityPoint[] {
  if (kind === 'as-trained') return run.reliability;
  return run.recalibration.find(({ method }) => method === kind)?.after?.reliability ?? [];
}
