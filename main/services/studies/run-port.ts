/** What the queue keeps about runs, over the library's database and run folders. */
import { AppError } from '../../../shared/system/errors.ts';
import { isThere } from '../../platform/file-errors.ts';
import type { LibraryPaths } from '../../platform/library-paths.ts';
import type { QueueRuns } from '../../runs/queue/queue-port.ts';
import { readPredictions, readRunConfig, readRunResult, runFiles } from '../../runs/process/run-folder.ts';
import type { Store } from '../../store/open.ts';
import { requireRun } from '../require.ts';

export function createQueueRuns({ store, paths }: { store: Store; paths: LibraryPaths }): QueueRuns {
  const folder = (id: string): string => {
    return paths.run(requireRun(store, id).studyId, id);
  };
  return {
    ...store.runs,
    folder,
    hasResult: (id) => isThere(runFiles(folder(id)).result),
    ingest(id) {
      const place = folder(id);
      const result = readRunResult(place);
      if (result === null) throw new AppError('io', 'The run has no result yet.');
      const config = readRunConfig(place);
      if (result.runId !== id || config.runId !== id) {
        throw new AppError('conflict', 'The run folder holds the result of another run.', {
          action: 'Restore the studies folder of the library from a backup.',
        });
      }
      store.runs.finish({ id, result, predictions: readPredictions(place, config, result) });
    },
    studyName: (studyId) => store.studies.get(studyId)?.name ?? '',
  };
}
