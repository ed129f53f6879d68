/** Times training steps on random images that stay in memory: the work of `test/peers/train_step.py`, by this engine. */
import os from 'node:os';
import type { ModelId } from '../../../shared/models.ts';
import { RandomStream } from '../../../shared/random.ts';
import { IMAGE_CHANNELS } from '../graph/definition.ts';
import { initialise } from '../inits/initialise.ts';
import { describeModel } from '../models/catalogue.ts';
import { loadTensorFlow } from '../tf.ts';
import { createTrainer } from './trainer.ts';

const OUTPUTS = 5;
const LEARNING_RATE = 1e-3;

export interface TrainingBenchmark {
  tensorflow: string;
  threads: number;
  /** Trainable ones, as PyTorch counts. */
  parameters: number;
  /** Milliseconds of each timed step. */
  stepMs: number[];
  /** Live tensors and resident bytes after the untimed first step and after the last one. */
  tensors: [number, number];
  residentBytes: [number, number];
}

/** One untimed step (it builds the kernels), then `steps` timed ones: forward, BCE on five sigmoids, backward, Adam. */
export function benchmarkTraining({
  model,
  size,
  batch,
  steps,
  signal,
}: {
  model: ModelId;
  size: number;
  batch: number;
  steps: number;
  /** Ends the benchmark early, after the step in progress. */
  signal?: AbortSignal;
}): TrainingBenchmark {
  const tf = loadTensorFlow();
  const { tensors } = initialise({ model, outputs: OUTPUTS, init: { kind: 'random' }, seed: 0, pretrained: null });
  const optimizer = { kind: 'adam', learningRate: LEARNING_RATE, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } as const;
  const trainer = createTrainer({ model, outputs: OUTPUTS, head: 'sigmoid', optimizer, size, tensors });
  const stream = new RandomStream('bench', model, size, batch);
  const images = Float32Array.from({ length: batch * size * size * IMAGE_CHANNELS }, () => stream.normal());
  const labels = Float32Array.from({ length: batch * OUTPUTS }, () => (stream.uniform() < 0.5 ? 0 : 1));
  const state = () => [trainer.tensorCount(), process.memoryUsage.rss()] as const;
  try {
    trainer.trainStep(images, labels, LEARNING_RATE);
    const [tensorsBefore, residentBefore] = state();
    const stepMs: number[] = [];
    while (stepMs.length < steps && signal?.aborted !== true) {
      const start = performance.now();
      trainer.trainStep(images, labels, LEARNING_RATE);
      stepMs.push(performance.now() - start);
    }
    const [tensorsAfter, residentAfter] = state();
    return {
      tensorflow: tf.version,
      threads: Number(process.env.TF_NUM_INTRAOP_THREADS ?? 0) || os.availableParallelism(),
      parameters: describeModel(model, { outputs: OUTPUTS, size, batch }).trainableParameters,
      stepMs,
      tensors: [tensorsBefore, tensorsAfter],
      residentBytes: [residentBefore, residentAfter],
    };
  } finally {
    trainer.dispose();
  }
}
