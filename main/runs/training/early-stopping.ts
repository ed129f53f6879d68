/** When training ends before its schedule: `protocol.earlyStopping`. Pure; the state is part of every checkpoint. */
import { z } from 'zod';
import type { EarlyStopping } from '../../../shared/study/protocol.ts';

export const stoppingStateSchema = z.object({
  /** Headline validation AUC of the last improvement; null before the first defined one. */
  best: z.number().nullable(),
  /** Evaluations since then. */
  waited: z.int().nonnegative(),
});
export type StoppingState = z.infer<typeof stoppingStateSchema>;

export const NOT_WAITING: StoppingState = { best: null, waited: 0 };

/**
 * The state after an evaluation, as Keras's `EarlyStopping` counts: an AUC higher than the last improvement by more than `minDelta` is the
 * next improvement. An AUC that is undefined (a class is missing in the validation split) says nothing and counts for nothing.
 */
export function afterEvaluation(
  { best, waited }: StoppingState,
  headlineAuc: number | null,
  { minDelta }: Pick<EarlyStopping, 'minDelta'>,
): StoppingState {
  if (headlineAuc === null) return { best, waited };
  return best === null || headlineAuc > best + minDelta
    ? { best: headlineAuc, waited: 0 }
    : { best, waited: waited + 1 };
}

/** True where no further step is to be trained. */
export function stopsEarly({ waited }: StoppingState, rule: EarlyStopping | null): boolean {
  return rule !== null && waited >= rule.patience;
}
