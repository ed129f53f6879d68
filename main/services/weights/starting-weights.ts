/** The weights that come with the app (`resources/starting-weights`, made by `scripts/starting-weights.mjs`), offered by every library. */
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { modelIdSchema, startingSetId } from '../../../shared/study/models.ts';
import { writeFileAtomic } from '../../platform/atomic-file.ts';
import type { LibraryPaths } from '../../platform/library-paths.ts';
import type { Store } from '../../store/open.ts';
import { appFolder } from '../system/app-version.ts';

const indexSchema = z.object({
  schema: z.literal(1),
  origin: z.string(),
  createdAt: z.iso.datetime(),
  outputs: z.array(z.string()),
  files: z.array(z.object({ name: z.string(), model: modelIdSchema, file: z.string(), sha256: z.hex().length(64) })),
});

/**
 * Copies the shipped files that the library does not have, and registers them. Their hash is compared when they are used. A library without
 * room for them opens without them, and gets them at the next start.
 */
export function offerStartingWeights({ store, paths }: { store: Store; paths: LibraryPaths }): void {
  const folder = path.join(appFolder(), 'resources', 'starting-weights');
  const { files, origin, createdAt, outputs } = indexSchema.parse(
    JSON.parse(fs.readFileSync(path.join(folder, 'index.json'), 'utf8')),
  );
  for (const { name, model, file, sha256 } of files) {
    const id = startingSetId(model);
    if (store.weights.get(id) !== null) continue;
    try {
      fs.mkdirSync(paths.weights, { recursive: true });
      // Not copied as a file: that would keep the rights of the app's own, which everybody may read.
      writeFileAtomic(paths.weightsFile(id), fs.readFileSync(path.join(folder, file)));
    } catch {
      return;
    }
    store.weights.insert({
      ...{ id, model, origin, sha256, outputs, createdAt, source: 'file', runId: null },
      name: store.weights.find(name) === null ? name : `${name} (of the app)`,
      ...{ normalisation: 'imagenet', synthetic: true, licenceNote: 'Apache-2.0, as the app itself.' },
    });
  }
}
