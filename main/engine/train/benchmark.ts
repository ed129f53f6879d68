/** Times training steps on random images that stay in memory: the work of `test/peers/train_step.py`, by this engine. */
import os from 'node:os';
import type { ModelId } from '../../../shared/study/models.ts';
import { RandomStream } from '../../../shared/system/random.ts';
import { cpuSecondsSince } from '../../platform/machine.ts';
import { IMAGE_CHANNELS } from '../graph/definition.ts';
import { initialise } from '../inits/initialise.ts';
import { describeModel } from '../models/catalogue.ts';
import { loadTensorFlow } from '../tf.ts';
import { createTrainer, type Trainer } from './trainer.ts';

const OUTPUTS = 5;
const LEARNING_RATE = 1e-3;

export interface TrainingBenchmark {
  tensorflow: string;
  /** Which ops ran: TensorFlow's, or the native ones and for which instruction set. */
  kernels: string;
  threads: number;
  /** Trainable ones, as PyTorch counts. */
  parameters: number;
  /** Milliseconds of each timed step, and its CPU milliseconds over all threads. */
  stepMs: number[];
  stepCpuMs: number[];
  /** Highest resident bytes of the process so far. */
  peakBytes: number;
  /** Live tensors and resident bytes after the untimed first step and after the last one. */
  tensors: [number, number];
  residentBytes: [number, number];
}

export interface Workload {
  model: ModelId;
  /** Image side in pixels. */
  size: number;
  batch: number;
  steps: number;
  /** Ends the benchmark early, after the step in progress. */
  signal?: AbortSignal;
}

/** One untimed step (it builds the kernels), then `steps` timed ones: forward, BCE on five sigmoids, backward, Adam. */
export function benchmarkTraining({ model, size, batch, steps, signal }: Workload): TrainingBenchmark {
  const { trainer, step } = createWork({ model, size, batch });
  const state = () => [trainer.tensorCount(), process.memoryUsage.rss()] as const;
  try {
    step();
    const [tensorsBefore, residentBefore] = state();
    const stepMs: number[] = [];
    const stepCpuMs: number[] = [];
    while (stepMs.length < steps && signal?.aborted !== true) {
      const cpu = process.cpuUsage();
      const start = performance.now();
      step();
      stepMs.push(performance.now() - start);
      stepCpuMs.push(1000 * cpuSecondsSince(cpu));
    }
    const [tensorsAfter, residentAfter] = state();
    return {
      tensorflow: loadTensorFlow().version,
      kernels: loadTensorFlow().kernelPath,
      threads: Number(process.env.TF_NUM_INTRAOP_THREADS ?? 0) || os.availableParallelism(),
      parameters: describeModel(model, { outputs: OUTPUTS, size, batch }).trainableParameters,
      stepMs,
      stepCpuMs,
      peakBytes: process.resourceUsage().maxRSS * 1024,
      tensors: [tensorsBefore, tensorsAfter],
      residentBytes: [residentBefore, residentAfter],
    };
  } finally {
    trainer.dispose();
  }
}

export interface SoakSample {
  /** Steps done. */
  step: number;
  tensors: number;
  residentBytes: number;
}

/** Steps that let caches, pools and the JavaScript heap reach their size before growth counts. */
export const SOAK_WARM_UP = 200;

/** Short steps on end: what is alive and resident after the warm-up and after each further share of `steps`. */
export function soakTraining({ model, size, batch, steps, signal }: Workload): SoakSample[] {
  const { trainer, step } = createWork({ model, size, batch });
  try {
    return watchGrowth(trainer, step, steps, signal);
  } finally {
    trainer.dispose();
  }
}

/** {@link soakTraining} of any trainer. */
export function watchGrowth(
  trainer: Pick<Trainer, 'tensorCount'>,
  step: () => unknown,
  steps: number,
  signal?: AbortSignal,
): SoakSample[] {
  const SHARES = 10;
  const due = new Set(Array.from({ length: SHARES }, (_, share) => Math.round((steps * (share + 1)) / SHARES)));
  due.add(Math.min(SOAK_WARM_UP, steps));
  const samples: SoakSample[] = [];
  for (let done = 1; done <= steps && signal?.aborted !== true; done++) {
    step();
    if (!due.has(done)) continue;
    samples.push({ step: done, tensors: trainer.tensorCount(), residentBytes: process.memoryUsage.rss() });
  }
  return samples;
}

/** A model with random weights, and a step on random images and labels that stay the same. */
function createWork({ model, size, batch }: Pick<Workload, 'model' | 'size' | 'batch'>) {
  const { tensors } = initialise({ model, outputs: OUTPUTS, init: { kind: 'random' }, seed: 0, pretrained: null });
  const optimizer = { kind: 'adam', learningRate: LEARNING_RATE, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } as const;
  const trainer = createTrainer({ model, outputs: OUTPUTS, head: 'sigmoid', optimizer, size, tensors });
  const stream = new RandomStream('bench', model, size, batch);
  const images = Float32Array.from({ length: batch * size * size * IMAGE_CHANNELS }, () => stream.normal());
  const labels = Float32Array.from({ length: batch * OUTPUTS }, () => (stream.uniform() < 0.5 ? 0 : 1));
  return { trainer, step: () => trainer.trainStep(images, labels, LEARNING_RATE) };
}
