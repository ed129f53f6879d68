/** Folders that a killed process had written and not yet stored in the database. */
import fs from 'node:fs';
import path from 'node:path';
import { namesIn } from '../../platform/file-errors.ts';
import type { LibraryPaths } from '../../platform/library-paths.ts';
import { runFiles } from '../../runs/process/run-folder.ts';
import type { Store } from '../../store/open.ts';

/**
 * Removes datasets of which there is only a manifest, and studies of which no run has ever started. Others stay, whatever the database says:
 * it may be an older one, put back from a backup.
 */
export async function discardHalfMade({ store, paths }: { store: Store; paths: LibraryPaths }): Promise<void> {
  for (const id of await namesIn(paths.datasets)) {
    if (store.datasets.get(id) !== null) continue;
    const names = await namesIn(paths.dataset(id));
    if (names.every((name) => name === path.basename(paths.manifest(id)))) remove(paths.dataset(id));
  }
  for (const id of await namesIn(paths.studies)) {
    if (store.studies.get(id) !== null) continue;
    const runs = await namesIn(paths.runs(id));
    if (runs.every((run) => !fs.existsSync(runFiles(paths.run(id, run)).attempt))) remove(paths.study(id));
  }
}

const remove = (folder: string): void => fs.rmSync(folder, { recursive: true, force: true });
