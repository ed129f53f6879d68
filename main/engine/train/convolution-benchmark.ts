/** Times one convolution and its gradients by the native kernels and by TensorFlow's ops, in turn in one process. */
import { RandomStream } from '../../../shared/system/random.ts';
import { cpuSecondsSince } from '../../platform/machine.ts';
import { chosenConvPath, loadNativeKernels } from '../native-kernels.ts';
import { conv2d, conv2dInputGradient, conv2dKernelGradient } from '../ops/convolution.ts';
import { nativeConv2d, nativeConv2dGradients, takesNativeConvolution, type NativePass } from '../ops/native.ts';
import { AppError } from '../../../shared/system/errors.ts';
import { elementCount } from '../tensors.ts';
import { bindingFolder, loadBinding, Tf, type DeviceTensor } from '../tf.ts';

export interface ConvolutionShape {
  batch: number;
  /** Side of the square image. */
  size: number;
  inputs: number;
  outputs: number;
  /** Side of the square kernel; stride 1, SAME padding. */
  side: number;
}

const PASSES = ['forward', 'kernel-gradient', 'both-gradients'] as const satisfies readonly NativePass[];

export interface ConvolutionTiming {
  pass: NativePass;
  /** Fastest of the repetitions, milliseconds: elapsed, and processor time of all threads. */
  native: { ms: number; cpuMs: number };
  tensorflow: { ms: number; cpuMs: number };
  /** Whether the path that was chosen takes the native kernels here. */
  taken: boolean;
}

const SAME = { stride: 1, padding: 'SAME' } as const;

/** @throws AppError `runtime-missing` where there are no native kernels */
export function benchmarkConvolution(
  shape: ConvolutionShape,
  repetitions: number,
): { timings: ConvolutionTiming[]; instructionSet: string } {
  const state = loadNativeKernels(loadedFolder());
  if (state.kernels === null) {
    throw new AppError('runtime-missing', `Expected the native kernels, found none: ${state.reason}.`, {
      action: 'Run `npm run transfusion -- doctor`.',
    });
  }
  const tf = new Tf(loadBinding(), { path: chosenConvPath(), kernels: state.kernels });
  const { batch, size, inputs, outputs, side } = shape;
  const random = (name: string, sides: number[]): DeviceTensor => {
    const stream = new RandomStream('bench conv', name);
    return tf.upload(
      sides,
      Float32Array.from({ length: elementCount(sides) }, () => stream.normal()),
    );
  };
  const x = random('x', [batch, size, size, inputs]);
  const kernel = random('kernel', [side, side, inputs, outputs]);
  const dy = random('dy', [batch, size, size, outputs]);
  const work: Record<NativePass, Record<'native' | 'tensorflow', () => (DeviceTensor | null)[]>> = {
    forward: { native: () => [nativeConv2d(tf, x, kernel)], tensorflow: () => [conv2d(tf, x, kernel, SAME)] },
    'kernel-gradient': {
      native: () => Object.values(nativeConv2dGradients(tf, x, kernel, dy, false)),
      tensorflow: () => [conv2dKernelGradient(tf, x, kernel.shape, dy, SAME)],
    },
    'both-gradients': {
      native: () => Object.values(nativeConv2dGradients(tf, x, kernel, dy, true)),
      tensorflow: () => [
        conv2dInputGradient(tf, x.shape, kernel, dy, SAME),
        conv2dKernelGradient(tf, x, kernel.shape, dy, SAME),
      ],
    },
  };
  const timings = PASSES.map((pass): ConvolutionTiming => {
    const fastest = { native: NOTHING_YET, tensorflow: NOTHING_YET };
    for (let i = 0; i < repetitions; i++) {
      for (const by of ['native', 'tensorflow'] as const) {
        const [started, used] = [performance.now(), process.cpuUsage()];
        const results = work[pass][by]();
        const [ms, cpuMs] = [performance.now() - started, 1000 * cpuSecondsSince(used)];
        for (const result of results) if (result) tf.release(result);
        fastest[by] = { ms: Math.min(fastest[by].ms, ms), cpuMs: Math.min(fastest[by].cpuMs, cpuMs) };
      }
    }
    return { pass, ...fastest, taken: takesNativeConvolution(tf, x.shape, kernel.shape, SAME, pass) };
  });
  tf.release(x, kernel, dy);
  return { timings, instructionSet: state.kernels.instructionSet };
}

const NOTHING_YET = { ms: Infinity, cpuMs: Infinity };

/** The binding comes first: the kernels add their ops to its TensorFlow. */
function loadedFolder(): string {
  loadBinding();
  return bindingFolder();
}
