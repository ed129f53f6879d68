/** What the queue keeps about runs, over the library's database and run folders. */
import fs from 'node:fs';
import path from 'node:path';
import { AppError, toPlainError } from '../../../shared/system/errors.ts';
import { isThere } from '../../platform/file-errors.ts';
import type { LibraryPaths } from '../../platform/library-paths.ts';
import { freeDiskBytes } from '../../platform/machine.ts';
import type { QueueRuns } from '../../runs/queue/queue-port.ts';
import { readPredictions, readRunConfig, readRunResult, runFiles } from '../../runs/process/run-folder.ts';
import { checkpointBytes, lackOfSpace, runFilesBytes } from '../../runs/training/run-space.ts';
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
    lackOfSpace(id) {
      const place = folder(id);
      const { studyId, model, protocol, outputs, cacheFolder } = readRunConfig(place);
      const datasetId = store.studies.get(studyId)?.datasetId ?? '';
      const images = store.datasets.summary(datasetId)?.images ?? 0;
      const cache = path.join(cacheFolder, 'images.bin');
      const shape = { model, protocol, outputs: outputs.length };
      const needed =
        Math.max(0, runFilesBytes({ ...shape, scored: images }) - bytesIn(place)) +
        checkpointBytes(shape) +
        Math.max(0, images * protocol.size ** 2 * 3 - allocatedBytes(cache));
      const lack = lackOfSpace('The next run', needed, freeDiskBytes(place));
      return lack === null
        ? null
        : { ...toPlainError(lack), action: 'Free some space there: the queue goes on by itself.' };
    },
    studyName: (studyId) => store.studies.get(studyId)?.name ?? '',
  };
}

/** Of the files directly in a folder. */
function bytesIn(folder: string): number {
  return fs.readdirSync(folder).reduce((sum, name) => sum + allocatedBytes(path.join(folder, name)), 0);
}

/** Taken from the disk so far; 0 where there is no such file. */
const allocatedBytes = (file: string): number => (fs.statSync(file, { throwIfNoEntry: false })?.blocks ?? 0) * 512;
