/** Which networks of a study are compared with which. Pure. */
import type { ModelId } from '../../../shared/study/models.ts';
import type { NetworkRef, SimilarityKind } from '../../../shared/similarity/similarity.ts';
import type { TrainSize } from '../../../shared/study/study.ts';

/** A finished run. */
export interface ComparedRun {
  id: string;
  armId: string;
  model: ModelId;
  trainSize: TrainSize;
  seed: number;
}

/** Two runs, in the order of the study. */
export type RunPair = [ComparedRun, ComparedRun];

/** More pairs of runs of two arms (or of one) tell hardly more. */
const MOST_PAIRS = 10;

export const initialOf = ({ id }: Pick<ComparedRun, 'id'>): NetworkRef => ({ runId: id, when: 'initial' });
export const trainedOf = ({ id }: Pick<ComparedRun, 'id'>): NetworkRef => ({ runId: id, when: 'trained' });
export const pairKey = (a: NetworkRef, b: NetworkRef): string => `${a.runId} ${a.when} ${b.runId} ${b.when}`;

/** Pairs of runs of each arm, by its id. */
export function pairsWithinArms(runs: readonly ComparedRun[]): { armId: string; pairs: RunPair[] }[] {
  return groupArms(runs).map(([armId, own]) => ({
    armId,
    pairs: own.flatMap((a, i) => own.slice(i + 1).map((b): RunPair => [a, b])).slice(0, MOST_PAIRS),
  }));
}

/** Pairs of runs of every two arms of one model and training-set size; those of equal seeds first. */
export function pairsBetweenArms(runs: readonly ComparedRun[]): { armA: string; armB: string; pairs: RunPair[] }[] {
  const arms = groupArms(runs);
  return arms.flatMap(([armA, left], i) =>
    arms.slice(i + 1).flatMap(([armB, right]) => {
      const [first, second] = [left[0] as ComparedRun, right[0] as ComparedRun];
      if (first.model !== second.model || first.trainSize !== second.trainSize) return [];
      const pairs = left
        .flatMap((a) => right.map((b): RunPair => [a, b]))
        .sort(([a, b], [c, d]) => Number(a.seed !== b.seed) - Number(c.seed !== d.seed));
      return [{ armA, armB, pairs: pairs.slice(0, MOST_PAIRS) }];
    }),
  );
}

/** What has to be compared for these kinds of answers, each pair once. */
export function neededPairs(
  runs: readonly ComparedRun[],
  kinds: readonly SimilarityKind[],
): [NetworkRef, NetworkRef][] {
  const needed = new Map<string, [NetworkRef, NetworkRef]>();
  const add = (a: NetworkRef, b: NetworkRef): void => void needed.set(pairKey(a, b), [a, b]);
  const within = pairsWithinArms(runs).flatMap(({ pairs }) => pairs);
  const between = pairsBetweenArms(runs).flatMap(({ pairs }) => pairs);
  if (kinds.includes('before-after')) for (const run of runs) add(initialOf(run), trainedOf(run));
  if (kinds.some((kind) => kind !== 'before-after')) for (const [a, b] of within) add(trainedOf(a), trainedOf(b));
  if (kinds.includes('inits') || kinds.includes('initial-vs-final')) {
    for (const [a, b] of between) add(trainedOf(a), trainedOf(b));
  }
  if (kinds.includes('initial-vs-final')) {
    for (const [a, b] of [...within, ...between]) add(initialOf(a), initialOf(b));
  }
  return [...needed.values()];
}

function groupArms(runs: readonly ComparedRun[]): [string, ComparedRun[]][] {
  return [...Map.groupBy(runs, ({ armId }) => armId)];
}
