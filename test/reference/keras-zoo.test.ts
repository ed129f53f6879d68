/** Layouts, parameter counts and forward passes of the models against Keras in float64 (`keras-zoo.json`). */
import { describe, expect, test } from 'vitest';
import { parameterSpecs, type Graph, type Layer } from '../../main/engine/graph/definition.ts';
import { describeModels, MODELS } from '../../main/engine/models/catalogue.ts';
import { cbrGraph } from '../../main/engine/models/cbr.ts';
import { headProbabilities } from '../../main/engine/train/loss.ts';
import { elementCount, type TensorRole } from '../../main/engine/tensors.ts';
import type { ModelId } from '../../shared/study/models.ts';
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
  /** CBR models only: their output is the five probabilities. */
  pooled_first32_float64?: number[][];
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
const models = Object.entries(zoo?.models ?? {});

/** Keras applications without their top: the output is the pooled features. */
const APPLICATIONS: Record<string, ModelId> = { ResNet50: 'resnet50', InceptionV3: 'inception-v3' };

function graphOf(name: string, { architecture, forward }: ZooModel): Graph {
  const outputs = Object.values(forward)[0]?.float64.shape[1] ?? 0;
  if (!architecture) return { layers: MODELS[APPLICATIONS[name] as ModelId].graph(1).layers.slice(0, -1) };
  const { kernel, widths, pool_after_last_conv: poolAfterLast } = architecture;
  return cbrGraph({ kernelSize: kernel, widths, poolAfterLast, outputs });
}

if (models.length === 0) test(notInThisSet('models of keras-zoo.json'), () => undefined);
describe.each(models)('%s', (name, model) => {
  const [batch] = model.input_shape as [number];
  const graph = graphOf(name, model);
  const specs = parameterSpecs(graph);
  const images = inputImages(model.input_shape, model.seed);

  test('layers, tensors and parameter counts', () => {
    // Padding is a layer in Keras, and part of the layer that needs it here.
    const names = model.layer_names.filter((layer) => !layer.endsWith('_pad'));
    expect(['input_layer', ...graph.layers.map((layer) => layer.name)]).toEqual(names);
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
    const [pool, top] = graph.layers.slice(-2) as [Layer, Layer];
    const { output, layers: seen } = forwardPass({
      graph,
      values: specs.map((spec, t) => tensorValues(formula, { ...spec, t, seed: model.seed })),
      images,
      inputShape: model.input_shape,
    });
    const features = top.kind === 'dense' ? headProbabilities('sigmoid', output, top.units) : output;

    // A first deviation shows in the probes.
    const probes = expected.probes.flatMap(([layer, want]) => {
      const got = valueOf(layer, graph, seen);
      return got ? [{ layer, want, got }] : [];
    });
    expect(probes.length).toBeGreaterThan(0);
    for (const { layer, want, got } of probes) {
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
    const depth = features.length / batch;
    expected.float64.first32.forEach((row, image) => {
      expectWithin(features.subarray(image * depth, (image + 1) * depth), row, 1e-5 * Math.max(1, expected.max_abs));
    });
    const pooled = seen.get(pool.name) as Float32Array;
    const pooledDepth = pooled.length / batch;
    expected.pooled_first32_float64?.forEach((row, image) => {
      const largest = Math.max(1, ...pooled.map(Math.abs));
      expectWithin(pooled.subarray(image * pooledDepth, (image + 1) * pooledDepth), row, 1e-5 * largest);
    });
    const { mean, std, l2 } = statistics(features);
    expectRelative([mean, std, l2], [expected.float64.mean, expected.float64.std, expected.float64.l2], 1e-5);
    expected.float64.per_row.forEach((row, image) => {
      const got = statistics(features.subarray(image * depth, (image + 1) * depth));
      expectRelative([got.mean, got.std, got.l2], [row.mean, row.std, row.l2], 1e-5);
    });
  });
});

/**
 * The value of a Keras layer, undefined where it is never computed. Rewrites (graph/reorder.ts) let a ReLU follow the max pooling
 * that reads it, and then have the pooling's value; or make one layer of several, with the last one's name.
 */
function valueOf(layer: string, { layers }: Graph, seen: Map<string, Float32Array>): Float32Array | undefined {
  const order = [...seen.keys()];
  const isBefore = (a: string, b: string) => order.includes(a) && order.indexOf(a) < order.indexOf(b);
  const own = layers.find(({ name }) => name === layer) as Layer;
  const source = own.inputs[0] as string;
  if (own.kind === 'max-pool' && isBefore(layer, source)) return seen.get(source);
  const reader = layers.find(({ kind, inputs }) => kind === 'max-pool' && inputs[0] === layer);
  return own.kind === 'relu' && reader && isBefore(reader.name, layer) ? undefined : seen.get(layer);
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
