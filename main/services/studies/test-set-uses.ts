/** Which other studies have seen a study's test images: then these are no longer unseen. */
import type { Store } from '../../store/open.ts';

/**
 * How many other studies of the library have a run that scored one of the dataset's test images: of the same dataset, or of one that holds
 * the same file (an earlier import, another version).
 */
export function countEarlierScorings(store: Store, { id, datasetId }: { id: string; datasetId: string }): number {
  const datasets = new Set([datasetId, ...store.datasets.sharingTestImages(datasetId)]);
  return store.studies
    .list()
    .filter((study) => study.id !== id && datasets.has(study.datasetId))
    .filter((study) => store.runs.listByStudy(study.id).some((run) => run.result !== null)).length;
}
