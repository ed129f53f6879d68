/** Worker thread: see `headlines.ts`. Only looks at the library. */
import { parentPort, workerData } from 'node:worker_threads';
import { toErrorShape } from '../../../shared/system/errors.ts';
import { computeStudyResults } from '../../analysis/study/study-results.ts';
import { libraryPaths } from '../../platform/library-paths.ts';
import { openStore } from '../../store/open.ts';
import { requireStudy } from '../require.ts';
import { runsInOrder } from '../studies/runs-in-order.ts';
import { headlineOf, type Headline, type HeadlineAnswer, type HeadlineWork } from './headlines.ts';
import { resultsInput } from './results-input.ts';

function work({ home, studyId }: HeadlineWork): Headline {
  const paths = libraryPaths(home);
  const store = openStore(paths.database, { readOnly: true });
  try {
    const study = requireStudy(store, studyId);
    const runs = runsInOrder(store, study).flatMap(({ id: runId, armId, seed, result }) =>
      result === null ? [] : [{ runId, armId, seed, result, test: store.predictions.list(runId, 'test') }],
    );
    return headlineOf(computeStudyResults(resultsInput({ store, paths }, study, runs)));
  } finally {
    store.close();
  }
}

function answer(): HeadlineAnswer {
  try {
    return { ok: true, value: work(workerData as HeadlineWork) };
  } catch (error) {
    return { ok: false, error: toErrorShape(error) };
  }
}

parentPort?.postMessage(answer());
