/** Steps to a threshold AUC, arm by arm: what the verdict, the tables and the convergence view show. Pure. */
import type { MetricEvent } from '../run/run.ts';
import { stepsRatio, type StepsRatio } from './steps-ratio.ts';
import { observeSteps, survivalMedian, type StepsObservation } from './threshold-steps.ts';

export interface ArmSteps {
  armId: string;
  /** By seed. */
  runs: (StepsObservation & { seed: number; runId?: string })[];
  /** Kaplan-Meier; null where at least half never reached the threshold. */
  median: number | null;
  /** Against the first arm of its group; null for that arm itself. */
  ratio: (StepsRatio & { against: string }) | null;
}

/** Every arm of a group (one model and training-set size) that has runs, against the group's first. */
export function armSteps(arms: readonly { armId: string; runs: ArmSteps['runs'] }[]): ArmSteps[] {
  const [reference] = arms;
  return arms
    .filter(({ runs }) => runs.length > 0)
    .map(({ armId, runs }) => ({
      armId,
      runs: runs.toSorted((a, b) => a.seed - b.seed),
      median: survivalMedian(runs)?.median ?? null,
      ratio:
        reference === undefined || armId === reference.armId
          ? null
          : { ...stepsRatio(runs, reference.runs), against: reference.armId },
    }));
}

/** What the arms' curves say at a threshold. */
export function curveSteps(
  armIds: readonly string[],
  curves: readonly { runId?: string; armId: string; seed: number; events: readonly MetricEvent[] }[],
  threshold: number,
): ArmSteps[] {
  return armSteps(
    armIds.map((armId) => ({
      armId,
      runs: curves
        .filter((curve) => curve.armId === armId)
        .flatMap(({ runId, seed, events }) => {
          const found = observeSteps(events, threshold);
          return found === null ? [] : [{ ...(runId === undefined ? {} : { runId }), seed, ...found }];
        }),
    })),
  );
}
