/**
 * Gradients of the native ops against finite differences of the ops themselves, along random directions: knows no formula, so that an
 * error that forward pass and direct sums share would be seen too.
 */
import { describe, expect, test } from 'vitest';
import { loadNativeKernels } from '../../../../main/engine/native-kernels.ts';
import { nativeConv2d, nativeConv2dGradients } from '../../../../main/engine/ops/native.ts';
import { normGradient, normTraining, type AfterNorm } from '../../../../main/engine/ops/native.ts';
import { bindingFolder, loadBinding, Tf, type DeviceTensor } from '../../../../main/engine/tf.ts';
import { RandomStream } from '../../../../shared/system/random.ts';

const binding = loadBinding();
const { kernels } = loadNativeKernels(bindingFolder());
const tf = new Tf(binding, { path: 'fft', kernels });

interface Input {
  shape: number[];
  values: Float32Array;
}

const random = (name: string, shape: number[], size = 1): Input => {
  const stream = new RandomStream('finite differences', name);
  const count = shape.reduce((product, side) => product * side, 1);
  return { shape, values: Float32Array.from({ length: count }, () => size * stream.normal()) };
};

const dot = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);

function uploaded<T>(inputs: readonly Input[], use: (tensors: DeviceTensor[]) => T): T {
  const tensors = inputs.map(({ shape, values }) => tf.upload(shape, values));
  const result = use(tensors);
  tf.release(...tensors);
  return result;
}

function taken(tensor: DeviceTensor): Float32Array {
  const values = tf.download(tensor);
  tf.release(tensor);
  return values;
}

/**
 * Expects the derivative of `weights` times the output along a random direction of each input to be what its gradient says. The step
 * is central: its error falls with its square, except at the kinks of ReLU and pooling, a few of which lie in any step.
 */
function expectGradients(params: {
  inputs: Input[];
  forward: (inputs: readonly Input[]) => Float32Array;
  gradients: (string | Float32Array)[][];
  weights: Float32Array;
  step: number;
  tolerance: number;
}): void {
  const { inputs, forward, gradients, weights, step, tolerance } = params;
  gradients.forEach(([name, gradient], index) => {
    const { shape, values } = inputs[index] as Input;
    const direction = random(`direction ${name as string}`, shape).values;
    const moved = (by: number) =>
      inputs.map((input, i) =>
        i === index ? { shape, values: values.map((v, at) => v + by * (direction[at] as number)) } : input,
      );
    const slope = (dot(forward(moved(step)), weights) - dot(forward(moved(-step)), weights)) / (2 * step);
    // A direction may lie across the gradient by chance: the error counts beside what the slope could be.
    const size = Math.sqrt(dot(gradient as Float32Array, gradient as Float32Array));
    expect(size, name as string).toBeGreaterThan(0);
    expect(Math.abs(dot(gradient as Float32Array, direction) - slope) / size, name as string).toBeLessThan(tolerance);
  });
}

describe.runIf(kernels !== null)('convolution', () => {
  test.each([
    [3, 4, 5],
    [5, 17, 20],
    [7, 3, 8],
    [11, 6, 5],
  ])('kernel %i, %i to %i channels', (side, inputChannels, outputChannels) => {
    const x = random('x', [2, 13, 11, inputChannels]);
    const kernel = random('kernel', [side, side, inputChannels, outputChannels]);
    const dy = random('dy', [2, 13, 11, outputChannels]);
    const forward = (inputs: readonly Input[]) =>
      uploaded(inputs, ([a, b]) => taken(nativeConv2d(tf, a as DeviceTensor, b as DeviceTensor)));
    const before = tf.liveTensors();
    for (const wantsInput of [true, false]) {
      const { dx, dkernel } = uploaded([x, kernel, dy], (tensors) => {
        const [a, b, c] = tensors as [DeviceTensor, DeviceTensor, DeviceTensor];
        const found = nativeConv2dGradients(tf, a, b, c, wantsInput);
        return { dx: found.dx && taken(found.dx), dkernel: taken(found.dkernel) };
      });
      // The op is linear in each: the step may be large, and nothing but rounding is left.
      const common = { forward, weights: dy.values, step: 1, tolerance: 1e-4 };
      if (dx)
        expectGradients({
          ...common,
          inputs: [x, kernel],
          gradients: [
            ['x', dx],
            ['kernel', dkernel],
          ],
        });
      else {
        const turned = (inputs: readonly Input[]) => forward([inputs[1] as Input, inputs[0] as Input]);
        expectGradients({ ...common, forward: turned, inputs: [kernel, x], gradients: [['kernel', dkernel]] });
      }
    }
    expect(tf.liveTensors()).toBe(before);
  });
});

describe.runIf(kernels !== null)('batch norm', () => {
  const AFTER: AfterNorm[] = ['nothing', 'relu', 'pool', 'add'];
  test.each(AFTER.flatMap((after) => [3, 8, 21].map((channels) => [after, channels] as const)))(
    'followed by %s, %i channels',
    (after, channels) => {
      const shape = [4, 17, 15, channels];
      const gamma = random('gamma', [channels]);
      // Neither sign is rare; one channel is near zero, where the normalised value is not to be had by division.
      gamma.values[0] = 1e-3;
      const inputs = [random('x', shape, 2), gamma, random('beta', [channels], 0.5)];
      if (after === 'add') inputs.push(random('residual', shape));
      const settings = { epsilon: 1e-3, after };
      const train = (tensors: DeviceTensor[]) =>
        normTraining(tf, tensors as [DeviceTensor, DeviceTensor, DeviceTensor, ...DeviceTensor[]], settings);
      const before = tf.liveTensors();
      const forward = (some: readonly Input[]) =>
        uploaded(some, (tensors) => {
          const { output, winners, mean, variance } = train(tensors);
          tf.release(mean, variance, ...(winners ? [winners] : []));
          return taken(output);
        });
      const weights = random('weights', [forward(inputs).length]).values;
      const gradients = uploaded(inputs, (tensors) => {
        const [x, scale, shift] = tensors as [DeviceTensor, DeviceTensor, DeviceTensor];
        const record = train(tensors);
        const dout = tf.upload(record.output.shape, weights);
        const found = normGradient(
          tf,
          dout,
          { ...record, output: after === 'nothing' ? null : record.output },
          [x, scale, shift],
          settings,
        );
        tf.release(dout, record.output, record.mean, record.variance, ...(record.winners ? [record.winners] : []));
        const { residual } = found;
        return [
          ['x', taken(found.x)],
          ['gamma', taken(found.gamma)],
          ['beta', taken(found.beta)],
          ...(residual ? [['residual', taken(residual)]] : []),
        ] as (string | Float32Array)[][];
      });
      expect(gradients.length).toBe(inputs.length);
      expectGradients({ inputs, forward, gradients, weights, step: 1e-4, tolerance: 0.02 });
      expect(tf.liveTensors()).toBe(before);
    },
  );
});
