/** Initialisation schemes: statistics, provenance, determinism, refusals. No TensorFlow. */
import { describe, expect, test } from 'vitest';
import { gaborBank, gaborFirstLayer } from '../../../main/engine/inits/gabor.ts';
import { initialise } from '../../../main/engine/inits/initialise.ts';
import { moments } from '../../../main/engine/inits/statistics.ts';
import type { NamedTensor } from '../../../main/engine/tensors.ts';
import { nameTensors } from '../../../main/engine/weights/named.ts';
import type { Init, ModelId } from '../../../shared/study/models.ts';
import { RandomStream } from '../../../shared/system/random.ts';

const MODEL = 'cbr-tiny';
const start = (init: Init, pretrained: NamedTensor[] | null = null, seed = 0, model: ModelId = MODEL) =>
  initialise({ model, outputs: 5, init, seed, pretrained });
const tensorOf = (tensors: NamedTensor[], name: string) => tensors.find((t) => t.name === name) as NamedTensor;

/** A weight set whose every tensor has its own mean and spread; ten outputs, as after pretraining. */
function pretrainedSet(model: ModelId = MODEL): NamedTensor[] {
  const { tensors } = initialise({ model, outputs: 10, init: { kind: 'random' }, seed: 77, pretrained: null });
  return tensors.map((tensor) => {
    const stream = new RandomStream('pretrained', tensor.name);
    const values = tensor.values.map((value) =>
      tensor.role === 'kernel' ? 1.5 * value + 0.01 : value + 0.3 + 0.1 * stream.uniform(),
    );
    return { ...tensor, values };
  });
}
const P = pretrainedSet();

describe('random', () => {
  const { tensors, provenance } = start({ kind: 'random' });

  test('convolutions are He normal, cut off at two standard deviations', () => {
    const { values, shape } = tensorOf(tensors, 'conv2/kernel');
    const sd = Math.sqrt(2 / (25 * 32));
    expect(shape).toEqual([5, 5, 32, 64]);
    expect(Math.abs(moments(values).mean)).toBeLessThan((5 * sd) / Math.sqrt(values.length));
    expect(moments(values).sd / sd).toBeCloseTo(1, 1);
    expect(values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)).toBeLessThanOrEqual(
      (2 * sd) / 0.8796 + 1e-6,
    );
  });

  test('the classifier is Glorot uniform, biases 0, batch norm the identity', () => {
    const limit = Math.sqrt(6 / (256 + 5));
    const { values } = tensorOf(tensors, 'classifier/kernel');
    expect(values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)).toBeLessThanOrEqual(limit);
    expect(moments(values).sd / (limit / Math.sqrt(3))).toBeCloseTo(1, 1);
    expect(tensorOf(tensors, 'classifier/bias').values.every((value) => value === 0)).toBe(true);
    const bn = ['gamma', 'beta', 'moving_mean', 'moving_variance'].map(
      (role) => tensorOf(tensors, `bn3/${role}`).values[7],
    );
    expect(bn).toEqual([1, 0, 0, 1]);
    expect(new Set(Object.values(provenance))).toEqual(new Set(['random']));
  });

  test('the seed decides, and only the seed', () => {
    expect(start({ kind: 'random' }).tensors).toEqual(tensors);
    const other = start({ kind: 'random' }, null, 1).tensors;
    expect(tensorOf(other, 'conv1/kernel').values).not.toEqual(tensorOf(tensors, 'conv1/kernel').values);
  });
});

describe('transfer', () => {
  const { tensors, provenance } = start({ kind: 'transfer', weights: 'P' }, P);

  test('copies all but the head, by value', () => {
    for (const tensor of tensors) {
      const source = tensorOf(P, tensor.name);
      if (tensor.stage === 'head') {
        expect(provenance[tensor.name]).toBe('random');
      } else {
        expect(provenance[tensor.name]).toBe('copied');
        expect(tensor.values).toEqual(source.values);
        expect(tensor.values).not.toBe(source.values);
      }
    }
    expect(tensorOf(tensors, 'classifier/kernel').shape).toEqual([256, 5]);
  });

  test('the random head is the one of random initialisation', () => {
    const random = start({ kind: 'random' }).tensors;
    expect(tensorOf(tensors, 'classifier/kernel')).toEqual(tensorOf(random, 'classifier/kernel'));
  });
});

describe('mean-var', () => {
  test('kernels keep mean and variance and nothing else; batch norm is the identity by default', () => {
    const { tensors, provenance } = start({ kind: 'mean-var', weights: 'P', bn: 'identity' }, P);
    for (const name of ['conv1/kernel', 'conv3/kernel']) {
      const [got, want] = [moments(tensorOf(tensors, name).values), moments(tensorOf(P, name).values)];
      const error = want.sd / Math.sqrt(tensorOf(P, name).values.length);
      expect(Math.abs(got.mean - want.mean)).toBeLessThan(5 * error);
      expect(got.sd / want.sd).toBeCloseTo(1, 1);
      expect(tensorOf(tensors, name).values).not.toEqual(tensorOf(P, name).values);
      expect(provenance[name]).toBe('resampled');
    }
    expect(tensorOf(tensors, 'bn1/gamma').values.every((value) => value === 1)).toBe(true);
    expect(provenance['bn1/gamma']).toBe('random');
  });

  test('batch norm resampled: variances stay positive', () => {
    const wild = P.map((tensor) =>
      tensor.role === 'moving_variance'
        ? { ...tensor, values: tensor.values.map((_, i) => (i % 8 === 0 ? 4 : 0.01)) }
        : tensor,
    );
    const { tensors, provenance } = start({ kind: 'mean-var', weights: 'P', bn: 'imagenet-mean-var' }, wild);
    expect(provenance['bn2/moving_variance']).toBe('resampled');
    for (const { role, values } of tensors) {
      if (role === 'moving_variance') expect(values.every((value) => value > 0)).toBe(true);
    }
  });

  test('batch norm copied', () => {
    const { tensors, provenance } = start({ kind: 'mean-var', weights: 'P', bn: 'imagenet-transfer' }, P);
    expect(tensorOf(tensors, 'bn2/moving_mean')).toEqual(tensorOf(P, 'bn2/moving_mean'));
    expect(provenance['bn2/moving_mean']).toBe('copied');
  });
});

describe('transfusion', () => {
  test('copies the stages up to the named one', () => {
    const { tensors, provenance } = start({ kind: 'transfusion', weights: 'P', upto: 'block2' }, P);
    const random = start({ kind: 'random' }).tensors;
    for (const { name, stage, values } of tensors) {
      const copied = stage === 'block1' || stage === 'block2';
      expect(provenance[name]).toBe(copied ? 'copied' : 'random');
      expect(values).toEqual(tensorOf(copied ? P : random, name).values);
    }
  });

  test('only the named stages have to fit', () => {
    const slim = P.filter(({ stage }) => stage === 'block1');
    expect(start({ kind: 'transfusion', weights: 'P', upto: 'block1' }, slim).provenance['conv1/kernel']).toBe(
      'copied',
    );
  });

  test('an unknown stage is told, with the ones that exist', () => {
    const attempt = () => start({ kind: 'transfusion', weights: 'P', upto: 'block9' }, P);
    expect(attempt).toThrow('Expected a stage of CBR-Tiny in "upto", got "block9".');
    expect(attempt).toThrow(expect.objectContaining({ action: 'Use one of block1, block2, block3, block4.' }));
  });
});

describe('gabor', () => {
  test('a 5x5 first layer: an evenly spaced half of the bank, cropped, grey, at the random layer’s scale', () => {
    const { tensors, provenance } = start({ kind: 'gabor' });
    const random = start({ kind: 'random' }).tensors;
    const first = tensorOf(tensors, 'conv1/kernel');
    expect(provenance['conv1/kernel']).toBe('synthetic');
    expect(provenance['conv2/kernel']).toBe('random');
    expect(moments(first.values).sd).toBeCloseTo(moments(tensorOf(random, 'conv1/kernel').values).sd, 6);
    const at = (y: number, x: number, c: number, f: number) => first.values[((y * 5 + x) * 3 + c) * 32 + f] as number;
    const bank = gaborBank();
    const scale = at(2, 2, 0, 0) / (bank[0]?.[24] as number);
    for (const filter of [0, 5, 31]) {
      for (let y = 0; y < 5; y++) {
        for (let x = 0; x < 5; x++) {
          const want = scale * (bank[2 * filter]?.[(y + 1) * 7 + x + 1] as number);
          expect([0, 1, 2].map((c) => Math.abs(at(y, x, c, filter) - want) < 1e-6)).toEqual([true, true, true]);
        }
      }
    }
  });

  test('with weights: at their first layer’s scale', () => {
    const { tensors } = start({ kind: 'gabor', weights: 'P' }, P);
    const want = moments(tensorOf(P, 'conv1/kernel').values).sd;
    expect(moments(tensorOf(tensors, 'conv1/kernel').values).sd).toBeCloseTo(want, 6);
  });

  test('64 filters of 7x7 are the bank itself', () => {
    const values = gaborFirstLayer([7, 7, 3, 64], 1);
    const bank = gaborBank();
    const factor = (values[24 * 3 * 64] as number) / (bank[0]?.[24] as number);
    bank.forEach((kernel, f) => {
      kernel.forEach((value, cell) => expect(values[cell * 3 * 64 + f]).toBeCloseTo(value * factor, 5));
    });
  });

  test('kernels that the bank cannot fill are refused', () => {
    expect(() => gaborFirstLayer([3, 3, 3, 32], 1)).toThrow('Expected a first layer of 7x7 or 5x5');
    expect(() => gaborFirstLayer([7, 7, 3, 96], 1)).toThrow('at most 64');
  });
});

describe('weights that do not fit', () => {
  const transfer: Init = { kind: 'transfer', weights: 'P' };

  test('another model: the first tensor that differs', () => {
    expect(() => start(transfer, pretrainedSet('cbr-small'))).toThrow(
      'The weights do not fit CBR-Tiny: expected tensor "conv1/kernel" to be 5x5x3x32, found 7x7x3x32.',
    );
    expect(() => start(transfer, P, 0, 'cbr-larget')).toThrow('expected tensor "conv1/kernel" to be 7x7x3x32');
  });

  test('missing, surplus and unusable tensors', () => {
    expect(() =>
      start(
        transfer,
        P.filter(({ name }) => name !== 'bn2/beta'),
      ),
    ).toThrow('"bn2/beta" (64), found none');
    const surplus = [...P, { ...(P[0] as NamedTensor), name: 'conv9/kernel', stage: 'unknown' }];
    expect(() => start(transfer, surplus)).toThrow('expected no tensor "conv9/kernel"');
    const broken = P.map((t, i) => (i === 5 ? { ...t, values: t.values.map(() => NaN) } : t));
    expect(() => start(transfer, broken)).toThrow('finite numbers in tensor "conv2/kernel"');
  });

  test('no weights at all', () => {
    expect(() => start(transfer)).toThrow('Expected a weight set');
    expect(() => start({ kind: 'gabor', weights: 'P' }, [])).toThrow('found none');
  });
});

test('tensors of a file get role and stage by name', () => {
  const records = P.map(({ name, shape, values }) => ({ name, shape, values }));
  expect(nameTensors(MODEL, records).map(({ role, stage }) => ({ role, stage }))).toEqual(
    P.map(({ role, stage }) => ({ role, stage })),
  );
  const [odd] = nameTensors(MODEL, [{ name: 'other/bias', shape: [1], values: Float32Array.of(1) }]);
  expect(odd).toMatchObject({ role: 'bias', stage: 'unknown' });
});
