/** A statistic that is a function of sums over items, with its patient-clustered bootstrap interval. */
import { percentileInterval, scoreInterval, type Bounds } from './interval.ts';
import type { BootstrapDraws } from './job.ts';
import { sumByPatient } from './patient-sums.ts';
import type { BootstrapPlan, DrawnEstimate } from './plan.ts';

export type RatioReader = (draws: BootstrapDraws) => DrawnEstimate;

/**
 * Adds sums to the plan; the returned function makes a reader of one statistic of them: `compute(sums)`, NaN where it is undefined, and
 * `why` for when it is so on the data themselves. With `bounds` the interval is {@link scoreInterval}, else percentiles.
 */
export function planRatio(
  plan: BootstrapPlan,
  params: { count: number; add: (item: number, to: (sum: number, value: number) => void) => void },
): (compute: (sums: readonly number[]) => number, why: string, bounds?: Bounds) => RatioReader {
  const { count, add } = params;
  const byPatient = sumByPatient(plan.patients, count, add);
  const read = plan.addSums(byPatient, count);
  const totals = new Array<number>(count).fill(0);
  byPatient.forEach((value, index) => ((totals[index % count] as number) += value));
  return (compute, why, bounds) => {
    const value = compute(totals);
    return (draws) => {
      const sums = totals.map((_, index) => read(draws, index));
      const perDraw = Float64Array.from({ length: draws.draws }, (_, draw) =>
        compute(sums.map((sum) => sum[draw] as number)),
      );
      const known = Number.isNaN(value) ? null : value;
      const estimate =
        bounds === undefined ? percentileInterval(known, perDraw) : scoreInterval(known, perDraw, bounds);
      return { ...estimate, ...(known === null ? { why } : {}), perDraw, ...(bounds === undefined ? {} : { bounds }) };
    };
  };
}
