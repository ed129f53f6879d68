/** Layouts, parameter counts and forward passes of the CBR family against Keras in float64 (`keras-zoo.json`). */
import { describe, expect, test } from 'vitest';
import { parameterSpecs } from '../../main/engine/graph/definition.ts';
import { describeModels, MODELS } from '../../main/engine/models/catalogue.ts';
import { cbrGraph } from '../../main/engine/models/cbr.ts';
import { elementCount, type TensorRole } from '../../main/engine/tensors.ts';
import { inputImages, statistics, tensorValues, type Formula, type Statistics } from './support/deterministic.ts';
import { forwardPass } from './support/forward.ts';
import { notInThisSet, readReference } from './support/reference-set.ts';

interface ForwardOutput {
  shape: [number, number];
  first32: number[][];
  mean: number;
  std: number;
  l2: number;
  per_row: { mean: number; std: number; l2: number }[];
}

interface Forward {
  float64: ForwardOutput;
  max_abs: number;
  probes: [string, Statistics][];
  pooled_first32_float64: number[][];
}

interface ZooModel {
  input_shape: number[];
  seed: number;
  input_check: Statistics & { first: number[] };
  weights: [name: string, role: TensorRole, shape: number[], ...rest: string[]][];
  params: { total: number; trainable: number; non_trainable: number };
  weight_check: [number, Statistics, number[]?][];
  forward: Partial<Record<Formula, Forward>>;
  architecture?: { kernel: number; widths: number[]; pool_after_last_conv: boolean };
  layer_names: string[];
}

interface Zoo {
  models: Record<string, ZooModel>;
  table1?: { models: Record<string, { computed: number; paper: number | null }> };
}

const zoo = readReference<Zoo>('keras-zoo.json');
const cbr = Object.entries(zoo?.models ?? {}).filter(([, model]) => model.architecture);

if (cbr.length === 0) test(notInThisSet('CBR models of keras-zoo.json'), () => undefined);
describe.each(cbr)('%s', (name, model) => {
  const {
    kernel,
    widths,
    pool_after_last_conv: poolAfterLast,
  } = model.architecture as NonNullable<ZooModel['architecture']>;
  const [batch] = model.input_shape as [number];
  const outputs = Object.values(model.forward)[0]?.float64.shape[1] ?? 0;
  const graph = cbrGraph({ kernelSize: kernel, widths, poolAfterLast, outputs });
  const specs = parameterSpecs(graph);
  const images = inputImages(model.input_shape, model.seed);

  test('layers, tensors and parameter counts', () => {
    expect(['input_layer', ...graph.layers.map((layer) => layer.name)]).toEqual(model.layer_names);
    expect(specs.map((spec) => [spec.name, spec.role, spec.shape])).toEqual(
      model.weights.map(([tensor, role, shape]) => [tensor, role, shape]),
    );
    const count = (trainable: boolean) =>
      specs.filter((spec) => spec.trainable === trainable).reduce((sum, { shape }) => sum + elementCount(shape), 0);
    expect({ trainable: count(true), non_trainable: count(false), total: count(true) + count(false) }).toEqual({
      ...model.params,
    });
  });

  test('the deterministic input and weights are the set’s', () => {
    expectStatistics(images, model.input_check);
    for (const [t, check] of model.weight_check) {
      const spec = specs[t] as (typeof specs)[number];
      expectStatistics(tensorValues('hash', { ...spec, t, seed: model.seed }), check);
    }
  });

  test.each(Object.keys(model.forward) as Formula[])('forward pass, formula %s', (formula) => {
    const expected = model.forward[formula] as Forward;
    const { probabilities, layers: seen } = forwardPass({
      graph,
      values: specs.map((spec, t) => tensorValues(formula, { ...spec, t, seed: model.seed })),
      images,
      inputShape: model.input_shape,
      outputs,
    });

    // A first deviation shows in the probes. ReLU and max pooling are computed in the other order (graph/reorder.ts), so of
    // the two only the one that comes last has Keras's value under its own name.
    for (const [layer, want] of expected.probes) {
      const got = probe(layer, seen);
      if (!got) continue;
      if (want.shape) expect(got.length).toBe(elementCount(want.shape));
      const { mean, std, l2 } = statistics(got);
      for (const [value, target] of [
        [mean, want.mean],
        [std, want.std],
        [l2, want.l2],
      ] as const) {
        expect(Math.abs(value - target), `${layer} of ${name}`).toBeLessThanOrEqual(
          1e-5 * Math.max(1, Math.abs(target)),
        );
      }
    }
    const tolerance = 1e-5 * Math.max(1, expected.max_abs);
    expectWithin(probabilities, expected.float64.first32.flat(), tolerance);
    const pooled = seen.get('gap') as Float32Array;
    const depth = pooled.length / batch;
    expected.pooled_first32_float64.forEach((row, image) => {
      const largest = Math.max(1, ...pooled.map(Math.abs));
      expectWithin(pooled.subarray(image * depth, image * depth + row.length), row, 1e-5 * largest);
    });
    const { mean, std, l2 } = statistics(probabilities);
    expectRelative([mean, std, l2], [expected.float64.mean, expected.float64.std, expected.float64.l2], 1e-5);
    expected.float64.per_row.forEach((row, image) => {
      const got = statistics(probabilities.subarray(image * outputs, (image + 1) * outputs));
      expectRelative([got.mean, got.std, got.l2], [row.mean, row.std, row.l2], 1e-5);
    });
  });
});

/** A pooled block ends in its ReLU here: that is Keras's `pool`. A ReLU before a pool is never computed. */
function probe(layer: string, seen: Map<string, Float32Array>): Float32Array | undefined {
  const pooled = /^(pool|relu)(\d+)$/.exec(layer);
  if (!pooled) return seen.get(layer);
  const [, kind, block] = pooled;
  if (kind === 'pool') return seen.get(`relu${block}`);
  return seen.has(`pool${block}`) ? undefined : seen.get(layer);
}

const TABLE_1_IDS: Record<string, string> = {
  'CBR-LargeT': 'cbr-larget',
  'CBR-LargeW': 'cbr-largew',
  'CBR-Small': 'cbr-small',
  'CBR-Tiny': 'cbr-tiny',
};

if (zoo?.table1) {
  test.each(Object.entries(zoo.table1.models))('Table 1, %s', (name, { paper }) => {
    const info = describeModels({ outputs: 5, size: 224, batch: 8 }).find(({ id }) => id === TABLE_1_IDS[name]);
    expect(info?.paperParameters).toBe(paper);
    const definition = MODELS[info?.id ?? 'cbr-tiny'];
    const { kernel, widths, pool_after_last_conv: poolAfterLast } = zoo.models[name]?.architecture ?? {};
    expect(definition.graph(5)).toEqual(
      cbrGraph({ kernelSize: kernel ?? 0, widths: widths ?? [], poolAfterLast: poolAfterLast ?? false, outputs: 5 }),
    );
    const kernels = parameterSpecs(definition.graph(5)).filter(
      ({ layerKind, role }) => layerKind === 'conv' && role === 'kernel',
    );
    const counted = kernels.slice(1).reduce((sum, { shape }) => sum + elementCount(shape), 0);
    expect(counted + 5 * (widths?.at(-1) ?? 0)).toBe(paper);
  });
} else {
  test(notInThisSet('Table 1 of keras-zoo.json'), () => undefined);
}

function expectStatistics(values: Float32Array, want: Statistics): void {
  const got = statistics(values);
  expectRelative([got.std, got.l2], [want.std, want.l2], 1e-9);
  expect(Math.abs(got.mean - want.mean)).toBeLessThanOrEqual(1e-9);
  if (want.first) expect([...values.subarray(0, want.first.length)]).toEqual(want.first);
}

function expectWithin(got: ArrayLike<number>, want: readonly number[], tolerance: number): void {
  expect(got.length).toBeGreaterThanOrEqual(want.length);
  const worst = want.reduce((most, value, i) => Math.max(most, Math.abs((got[i] as number) - value)), 0);
  expect(worst).toBeLessThanOrEqual(tolerance);
}

function expectRelative(got: readonly number[], want: readonly number[], tolerance: number): void {
  want.forEach((value, i) => {
    expect(Math.abs((got[i] as number) - value)).toBeLessThanOrEqual(tolerance * Math.abs(value));
  });
}
