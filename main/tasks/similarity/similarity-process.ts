/** Compares networks in a process of its own: its memory comes back, and a crash is only an answer. */
import fs from 'node:fs';
import { AppError, toErrorShape } from '../../../shared/system/errors.ts';
import { manifestSchema, type Manifest } from '../../../shared/dataset/dataset.ts';
import { compareNetworks } from './similarity-comparison.ts';
import { openTestImages } from './similarity-images.ts';
import { similarityWorkSchema, type SimilarityMessage } from './similarity-messages.ts';
import { parentPortOf } from '../../runs/process/process-port.ts';

const port = parentPortOf(process);
const send = (message: SimilarityMessage): Promise<void> => port.send(message);
port.onGone(() => process.exit(1));

try {
  // By message and not by argument: arguments of a process can be read by every user of the machine.
  const work = similarityWorkSchema.parse(await new Promise((resolve) => port.onMessage(resolve)));
  const images = await openTestImages(work, readManifest(work.manifestFile, work.contentHash));
  try {
    for await (const message of compareNetworks(work, images)) await send(message);
  } finally {
    images.close();
  }
  await send({ type: 'done' });
} catch (error) {
  const { code, message, action } = toErrorShape(error);
  await send({ type: 'failed', code, message, action });
}
port.close();
process.exit(0);

function readManifest(file: string, contentHash: string): Manifest {
  const manifest = manifestSchema.parse(JSON.parse(fs.readFileSync(file, 'utf8')));
  if (manifest.contentHash === contentHash) return manifest;
  throw new AppError('conflict', 'Expected the dataset that the runs were trained on, found another in its place.', {
    action: 'Import the folder again and run a new study.',
  });
}
