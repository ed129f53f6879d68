/** Means over the runs of an arm, of any number that has bootstrap draws: over seeds and patients. */
import type { ArmMean, DetailEstimate } from '../../../shared/results/study-details.ts';
import { averageDrawn, drawSeeds, type DrawnSeeds } from '../bootstrap/combine.ts';
import { percentileInterval } from '../bootstrap/interval.ts';
import { sampleSd } from '../statistics/comparison.ts';
import { finiteEnds } from '../statistics/confusion.ts';

/** A number of one run, with its value in every draw of patients. */
export interface RunNumber {
  /** Null where undefined; then `why` says so. */
  value: number | null;
  why: string | null;
  /** NaN where undefined; null: the number has no draws. */
  perDraw: Float64Array | null;
}

export interface DrawnMean {
  mean: ArmMean;
  /** Null where there is no interval. */
  perDraw: Float64Array | null;
}

/** Seeds of each arm are drawn once and serve every number, so that numbers of an arm belong together. */
export class ArmMeans {
  readonly #drawn: DrawnSeeds[];

  constructor(seedsOfArms: readonly number[], options: { draws: number; seed: number }) {
    this.#drawn = drawSeeds(seedsOfArms, { ...options, pairing: 'independent' });
  }

  /** `runs`: one number of each run of arm number `arm`, in the order of its seeds. */
  of(arm: number, runs: readonly RunNumber[]): DrawnMean {
    const values = runs.map(({ value }) => value);
    const missing = runs.find(({ value }) => value === null);
    const seeds = runs.length;
    if (missing !== undefined) {
      return { mean: { value: null, low: null, high: null, why: missing.why, sd: null, seeds }, perDraw: null };
    }
    const known = values as number[];
    const value = known.reduce((sum, item) => sum + item, 0) / seeds;
    const sd = sampleSd(known);
    const vectors = runs.flatMap(({ perDraw }) => perDraw ?? []);
    if (vectors.length < seeds) {
      const why = runs.find((run) => run.perDraw === null)?.why ?? null;
      return { mean: { value, low: null, high: null, why, sd, seeds }, perDraw: null };
    }
    const perDraw = averageDrawn(this.#drawn[arm] as DrawnSeeds, vectors);
    const { low, high, why } = finiteEnds(percentileInterval(value, perDraw));
    return { mean: { value, low, high, why: why ?? oneSeed(seeds), sd, seeds }, perDraw };
  }
}

function oneSeed(seeds: number): string | null {
  return seeds < 2 ? 'With one finished run this carries the sampling of patients only.' : null;
}

/** Without what only a computation needs. */
export const plainEstimate = ({ value, low, high, why }: DetailEstimate): DetailEstimate => ({ value, low, high, why });

/** An estimate with draws, as a number of a run. */
export function runNumber(estimate: DetailEstimate, perDraw: Float64Array | null): RunNumber {
  return { value: estimate.value, why: estimate.why, perDraw };
}
