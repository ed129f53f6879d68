/** The native ops through TensorFlow: against direct sums in double precision, on hard values, and what they answer to bad calls. */
import { describe, expect, test } from 'vitest';
import { loadNativeKernels } from '../../../../main/engine/native-kernels.ts';
import { float, int, text } from '../../../../main/engine/ops/attributes.ts';
import { bindingFolder, loadBinding, Tf, type DeviceTensor } from '../../../../main/engine/tf.ts';
import { RandomStream } from '../../../../shared/system/random.ts';
import { directConvolution, type ConvolutionShape } from './direct-convolution.ts';

const binding = loadBinding();
const state = loadNativeKernels(bindingFolder());
const tf = new Tf(binding, { path: 'fft', kernels: state.kernels });
const supported = state.kernels?.supportedSets.split(' ') ?? [];
const ALL_SETS = process.arch === 'x64' ? ['plain', 'avx2', 'avx512'] : ['plain'];
const notRun = ALL_SETS.filter((set) => !supported.includes(set));
const why = state.kernels === null ? state.reason : 'this processor lacks it';
if (notRun.length > 0) console.info(`not run here: ${notRun.join(', ')} (${why})`);

test('the kernels are there wherever the set-up can build them', () => {
  if (process.platform === 'linux' && tf.device === 'cpu') expect(state.kernels).not.toBeNull();
});

const SHAPES: ConvolutionShape[] = [
  { batch: 1, height: 1, width: 1, inputs: 1, outputs: 1, side: 5 },
  { batch: 2, height: 13, width: 9, inputs: 3, outputs: 5, side: 7 },
  { batch: 1, height: 17, width: 31, inputs: 16, outputs: 24, side: 7 },
  { batch: 2, height: 28, width: 23, inputs: 4, outputs: 33, side: 5 },
  { batch: 1, height: 23, width: 26, inputs: 17, outputs: 8, side: 9 },
  { batch: 2, height: 14, width: 14, inputs: 8, outputs: 16, side: 3 },
  { batch: 1, height: 21, width: 28, inputs: 10, outputs: 7, side: 11 },
];

const random = (name: string, count: number, size = 1): Float32Array => {
  const stream = new RandomStream('native ops', name, count);
  return Float32Array.from({ length: count }, () => size * stream.normal());
};

function pass(op: string, inputs: readonly DeviceTensor[], outputs: number, set: string): Float32Array[] {
  const results = tf.execute(op, [text('instruction_set', set)], inputs, outputs);
  const values = results.map((result) => tf.download(result));
  tf.release(...results);
  return values;
}

/** The passes of one convolution: y, dx, dkernel, and both gradients of the op that gives both. */
function convolve(
  shape: ConvolutionShape,
  set: string,
  values: { x: Float32Array; kernel: Float32Array; dy: Float32Array },
) {
  const { batch, height, width, inputs, outputs, side } = shape;
  const x = tf.upload([batch, height, width, inputs], values.x);
  const kernel = tf.upload([side, side, inputs, outputs], values.kernel);
  const dy = tf.upload([batch, height, width, outputs], values.dy);
  const [y] = pass('TransfusionConv2D', [x, kernel], 1, set);
  const [dx] = pass('TransfusionConv2DInputGradient', [kernel, dy], 1, set);
  const [dkernel] = pass('TransfusionConv2DKernelGradient', [x, kernel, dy], 1, set);
  const [dx2, dkernel2] = pass('TransfusionConv2DGradients', [x, kernel, dy], 2, set);
  tf.release(x, kernel, dy);
  return { y, dx, dkernel, dx2, dkernel2 } as Record<'y' | 'dx' | 'dkernel' | 'dx2' | 'dkernel2', Float32Array>;
}

function someValues({ batch, height, width, inputs, outputs, side }: ConvolutionShape, size = 1) {
  const pixels = batch * height * width;
  return {
    x: random('x', pixels * inputs, size),
    kernel: random('kernel', side * side * inputs * outputs),
    dy: random('dy', pixels * outputs),
  };
}

/** Largest difference as a part of the largest value. */
function errorOf(got: Float32Array, expected: Float64Array): number {
  let [error, largest] = [0, Number.MIN_VALUE];
  got.forEach((value, index) => {
    const wanted = expected[index] as number;
    error = Math.max(error, Number.isFinite(value) ? Math.abs(value - wanted) : Infinity);
    largest = Math.max(largest, Math.abs(wanted));
  });
  return error / largest;
}

describe.each(supported)('%s', (set) => {
  test.each(SHAPES)('$batch x $height x $width, $inputs to $outputs channels, kernel $side', (shape) => {
    const values = someValues(shape);
    const direct = directConvolution(shape, values);
    const got = convolve(shape, set, values);
    expect(errorOf(got.y, direct.y)).toBeLessThan(2e-6);
    expect(errorOf(got.dx, direct.dx)).toBeLessThan(2e-6);
    expect(errorOf(got.dx2, direct.dx)).toBeLessThan(2e-6);
    expect(errorOf(got.dkernel, direct.dkernel)).toBeLessThan(2e-6);
    expect(errorOf(got.dkernel2, direct.dkernel)).toBeLessThan(2e-6);
  });

  test.each([1e-30, 1e30])('values around %d', (size) => {
    const shape = { batch: 1, height: 20, width: 15, inputs: 6, outputs: 9, side: 7 };
    const values = someValues(shape, size);
    const direct = directConvolution(shape, values);
    const got = convolve(shape, set, values);
    expect(errorOf(got.y, direct.y)).toBeLessThan(2e-6);
    expect(errorOf(got.dkernel, direct.dkernel)).toBeLessThan(2e-6);
  });

  test.each([NaN, Infinity, -Infinity])('%d in one image stays in it', (bad) => {
    const shape = { batch: 3, height: 18, width: 18, inputs: 3, outputs: 8, side: 5 };
    const clean = someValues(shape);
    const expected = convolve(shape, set, clean);
    const dirty = { ...clean, x: clean.x.slice(), dy: clean.dy.slice() };
    dirty.x[18 * 18 * 3 + 7] = bad;
    dirty.dy[18 * 18 * 8 + 7] = bad;
    const got = convolve(shape, set, dirty);
    for (const image of [0, 2]) {
      const part = (values: Float32Array, channels: number) =>
        values.subarray(image * 18 * 18 * channels, (image + 1) * 18 * 18 * channels);
      expect(part(got.y, 8)).toEqual(part(expected.y, 8));
      expect(part(got.dx, 3)).toEqual(part(expected.dx, 3));
      expect(part(got.dx2, 3)).toEqual(part(expected.dx2, 3));
    }
    expect(got.y.some((value) => !Number.isFinite(value))).toBe(true);
  });

  test('a large constant beside small values loses what float32 loses, no more', () => {
    const shape = { batch: 1, height: 24, width: 24, inputs: 4, outputs: 4, side: 7 };
    const values = someValues(shape);
    values.x.forEach((value, index) => (values.x[index] = 1000 + value));
    expect(errorOf(convolve(shape, set, values).y, directConvolution(shape, values).y)).toBeLessThan(2e-6);
  });

  test('the same bits every time', () => {
    const shape = { batch: 2, height: 60, width: 60, inputs: 24, outputs: 40, side: 7 };
    const values = someValues(shape);
    const first = convolve(shape, set, values);
    for (let i = 0; i < 3; i++) expect(convolve(shape, set, values)).toEqual(first);
  });
});

describe.runIf(state.kernels !== null)('bad calls', () => {
  const image = tf.upload([2, 8, 8, 3], new Float32Array(384));
  const kernel = tf.upload([5, 5, 3, 4], new Float32Array(300));
  const even = tf.upload([4, 4, 3, 4], new Float32Array(192));
  const flat = tf.upload([3], new Float32Array(3));
  const gradient = tf.upload([2, 8, 8, 4], new Float32Array(512));
  const smaller = tf.upload([2, 7, 8, 4], new Float32Array(448));
  const epsilon = float('epsilon', 1e-3);

  test.each<[string, () => unknown, RegExp]>([
    [
      'rank of the image',
      () => tf.run('TransfusionConv2D', [], [flat, kernel]),
      /TransfusionConv2D: expected x of shape \[batch.*got \[3\]/,
    ],
    [
      'even kernel',
      () => tf.run('TransfusionConv2D', [], [image, even]),
      /TransfusionConv2D: expected a kernel.*got \[4, 4, 3, 4\]/,
    ],
    [
      'channels',
      () => tf.run('TransfusionConv2D', [], [gradient, kernel]),
      /TransfusionConv2D: expected 3 channels in x.*got \[2, 8, 8, 4\]/,
    ],
    [
      'channels of dy',
      () => tf.run('TransfusionConv2DInputGradient', [], [kernel, image]),
      /TransfusionConv2DInputGradient: expected 4 channels in dy/,
    ],
    [
      'sides of dy',
      () => tf.run('TransfusionConv2DKernelGradient', [], [image, kernel, smaller]),
      /KernelGradient: expected dy of the same batch, height and width as x, \[2, 8, 8, 3\], got \[2, 7, 8, 4\]/,
    ],
    [
      'sides of dy, both',
      () => tf.execute('TransfusionConv2DGradients', [], [image, kernel, smaller], 2),
      /TransfusionConv2DGradients: expected dy/,
    ],
    [
      'instruction set',
      () => tf.run('TransfusionConv2D', [text('instruction_set', 'mmx')], [image, kernel]),
      /TransfusionConv2D: expected one of the instruction sets/,
    ],
    [
      'tile',
      () => tf.run('TransfusionConv2D', [int('tile', 17)], [image, kernel]),
      /TransfusionConv2D: there is no transform/,
    ],
    [
      'gamma',
      () => tf.execute('TransfusionNormReluPool', [epsilon], [gradient, flat, flat], 4),
      /TransfusionNormReluPool: expected gamma of shape \[4\], got \[3\]/,
    ],
    [
      'dout',
      () => tf.execute('TransfusionNormReluGradient', [epsilon], [smaller, image, image, flat, flat, flat, flat], 3),
      /TransfusionNormReluGradient: expected dout of shape \[2, 8, 8, 3\], got \[2, 7, 8, 4\]/,
    ],
  ])('%s', (_, call, message) => {
    const before = tf.liveTensors();
    expect(call).toThrow(message);
    expect(tf.liveTensors()).toBe(before);
  });

  test('a batch of no images', () => {
    const none = tf.upload([0, 8, 8, 3], new Float32Array(0));
    const noGradient = tf.upload([0, 8, 8, 4], new Float32Array(0));
    const output = tf.run('TransfusionConv2D', [], [none, kernel]);
    expect(output.shape).toEqual([0, 8, 8, 4]);
    const dkernel = tf.run('TransfusionConv2DKernelGradient', [], [none, kernel, noGradient]);
    expect(tf.download(dkernel).every((value) => value === 0)).toBe(true);
    tf.release(none, noGradient, output, dkernel);
  });
});
