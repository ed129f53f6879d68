/** How many updates runs needed to reach an AUC, with runs that never did as censored observations. Pure: the page moves the threshold. */
import type { MetricEvent } from '../run/run.ts';

/**
 * Number of updates at the first evaluation whose headline validation AUC reached `threshold`; null where none did
 * (censored at the end of the run). Resolution: the evaluation interval.
 */
export function stepsToThreshold(events: readonly MetricEvent[], threshold: number): number | null {
  let first: number | null = null;
  for (const event of events) {
    if (event.type !== 'evaluation' || event.headlineAuc === null || event.headlineAuc < threshold) continue;
    if (first === null || event.step < first) first = event.step;
  }
  return first;
}

/** One run: reached the threshold after `steps`, or was last scored there without having reached it. */
export interface StepsObservation {
  steps: number;
  reached: boolean;
}

/** Null where the validation split was never scored. */
export function observeSteps(events: readonly MetricEvent[], threshold: number): StepsObservation | null {
  const reachedAt = stepsToThreshold(events, threshold);
  if (reachedAt !== null) return { steps: reachedAt, reached: true };
  const last = Math.max(-1, ...events.flatMap((event) => (event.type === 'evaluation' ? [event.step] : [])));
  return last < 0 ? null : { steps: last, reached: false };
}

/** Of what a study's results keep of finished runs: null steps are censored at `until`. */
export function observedOf<T extends { steps: number | null; until: number }>(
  runs: readonly T[],
): (Omit<T, 'steps' | 'until'> & StepsObservation)[] {
  return runs.map(({ steps, until, ...rest }) => ({ ...rest, steps: steps ?? until, reached: steps !== null }));
}

export interface SurvivalMedian {
  /** Null where the curve does not fall below one half: at least half of the runs never reached it. */
  median: number | null;
  /** The median, or what it exceeds. */
  atLeast: number;
}

/**
 * Kaplan-Meier median: the earliest step at which the estimated share of runs that have not reached the threshold is below one half;
 * where it is exactly one half, the middle between that step and the next event, as a median of uncensored values has it. Runs censored
 * at a step count as at risk there. Null without a run.
 */
export function survivalMedian(runs: readonly StepsObservation[]): SurvivalMedian | null {
  if (runs.length === 0) return null;
  const events = [...new Set(runs.filter(({ reached }) => reached).map(({ steps }) => steps))].sort((a, b) => a - b);
  let surviving = 1;
  let half: number | null = null;
  for (const at of events) {
    if (half !== null) return known((half + at) / 2);
    const atRisk = runs.filter(({ steps }) => steps >= at).length;
    const reached = runs.filter((run) => run.reached && run.steps === at).length;
    surviving *= 1 - reached / atRisk;
    // Products of thirds and the like miss one half by a rounding error.
    if (Math.abs(surviving - 0.5) < 1e-12) half = at;
    else if (surviving < 0.5) return known(at);
  }
  const last = Math.max(...runs.map(({ steps }) => steps));
  return { median: null, atLeast: half === null ? last : (half + last) / 2 };
}

const known = (median: number): SurvivalMedian => ({ median, atLeast: median });
