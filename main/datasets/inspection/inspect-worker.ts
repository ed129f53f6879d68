/** A thread that inspects images, one after the other; ends when it gets null. */
import { parentPort } from 'node:worker_threads';
import { inspectIfChanged, type ImageFile, type Inspection } from './inspect-changed.ts';

const port = parentPort;
if (port === null) throw new Error('inspect-worker.ts is a worker thread, not a program.');

port.on('message', (files: readonly ImageFile[] | null) => {
  if (files === null) port.close();
  else void inspectAll(files).then((inspections) => port.postMessage(inspections));
});

async function inspectAll(files: readonly ImageFile[]): Promise<Inspection[]> {
  const inspections: Inspection[] = [];
  for (const file of files) inspections.push(await inspectIfChanged(file));
  return inspections;
}
