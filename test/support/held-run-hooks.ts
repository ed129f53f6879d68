/** Loaded by Node itself before a program whose runs are to be held: gives its training threads the trainer that waits. */
import fs from 'node:fs';
import { registerHooks } from 'node:module';
import { isMainThread } from 'node:worker_threads';

const ENGINE = new URL('../../main/engine/train/trainer.ts', import.meta.url);
const WORKER = new URL('../../main/runs/training/training-worker.ts', import.meta.url);
const HELD = new URL('./held-trainer.ts', import.meta.url);

for (const file of [ENGINE, WORKER]) {
  if (!fs.existsSync(file)) throw new Error(`Expected ${file.href}, where runs are held; found none.`);
}
if (!isMainThread) {
  registerHooks({
    resolve(specifier, context, next) {
      const found = next(specifier, context);
      return found.url === ENGINE.href && context.parentURL === WORKER.href ? { ...found, url: HELD.href } : found;
    },
  });
}
