/** A study's runs in the order in which everything shows them. */
import type { RunSummary } from '../../../shared/run/run.ts';
import type { Store } from '../../store/open.ts';
import type { StoredStudy } from '../../store/studies.ts';

/** All runs of a study, in the order of its arms, by seed within an arm. */
export function runsInOrder(store: Store, study: StoredStudy): RunSummary[] {
  const position = new Map(study.arms.map((arm, index) => [arm.id, index]));
  return store.runs
    .listByStudy(study.id)
    .sort(
      (a, b) =>
        (position.get(a.armId) ?? 0) - (position.get(b.armId) ?? 0) || a.seed - b.seed || (a.id < b.id ? -1 : 1),
    );
}
