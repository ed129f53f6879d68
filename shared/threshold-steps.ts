/** How many updates runs needed to reach an AUC, with runs that never did as censored observations. Pure: the page moves the threshold. */
import { RandomStream } from './random.ts';
import type { MetricEvent } from './run.ts';

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

/**
 * Kaplan-Meier median: the earliest step at which the estimated share of runs that have not reached the threshold is below one half;
 * where it is exactly one half, the middle between that step and the next event, as a median of uncensored values has it. Runs censored
 * at a step count as at risk there. Null where the curve does not fall below one half.
 */
export function kaplanMeierMedian(runs: readonly StepsObservation[]): number | null {
  const events = [...new Set(runs.filter(({ reached }) => reached).map(({ steps }) => steps))].sort((a, b) => a - b);
  let surviving = 1;
  let half: number | null = null;
  for (const at of events) {
    if (half !== null) return (half + at) / 2;
    const atRisk = runs.filter(({ steps }) => steps >= at).length;
    const reached = runs.filter((run) => run.reached && run.steps === at).length;
    surviving *= 1 - reached / atRisk;
    // Products of thirds and the like miss one half by a rounding error.
    if (Math.abs(surviving - 0.5) < 1e-12) half = at;
    else if (surviving < 0.5) return at;
  }
  return null;
}

export interface MedianRatio {
  /** Median of A over median of B: below 1, A needs fewer steps. Null where a median is censored or there is no run. */
  ratio: number | null;
  /** 95 % percentile interval; null where it cannot be had, and then `why` says so. `high` alone is null where there is no upper limit. */
  low: number | null;
  high: number | null;
  why: string | null;
}

const DRAWS = 2000;
/** Share of draws to each side of the interval. */
const TAIL = 0.025;

/**
 * Ratio of Kaplan-Meier medians, with the bootstrap over runs: in each of 2,000 draws the runs of each arm are drawn with replacement,
 * independently (seeds of two arms are not pairs: they share data order, not the course of training). A draw in which A's median is censored
 * counts as larger than every number, one in which B's is as smaller; draws in which both are have no ratio. The same input gives
 * the same interval.
 */
export function medianRatio(a: readonly StepsObservation[], b: readonly StepsObservation[]): MedianRatio {
  const none = { ratio: null, low: null, high: null };
  if (a.length === 0 || b.length === 0) return { ...none, why: 'Needs a finished run in both arms.' };
  const [medianA, medianB] = [kaplanMeierMedian(a), kaplanMeierMedian(b)];
  if (medianA === null || medianB === null) {
    return { ...none, why: 'At least half of the runs of an arm never reached the threshold.' };
  }
  if (medianB === 0) return { ...none, why: 'The other arm was there before the first update.' };
  const ratio = medianA / medianB;
  if (a.length < 2 || b.length < 2) return { ...none, ratio, why: 'An interval needs two runs in both arms.' };
  const stream = new RandomStream('steps-to-threshold');
  const draw = (runs: readonly StepsObservation[]): number | null =>
    kaplanMeierMedian(runs.map(() => runs[stream.integer(runs.length)] as StepsObservation));
  const draws = Array.from({ length: DRAWS }, () => {
    const [x, y] = [draw(a), draw(b)];
    if (x === null) return y === null ? NaN : Infinity;
    return y === null ? 0 : x / y;
  });
  const known = draws.filter((value) => !Number.isNaN(value)).sort((x, y) => x - y);
  if (known.length < DRAWS * (1 - TAIL)) {
    return { ...none, ratio, why: 'Too many runs never reached the threshold for an interval.' };
  }
  const [low, high] = [quantile(known, TAIL), quantile(known, 1 - TAIL)];
  if (low === high)
    return { ...none, ratio, why: 'The runs of each arm agree, so that nothing is known of their variation.' };
  if (high === Infinity) {
    return {
      ratio,
      low,
      high: null,
      why: 'No upper limit: too many runs of the first arm never reached the threshold.',
    };
  }
  return { ratio, low, high, why: null };
}

/** Linear between order statistics; infinities stay what they are. */
function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(at)] as number, sorted[Math.ceil(at)] as number];
  return below === above || above === Infinity ? above : below + (at - Math.floor(at)) * (above - below);
}

export interface ArmSteps {
  armId: string;
  runs: (StepsObservation & { seed: number })[];
  /** Kaplan-Meier; null where at least half never reached the threshold. */
  median: number | null;
  /** Against the first arm of its group; null for that arm itself. */
  ratio: MedianRatio | null;
}

/** Every arm of a group (one model and training-set size) against the first one that has runs. */
export function armSteps(
  armIds: readonly string[],
  curves: readonly { armId: string; seed: number; events: readonly MetricEvent[] }[],
  threshold: number,
): ArmSteps[] {
  const arms = armIds.flatMap((armId) => {
    const runs = curves
      .filter((curve) => curve.armId === armId)
      .sort((a, b) => a.seed - b.seed)
      .flatMap(({ seed, events }) => {
        const found = observeSteps(events, threshold);
        return found === null ? [] : [{ seed, ...found }];
      });
    return runs.length === 0 ? [] : [{ armId, runs }];
  });
  return arms.map(({ armId, runs }, index) => ({
    armId,
    runs,
    median: kaplanMeierMedian(runs),
    ratio: index === 0 ? null : medianRatio(runs, arms[0]?.runs ?? []),
  }));
}

/** `0.45 (0.31 to 0.72)`, `0.45 (from 0.31)`, `0.45`, `–`. */
export function ratioText({ ratio, low, high }: MedianRatio): string {
  if (ratio === null) return '–';
  const interval =
    low === null ? '' : high === null ? ` (from ${low.toFixed(2)})` : ` (${low.toFixed(2)} to ${high.toFixed(2)})`;
  return `${ratio.toFixed(2)}${interval}`;
}
