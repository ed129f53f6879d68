/** Takes the place of the engine's trainer in a training thread: each batch waits while the run is held at that point. */
import fs from 'node:fs';
import { workerData } from 'node:worker_threads';
import { createTrainer as createRealTrainer, type Trainer } from '../../main/engine/train/trainer.ts';
import { readRunConfig } from '../../main/runs/process/run-folder.ts';
import { StopSignal } from '../../main/runs/process/stop-signal.ts';
import type { TrainingSetup } from '../../main/runs/training/training-messages.ts';
import type { HoldPoint } from './held-runs.ts';

const { folder, stopMemory } = workerData as TrainingSetup;
const stop = new StopSignal(stopMemory);
const { armId } = readRunConfig(folder);
/** Nobody wakes it. */
const sleeper = new Int32Array(new SharedArrayBuffer(4));
let opened = 0;

export function createTrainer(options: Parameters<typeof createRealTrainer>[0]): Trainer {
  const trainer = createRealTrainer(options);
  // The second one of a thread scores the test images.
  const isFirst = opened++ === 0;
  const { frozen } = trainer;
  let extracted = 0;
  let scored = 0;
  for (const learner of frozen === null ? [trainer] : [trainer, frozen.onFeatures]) {
    const [trainStep, predict] = [learner.trainStep.bind(learner), learner.predict.bind(learner)];
    learner.trainStep = (...args) => {
      waitWhileHeld('training', trainer.updates);
      return trainStep(...args);
    };
    learner.predict = (...args) => {
      if (!isFirst) waitWhileHeld('testing', scored++);
      return predict(...args);
    };
  }
  if (frozen !== null) {
    const features = frozen.features.bind(frozen);
    frozen.features = (...args) => {
      waitWhileHeld('extracting', extracted++);
      return features(...args);
    };
  }
  return trainer;
}

function waitWhileHeld(during: HoldPoint['during'], done: number): void {
  for (;;) {
    const point = readPoint();
    if (point?.during !== during || point.done !== done || (point.armId ?? armId) !== armId) return;
    if (stop.requested !== null) return;
    Atomics.wait(sleeper, 0, 0, 10);
  }
}

/** Null once the run is let go. */
function readPoint(): HoldPoint | null {
  try {
    return JSON.parse(fs.readFileSync(process.env['TRANSFUSION_TEST_HOLD'] ?? '', 'utf8')) as HoldPoint;
  } catch {
    return null;
  }
}
