/**
 * Where a training step's time goes, by TensorFlow op: `node scripts/bench/profile.ts [model] [size] [batch] [steps]`. For
 * each op the fastest of the steps counts. CPU time is that of all threads: on a busy machine it is the comparable one.
 */
import { z } from 'zod';
import { Tf } from '../../main/engine/tf.ts';
import { createTrainer } from '../../main/engine/train/trainer.ts';
import { initialise } from '../../main/engine/inits/initialise.ts';
import { modelIdSchema } from '../../shared/models.ts';
import { RandomStream } from '../../shared/random.ts';

interface Cost {
  wallMs: number;
  cpuMs: number;
}

const [modelText = 'cbr-small', ...numbers] = process.argv.slice(2);
const model = modelIdSchema.parse(modelText);
const [size = 224, batch = 8, steps = 5] = numbers.map((text) => z.coerce.number().int().positive().parse(text));
const OUTPUTS = 5;

let costs = new Map<string, Cost>();

function add(op: string, wallMs: number, cpuMs: number): void {
  const before = costs.get(op) ?? { wallMs: 0, cpuMs: 0 };
  costs.set(op, { wallMs: before.wallMs + wallMs, cpuMs: before.cpuMs + cpuMs });
}

function timed<T>(op: string, work: () => T): T {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const result = work();
  const wallMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  add(op, wallMs, (user + system) / 1000);
  return result;
}

/** Convolutions are told apart by their output, all other ops by name. */
function watchOps(): void {
  const original = Object.getOwnPropertyDescriptor(Tf.prototype, 'execute')?.value as Tf['execute'];
  Tf.prototype.execute = function (this: Tf, op, attributes, inputs, outputs) {
    const largest = inputs.reduce((most, { shape }) => (shape.length === 4 && shape[1] === shape[2] ? shape : most), [
      0,
    ] as readonly number[]);
    const name = /Conv2D/.test(op) ? `${op}, ${largest.slice(1).join(' x ')}` : op;
    return timed(name, () => original.call(this, op, attributes, inputs, outputs));
  };
}

watchOps();
const stream = new RandomStream('profile');
const { tensors } = initialise({ model, outputs: OUTPUTS, init: { kind: 'random' }, seed: 0, pretrained: null });
const optimizer = { kind: 'adam', learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } as const;
const trainer = createTrainer({ model, outputs: OUTPUTS, head: 'sigmoid', optimizer, size, tensors });
const images = Float32Array.from({ length: batch * size * size * 3 }, () => stream.normal());
const labels = Float32Array.from({ length: batch * OUTPUTS }, () => stream.integer(2));

trainer.trainStep(images, labels, 1e-3);
const best = new Map<string, Cost>();
for (let step = 0; step < steps; step++) {
  costs = new Map();
  timed('whole step', () => trainer.trainStep(images, labels, 1e-3));
  for (const [op, { wallMs, cpuMs }] of costs) {
    const before = best.get(op) ?? { wallMs: Infinity, cpuMs: Infinity };
    best.set(op, { wallMs: Math.min(before.wallMs, wallMs), cpuMs: Math.min(before.cpuMs, cpuMs) });
  }
}
const rows = [...best].toSorted(([, a], [, b]) => b.cpuMs - a.cpuMs);
console.log(`| ${model}, ${size} px, batch ${batch} | wall ms | CPU ms |\n| --- | ---: | ---: |`);
for (const [op, { wallMs, cpuMs }] of rows) console.log(`| ${op} | ${wallMs.toFixed(1)} | ${cpuMs.toFixed(1)} |`);
