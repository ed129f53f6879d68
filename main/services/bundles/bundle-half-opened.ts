/** Studies whose bundle was still being opened when the process ended: nothing of them stays. */
import fs from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LibraryPaths } from '../../platform/library-paths.ts';
import type { Store } from '../../store/open.ts';

interface Library {
  store: Store;
  paths: LibraryPaths;
}

/** Takes all of a study that is or was being opened out of the library, run by run, so that other work gets its turn. */
export async function discardOpened({ store, paths }: Library, studyId: string): Promise<void> {
  const datasetId = store.studies.get(studyId)?.datasetId;
  for (const { id } of store.runs.listByStudy(studyId)) {
    store.predictions.replace(id, []);
    await nextTurn();
  }
  store.transaction(() => {
    store.studies.remove(studyId);
    if (datasetId !== undefined) store.datasets.remove(datasetId);
  });
  fs.rmSync(paths.study(studyId), { recursive: true, force: true });
}

/** For whoever has just taken the library: whatever another process was opening is not being opened any more. */
export async function discardHalfOpened(library: Library): Promise<void> {
  for (const { id, bundle } of library.store.studies.list()) {
    if (bundle?.opening === true) await discardOpened(library, id);
  }
}
