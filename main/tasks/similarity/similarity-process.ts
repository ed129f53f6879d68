import fs from 'node:fs';
import { AppError } from '../../../shared/system/errors.ts';
import { manifestSchema, type Manifest } from '../../../shared/dataset/dataset.ts';
import { serveTask } from '../serve-task.ts';
import { compareNetworks } from './similarity-comparison.ts';
import { openTestImages } from './similarity-images.ts';
import { similarityWorkSchema } from './similarity.ts';

await serveTask(similarityWorkSchema, async function* (work) {
  const images = await openTestImages(work, readManifest(work.manifestFile, work.contentHash));
  try {
    yield* compareNetworks(work, images);
  } finally {
    images.close();
  }
});

function readManifest(file: string, contentHash: string): Manifest {
  const manifest = manifestSchema.parse(JSON.parse(fs.readFileSync(file, 'utf8')));
  if (manifest.contentHash === contentHash) return manifest;
  throw new AppError('conflict', 'Expected the dataset that the runs were trained on, found another in its place.', {
    action: 'Import the folder again and run a new study.',
  });
}
