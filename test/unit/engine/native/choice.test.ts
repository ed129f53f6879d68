/** Which ops run: by environment, shape and pass. */
import { describe, expect, test } from 'vitest';
import { AppError } from '../../../../shared/system/errors.ts';
import { chosenConvPath, loadNativeKernels, type ConvPath } from '../../../../main/engine/native-kernels.ts';
import { takesNativeConvolution, type NativePass } from '../../../../main/engine/ops/native.ts';
import { bindingFolder, loadBinding, Tf } from '../../../../main/engine/tf.ts';
import { cbrGraph } from '../../../../main/engine/models/cbr.ts';
import { createGraphTrainer } from '../../../../main/engine/train/trainer.ts';
import { someImages, someLabels, someTensors } from '../support/networks.ts';

const binding = loadBinding();
const state = loadNativeKernels(bindingFolder());
const on = (path: ConvPath) => new Tf(binding, { path, kernels: state.kernels });

describe('chosenConvPath', () => {
  test('is auto where nothing is said', () => {
    expect([undefined, '', 'auto', 'fft', 'tensorflow'].map((value) => chosenConvPath(value))).toEqual([
      ...['auto', 'auto', 'auto', 'fft', 'tensorflow'],
    ]);
  });

  test('names what it takes', () => {
    expect(() => chosenConvPath('gpu')).toThrow(AppError);
    expect(() => chosenConvPath('gpu')).toThrow(/auto, fft, tensorflow, got "gpu"/);
  });
});

describe.runIf(state.kernels !== null)('takesNativeConvolution', () => {
  const SAME = { stride: 1, padding: 'SAME' } as const;
  const takes = (path: ConvPath, image: number[], kernel: number[], pass: NativePass = 'forward', walk = SAME) =>
    takesNativeConvolution(on(path), image, kernel, walk, pass);

  test.each<[string, number[], number[], NativePass, boolean]>([
    ['7x7 of CBR-Small, first layer', [8, 224, 224, 3], [7, 7, 3, 32], 'forward', true],
    ['7x7 of CBR-Small, second layer', [8, 112, 112, 32], [7, 7, 32, 64], 'both-gradients', true],
    [
      '5x5 of CBR-Tiny, first layer, whose few channels TensorFlow does faster',
      [8, 224, 224, 3],
      [5, 5, 3, 32],
      'forward',
      false,
    ],
    ['its gradient', [8, 224, 224, 3], [5, 5, 3, 32], 'kernel-gradient', true],
    ['5x5 on 4 x 4 cells', [8, 4, 4, 256], [5, 5, 256, 512], 'forward', false],
    ['1x1', [8, 28, 28, 128], [1, 1, 128, 512], 'forward', false],
    ['1x7', [8, 17, 17, 128], [1, 7, 128, 128], 'forward', false],
    ['even', [8, 17, 17, 128], [4, 4, 128, 128], 'forward', false],
  ])('auto, %s', (_, image, kernel, pass, expected) => {
    expect(takes('auto', image, kernel, pass)).toBe(expected);
  });

  test('fft wherever there is a transform, tensorflow nowhere', () => {
    expect(takes('fft', [8, 4, 4, 256], [3, 3, 256, 512])).toBe(true);
    expect(takes('fft', [8, 64, 64, 3], [13, 13, 3, 8])).toBe(false);
    expect(takes('tensorflow', [8, 112, 112, 32], [7, 7, 32, 64])).toBe(false);
  });

  test('one step is the same on every path, up to rounding', () => {
    const outputs = 3;
    const graph = cbrGraph({ kernelSize: 7, widths: [8, 12, 16], poolAfterLast: false, outputs });
    const gradientsOn = (path: ConvPath) => {
      const trainer = createGraphTrainer(
        {
          ...{ graph, outputs, head: 'sigmoid', size: 37, tensors: someTensors(graph) },
          optimizer: { kind: 'sgd', learningRate: 0, momentum: 0 },
        },
        on(path),
      );
      const result = trainer.gradients(someImages(4, 37), someLabels(4, outputs));
      const scores = trainer.predict(someImages(4, 37), 4);
      trainer.dispose();
      return { ...result, scores };
    };
    const expected = gradientsOn('tensorflow');
    for (const path of ['fft', 'auto'] as const) {
      const got = gradientsOn(path);
      expect(Math.abs(got.loss - expected.loss)).toBeLessThan(1e-5);
      got.scores.forEach((score, index) => expect(score).toBeCloseTo(expected.scores[index] as number, 4));
      got.gradients.forEach(({ name, values }, index) => {
        const wanted = (expected.gradients[index] as { values: Float32Array }).values;
        const largest = Math.max(...wanted.map(Math.abs));
        const error = Math.max(...values.map((value, i) => Math.abs(value - (wanted[i] as number))));
        expect(error / largest, name).toBeLessThan(1e-3);
      });
    }
  });
});
