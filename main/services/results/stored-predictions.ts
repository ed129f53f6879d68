/** What a study's finished runs predicted, with what is known of the test images. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RunSummary } from '../../../shared/run/run.ts';
import type { ImageFacts } from '../../analysis/study/image-facts.ts';
import type { DetailedRun } from '../../analysis/study/study-details.ts';
import type { Store } from '../../store/open.ts';
import type { StoredStudy } from '../../store/studies.ts';
import { runsInOrder } from '../studies/runs-in-order.ts';

/** Of every finished run, in order. Other work gets its turn between runs: a large study has hundreds of thousands of predictions. */
export async function readPredictedRuns(store: Store, study: StoredStudy): Promise<DetailedRun[]> {
  const runs: DetailedRun[] = [];
  for (const { id: runId, armId, seed, result } of runsInOrder(store, study)) {
    if (result === null) continue;
    const validation = store.predictions.list(runId, 'validation');
    runs.push({ runId, armId, seed, validation, test: store.predictions.list(runId, 'test') });
    await nextTurn();
  }
  return runs;
}

/** Of the test images, by id. */
export function testImageFacts(store: Store, { datasetId }: StoredStudy): Map<string, ImageFacts> {
  return new Map(
    store.datasets
      .images(datasetId)
      .filter(({ split }) => split === 'test')
      .map(({ id, sex, age, view, site, eye }) => [id, { sex, age, view, site, eye }]),
  );
}

/** Changes when a run has finished, and with nothing else: for computations that are kept. */
export function predictionsState(runs: readonly RunSummary[]): string[] {
  return runs.map(({ id, result }) => `${id}:${result?.predictionsSha256 ?? ''}`);
}
