/**
 * Statistics that combine several columns within each draw: paired differences, means over seeds, macro averages over labels. A
 * draw in which any part is undefined is undefined (NaN), and skipped and counted by the interval.
 */
import { RandomStream } from '../../../shared/random.ts';

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

/**
 * The outer level of the hierarchical bootstrap: seeds are drawn with replacement within each draw of patients, and the AUCs of the
 * drawn seeds averaged, so that the mean carries both sources of variation. `arms[a][s]` are the draws of seed s of arm a;
 * the result has one vector per arm.
 *
 * Of k seeds, k - 1 are drawn: drawing k would show only (k-1)/k of the variance between seeds, half of it with two seeds (Rao and
 * Wu, JASA 1988;83:231-241, m = n - 1). One seed alone is taken as it is, and the mean then carries patients only.
 */
export function hierarchicalDraws(
  arms: readonly (readonly ArrayLike<number>[])[],
  options: { seed: number; pairing: SeedPairing },
): Float64Array[] {
  const { seed, pairing } = options;
  const draws = arms[0]?.[0]?.length ?? 0;
  if (pairing === 'matched' && new Set(arms.map((seeds) => seeds.length)).size > 1) {
    throw new RangeError('Expected matched arms to have the same number of seeds.');
  }
  return arms.map((seeds, arm) => {
    if (seeds.length === 0) throw new RangeError('Expected at least one seed in every arm.');
    const taken = Math.max(1, seeds.length - 1);
    return Float64Array.from({ length: draws }, (_, draw) => {
      // An arm's own stream where arms are independent; one stream for all where they are matched.
      const stream = new RandomStream(seed, 'bootstrap-seeds', draw, pairing === 'matched' ? 0 : arm);
      let sum = 0;
      for (let i = 0; i < taken; i++) {
        const column = seeds[stream.integer(seeds.length)] as ArrayLike<number>;
        sum += column[draw] as number;
      }
      return sum / taken;
    });
  });
}
