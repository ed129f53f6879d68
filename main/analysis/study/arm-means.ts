/** Means over the runs of an arm, of any number that has bootstrap draws: over seeds and patients. */
import type { ArmMean, DetailEstimate } from '../../../shared/results/study-details.ts';
import { averageDrawn, drawSeeds, type DrawnSeeds } from '../bootstrap/combine.ts';
import { percentileInterval, scoreInterval, type Bounds } from '../bootstrap/interval.ts';
import { sampleSd } from '../statistics/comparison.ts';

/** A number of one run, with its value in every draw of patients. */
export interface RunNumber {
  /** Null where undefined; then `why` says so. */
  value: number | null;
  why: string | null;
  /** NaN where undefined; null: the number has no draws. */
  perDraw: Float64Array | null;
  /** Absent: none, and the interval runs between percentiles. */
  bounds?: Bounds | undefined;
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
    const bounds = runs[0]?.bounds;
    const { low, high, why } =
      bounds === undefined ? percentileInterval(value, perDraw) : scoreInterval(value, perDraw, bounds, seeds);
    return { mean: { value, low, high, why: why ?? oneSeed(seeds), sd, seeds }, perDraw };
  }

  /**
   * Gain minus cost of the runs, which rest on different patients: the interval from those of both (MOVER; Zou and Donner, Statistics in
   * Medicine 2008;27:1693-1702), since a sum of two shares of which one is 0 or 1 varies too little over draws.
   */
  ofDifference(arm: number, runs: readonly { gain: RunNumber; cost: RunNumber }[]): ArmMean {
    const { sd } = this.of(
      arm,
      runs.map(({ gain, cost }) => ({ value: (gain.value ?? 0) - (cost.value ?? 0), why: null, perDraw: null })),
    ).mean;
    const side = (name: 'gain' | 'cost'): ArmMean =>
      this.of(
        arm,
        runs.map((run) => run[name]),
      ).mean;
    const [gain, cost] = [side('gain'), side('cost')];
    if (gain.value === null || cost.value === null) return { ...gain, sd: null };
    const value = gain.value - cost.value;
    if (gain.low === null || gain.high === null || cost.low === null || cost.high === null) {
      return { ...gain, value, sd, low: null, high: null, why: gain.low === null ? gain.why : cost.why };
    }
    const low = value - Math.hypot(gain.value - gain.low, cost.high - cost.value);
    const high = value + Math.hypot(gain.high - gain.value, cost.value - cost.low);
    return { ...gain, value, sd, low, high };
  }
}

function oneSeed(seeds: number): string | null {
  return seeds < 2 ? 'With one finished run this carries the sampling of patients only.' : null;
}

/** Without what only a computation needs. */
export const plainEstimate = ({ value, low, high, why }: DetailEstimate): DetailEstimate => ({ value, low, high, why });

/** An estimate with draws, as a number of a run. */
export function runNumber(estimate: DetailEstimate, perDraw: Float64Array | null, bounds?: Bounds): RunNumber {
  return { value: estimate.value, why: estimate.why, perDraw, bounds };
}
