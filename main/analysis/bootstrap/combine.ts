/**
 * Statistics that combine several columns within each draw: paired differences, means over seeds, macro averages over labels. A
 * draw in which any part is undefined is undefined (NaN), and skipped and counted by the interval.
 */
import { RandomStream } from '../../../shared/system/random.ts';

/** a - b within each draw: the paired difference, since both columns saw the same patients. */
export function differenceDraws(a: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: a.length }, (_, draw) => (a[draw] as number) - (b[draw] as number));
}

/**
 * Mean of several columns within each draw. Over labels it is the macro average (never an average of intervals); over seeds it
 * carries the sampling of patients given these trained networks.
 */
export function meanDraws(columns: readonly ArrayLike<number>[]): Float64Array {
  const [first] = columns;
  if (first === undefined) throw new RangeError('Expected at least one column of draws.');
  return Float64Array.from({ length: first.length }, (_, draw) => {
    let sum = 0;
    for (const column of columns) sum += column[draw] as number;
    return sum / columns.length;
  });
}

/** How the seeds of two arms go together. */
export type SeedPairing =
  /** Each arm's seeds are drawn on their own. */
  | 'independent'
  /** The k-th seed of one arm belongs to the k-th of the other (same seed, same split): pairs are drawn. */
  | 'matched';

/** Which seeds each draw takes: for each arm, draws x taken, row-major. */
export interface DrawnSeeds {
  taken: number;
  indices: Uint32Array;
}

/**
 * The outer level of the hierarchical bootstrap: seeds are drawn with replacement within each draw of patients, and the numbers of the
 * drawn seeds averaged, so that the mean carries both sources of variation. `seedsOfArms` holds the number of seeds of each arm; the
 * same seeds then serve every statistic ({@link averageDrawn}).
 *
 * Of k seeds, k - 1 are drawn: drawing k would show only (k-1)/k of the variance between seeds, half of it with two seeds (Rao and
 * Wu, JASA 1988;83:231-241, m = n - 1). One seed alone is taken as it is, and the mean then carries patients only.
 */
export function drawSeeds(
  seedsOfArms: readonly number[],
  options: { draws: number; seed: number; pairing: SeedPairing },
): DrawnSeeds[] {
  const { draws, seed, pairing } = options;
  if (pairing === 'matched' && new Set(seedsOfArms).size > 1) {
    throw new RangeError('Expected matched arms to have the same number of seeds.');
  }
  return seedsOfArms.map((seeds, arm) => {
    if (seeds === 0) throw new RangeError('Expected at least one seed in every arm.');
    const taken = Math.max(1, seeds - 1);
    const indices = new Uint32Array(draws * taken);
    for (let draw = 0; draw < draws; draw++) {
      // An arm's own stream where arms are independent; one stream for all where they are matched.
      const stream = new RandomStream(seed, 'bootstrap-seeds', draw, pairing === 'matched' ? 0 : arm);
      for (let i = 0; i < taken; i++) indices[draw * taken + i] = stream.integer(seeds);
    }
    return { taken, indices };
  });
}

/** Mean over the drawn seeds within each draw; `seeds` are the draws of each seed of the arm. */
export function averageDrawn({ taken, indices }: DrawnSeeds, seeds: readonly ArrayLike<number>[]): Float64Array {
  return Float64Array.from({ length: indices.length / taken }, (_, draw) => {
    let sum = 0;
    for (let i = 0; i < taken; i++) {
      sum += (seeds[indices[draw * taken + i] as number] as ArrayLike<number>)[draw] as number;
    }
    return sum / taken;
  });
}

/** Both steps for one statistic: `arms[a][s]` are the draws of seed s of arm a; the result has one vector per arm. */
export function hierarchicalDraws(
  arms: readonly (readonly ArrayLike<number>[])[],
  options: { seed: number; pairing: SeedPairing },
): Float64Array[] {
  const drawn = drawSeeds(
    arms.map((seeds) => seeds.length),
    { ...options, draws: arms[0]?.[0]?.length ?? 0 },
  );
  return arms.map((seeds, arm) => averageDrawn(drawn[arm] as DrawnSeeds, seeds));
}
