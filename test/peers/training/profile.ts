/**
 * Where a training step's time goes, by kind of layer and by TensorFlow op:
 * `node test/peers/training/profile.ts [model] [size] [batch] [steps]`. For each kind and op the fastest of the steps counts. CPU time
 * is that of all threads: on a busy machine it is the comparable one.
 */
import { z } from 'zod';
import { Tf } from '../../../main/engine/tf.ts';
import { createTrainer } from '../../../main/engine/train/trainer.ts';
import { initialise } from '../../../main/engine/inits/initialise.ts';
import { modelIdSchema } from '../../../shared/study/models.ts';
import { RandomStream } from '../../../shared/system/random.ts';

interface Cost {
  calls: number;
  wallMs: number;
  cpuMs: number;
}

/** Which kind of work an op is; the first that matches. */
const KINDS: readonly (readonly [pattern: RegExp, kind: string])[] = [
  [/TransfusionConv2DGradients/, 'convolution, both gradients in one native op'],
  [/Conv2DBackpropFilter|Conv2DKernelGradient/, 'convolution, kernel gradient'],
  [/Conv2DBackpropInput/, 'convolution, input gradient'],
  [/Conv2D/, 'convolution, forward'],
  [/MatMul/, 'matrix products (1x1 kernel gradients, dense layer)'],
  [/BatchNormGrad|TransfusionNorm.*Gradient/, 'batch norm and what follows it, backward'],
  [/BatchNorm|TransfusionNorm/, 'batch norm and what follows it, forward'],
  [/Pool|^Mean$|^BroadcastTo$/, 'pooling'],
  [/^Relu/, 'ReLU (backward; forward where nothing fuses it)'],
  [/^AddN$|Concat|^Slice$|^PadV2$|StridedSlice/, 'branches: addition, concatenation, padding'],
  [/ResourceApplyAdam/, 'Adam'],
];
const kindOf = (op: string): string =>
  KINDS.find(([pattern]) => pattern.test(op))?.[1] ?? 'small ops: weights read, statistics, shapes';

const [modelText = 'cbr-small', ...numbers] = process.argv.slice(2);
const model = modelIdSchema.parse(modelText);
const [size = 224, batch = 8, steps = 5] = numbers.map((text) => z.coerce.number().int().positive().parse(text));
const OUTPUTS = 5;

/** Marks the names that are kinds and not ops. */
const KIND = 'kind: ';
const WHOLE = 'whole step';

let costs = new Map<string, Cost>();

function add(name: string, wallMs: number, cpuMs: number): void {
  const before = costs.get(name) ?? { calls: 0, wallMs: 0, cpuMs: 0 };
  costs.set(name, { calls: before.calls + 1, wallMs: before.wallMs + wallMs, cpuMs: before.cpuMs + cpuMs });
}

function timed<T>(names: readonly string[], work: () => T): T {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const result = work();
  const wallMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  for (const name of names) add(name, wallMs, (user + system) / 1000);
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
    return timed([name, KIND + kindOf(op)], () => original.call(this, op, attributes, inputs, outputs));
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
  timed([KIND + WHOLE], () => trainer.trainStep(images, labels, 1e-3));
  for (const [name, { calls, wallMs, cpuMs }] of costs) {
    const before = best.get(name) ?? { wallMs: Infinity, cpuMs: Infinity };
    best.set(name, { calls, wallMs: Math.min(before.wallMs, wallMs), cpuMs: Math.min(before.cpuMs, cpuMs) });
  }
}

function print(title: string, rows: readonly [string, Cost][]): void {
  console.log(`| ${title} | calls | wall ms | CPU ms |\n| --- | ---: | ---: | ---: |`);
  for (const [name, { calls, wallMs, cpuMs }] of rows.toSorted(([, a], [, b]) => b.cpuMs - a.cpuMs)) {
    console.log(`| ${name} | ${calls} | ${wallMs.toFixed(1)} | ${cpuMs.toFixed(1)} |`);
  }
  console.log();
}

const all = [...best];
const kinds = all.flatMap(([name, cost]): [string, Cost][] =>
  name.startsWith(KIND) ? [[name.slice(KIND.length), cost]] : [],
);
print(`${model}, ${size} px, batch ${batch}: kind of work`, kinds);
print(
  'op',
  all.filter(([name]) => !name.startsWith(KIND)),
);
