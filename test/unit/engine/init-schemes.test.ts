/** Sampling, shuffling, stages and hybrids of the models that have them; no TensorFlow. */
import { describe, expect, test } from 'vitest';
import { HEAD_STAGE, parameterSpecs } from '../../../main/engine/graph/definition.ts';
import { gaborScheme } from '../../../main/engine/inits/gabor-scheme.ts';
import { checkInitialisation, initialise } from '../../../main/engine/inits/initialise.ts';
import type { SchemeContext } from '../../../main/engine/inits/scheme.ts';
import { singleWeightsScheme } from '../../../main/engine/inits/single-weights.ts';
import { frozenParameters, frozenStages } from '../../../main/engine/inits/stages.ts';
import { moments } from '../../../main/engine/inits/statistics.ts';
import { MODELS } from '../../../main/engine/models/catalogue.ts';
import { elementCount, type NamedTensor } from '../../../main/engine/tensors.ts';
import { MODEL_IDS, type Init, type ModelId } from '../../../shared/study/models.ts';
import { RandomStream } from '../../../shared/system/random.ts';

/** Weights of a model with values that tell tensors apart; of the given stages only where they are given. */
function weightsOf(model: ModelId, stages: readonly string[] = MODELS[model].stages): NamedTensor[] {
  return parameterSpecs(MODELS[model].graph(10))
    .filter(({ stage }) => stages.includes(stage) || stage === HEAD_STAGE)
    .map(({ name, role, stage, shape }) => {
      const stream = new RandomStream('weights', name);
      const [offset, spread] = [stream.between(-0.1, 0.4), stream.between(0.05, 0.2)];
      // Skewed: its shape is kept by sampling and shuffling and lost by mean-var.
      const draw = () => offset + spread * (role === 'kernel' ? stream.uniform() ** 3 : stream.uniform());
      return { name, role, stage, shape, values: Float32Array.from({ length: elementCount(shape) }, draw) };
    });
}

/** The same tensors, all 0: where only names and shapes matter. */
function shapesOf(model: ModelId): NamedTensor[] {
  return parameterSpecs(MODELS[model].graph(10)).map(({ name, role, stage, shape }) => {
    return { name, role, stage, shape, values: ZEROS.subarray(0, elementCount(shape)) };
  });
}
const ZEROS = new Float32Array(2 ** 23);

const SINGLE = ['sampling', 'shuffled'] as const;
const P = weightsOf('cbr-tiny');
const from = (name: string, tensors = P) => tensors.find((tensor) => tensor.name === name) as NamedTensor;
const start = (init: Init, seed = 0) => initialise({ model: 'cbr-tiny', outputs: 5, init, seed, pretrained: P });

describe('sampling', () => {
  const { tensors, provenance } = start({ kind: 'sampling', weights: 'P', bn: 'identity' });

  test('every weight is one of the pretrained tensor’s, drawn with replacement', () => {
    for (const name of ['conv1/kernel', 'conv3/kernel']) {
      const source = new Set(from(name).values);
      const { values } = from(name, tensors);
      expect(values.every((value) => source.has(value))).toBe(true);
      // Of n draws from n distinct values, 1 - 1/e differ.
      expect(new Set(values).size / source.size).toBeCloseTo(1 - Math.exp(-1), 1);
      expect(provenance[name]).toBe('resampled');
    }
  });

  test('the empirical distribution is kept: Kolmogorov-Smirnov distance of the size that chance gives', () => {
    const [a, b] = [from('conv4/kernel', tensors).values.toSorted(), from('conv4/kernel').values.toSorted()];
    let below = 0;
    let distance = 0;
    a.forEach((value, rank) => {
      while (below < b.length && (b[below] as number) <= value) below++;
      distance = Math.max(distance, Math.abs((rank + 1) / a.length - below / b.length));
    });
    expect(distance * Math.sqrt(a.length)).toBeLessThan(2.5);
  });
});

describe('shuffled', () => {
  const { tensors, provenance } = start({ kind: 'shuffled', weights: 'P', bn: 'identity' });

  test('exactly the pretrained weights of each tensor, in another order', () => {
    for (const { name, role, stage, values } of tensors) {
      if (stage === HEAD_STAGE || role !== 'kernel') continue;
      expect(values).not.toEqual(from(name).values);
      expect(values.toSorted()).toEqual(from(name).values.toSorted());
      expect(provenance[name]).toBe('shuffled');
    }
  });

  test('the order has nothing left of the old one', () => {
    const [a, b] = [from('conv2/kernel', tensors).values, from('conv2/kernel').values];
    const [ma, mb] = [moments(a), moments(b)];
    const covariance =
      a.reduce((sum, value, i) => sum + (value - ma.mean) * ((b[i] as number) - mb.mean), 0) / a.length;
    expect(Math.abs(covariance / (ma.sd * mb.sd)) * Math.sqrt(a.length)).toBeLessThan(5);
  });
});

describe.each(SINGLE)('%s', (kind) => {
  const values = (init: Init, name: string, seed = 0) => from(name, start(init, seed).tensors).values;

  test('the seed decides, each tensor for itself', () => {
    const init: Init = { kind, weights: 'P', bn: 'identity' };
    expect(values(init, 'conv2/kernel')).toEqual(values(init, 'conv2/kernel'));
    expect(values(init, 'conv2/kernel', 1)).not.toEqual(values(init, 'conv2/kernel'));
  });

  test('batch norm: the identity, drawn by mean and variance, or copied', () => {
    const identity = start({ kind, weights: 'P', bn: 'identity' });
    expect(from('bn2/gamma', identity.tensors).values.every((value) => value === 1)).toBe(true);
    expect(identity.provenance['bn2/moving_variance']).toBe('random');

    const drawn = start({ kind, weights: 'P', bn: 'imagenet-mean-var' });
    const [got, want] = [moments(from('bn4/gamma', drawn.tensors).values), moments(from('bn4/gamma').values)];
    expect(Math.abs(got.mean - want.mean)).toBeLessThan((5 * want.sd) / 16);
    expect(got.sd / want.sd).toBeCloseTo(1, 0);
    expect(drawn.provenance['bn4/gamma']).toBe('resampled');
    const source = new Set(from('bn4/gamma').values);
    expect(from('bn4/gamma', drawn.tensors).values.some((value) => !source.has(value))).toBe(true);
    expect(from('bn4/moving_variance', drawn.tensors).values.every((value) => value > 0)).toBe(true);

    const copied = start({ kind, weights: 'P', bn: 'imagenet-transfer' });
    expect(from('bn4/gamma', copied.tensors)).toEqual(from('bn4/gamma'));
    expect(copied.provenance['bn4/gamma']).toBe('copied');
  });

  test('the head is random', () => {
    const { tensors, provenance } = start({ kind, weights: 'P', bn: 'identity' });
    expect(provenance['classifier/kernel']).toBe('random');
    expect(from('classifier/kernel', tensors)).toEqual(from('classifier/kernel', start({ kind: 'random' }).tensors));
  });
});

test('on models whose convolutions have biases, the rule holds for these, too', () => {
  const definition = MODELS.resnet50;
  const body = parameterSpecs(definition.graph(1)).filter(({ stage }) => stage === 'conv1');
  const pretrained = weightsOf('resnet50', ['conv1']);
  const context: SchemeContext = { definition, body, seed: 3, pretrained };
  const bias = body.find(({ role }) => role === 'bias');
  expect(bias?.shape).toEqual([64]);
  if (bias === undefined) return;
  const source = from(bias.name, pretrained).values;
  const shuffled = singleWeightsScheme(context, 'shuffled', 'identity')(bias);
  expect(shuffled.values.toSorted()).toEqual(source.toSorted());
  const drawn = singleWeightsScheme(context, 'mean-var', 'identity')(bias);
  expect(drawn.provenance).toBe('resampled');
  expect(Math.abs(moments(drawn.values).mean - moments(source).mean)).toBeLessThan((5 * moments(source).sd) / 8);
});

describe('transfusion and freezing', () => {
  test.each(MODEL_IDS)('%s: every stage', (model) => {
    const { stages } = MODELS[model];
    const pretrained = shapesOf(model);
    for (const [index, upto] of stages.entries()) {
      const fitting = pretrained.filter(({ stage }) => stages.slice(0, index + 1).includes(stage));
      checkInitialisation({
        model,
        init: { kind: 'transfusion', weights: 'P', upto },
        pretrained: fitting,
        source: model,
      });
      const short = fitting.filter(({ stage }) => stage !== upto);
      expect(() =>
        checkInitialisation({
          model,
          init: { kind: 'transfusion', weights: 'P', upto },
          pretrained: short,
          source: model,
        }),
      ).toThrow('found none of that name');
      expect(frozenStages(model, { kind: 'random', freeze: upto })).toEqual(stages.slice(0, index + 1));
    }
    const all = { kind: 'transfer', weights: 'P', freeze: stages.at(-1) as string } as const;
    checkInitialisation({ model, init: all, pretrained, source: model });
    const body = parameterSpecs(MODELS[model].graph(1)).filter(
      ({ trainable, stage }) => trainable && stage !== HEAD_STAGE,
    );
    expect(frozenParameters(model, all)).toBe(body.reduce((sum, { shape }) => sum + elementCount(shape), 0));
    expect(frozenParameters(model, { kind: 'random' })).toBe(0);
  });

  test('an unknown stage to freeze is told, with the ones that exist', () => {
    const attempt = () => start({ kind: 'random', freeze: 'conv1' });
    expect(attempt).toThrow('Expected a stage of CBR-Tiny in "freeze", got "conv1".');
  });

  test('the start of a frozen network is that of the trained one', () => {
    const frozen = start({ kind: 'transfer', weights: 'P', freeze: 'block2' });
    const trained = start({ kind: 'transfer', weights: 'P' });
    expect(frozen.tensors).toEqual(trained.tensors);
    expect(frozen.provenance).toEqual(trained.provenance);
    expect([frozen.frozenStages, trained.frozenStages]).toEqual([['block1', 'block2'], []]);
  });
});

describe('slim hybrids', () => {
  test('of CBR-LargeW: the base’s weights as far as the widths are equal', () => {
    const pretrained = weightsOf('cbr-largew', ['block1', 'block2', 'block3']);
    const init: Init = { kind: 'transfusion', weights: 'P', upto: 'block2' };
    const { tensors, provenance } = initialise({ model: 'cbr-largew-slim', outputs: 5, init, seed: 0, pretrained });
    expect(from('conv2/kernel', tensors)).toEqual(from('conv2/kernel', pretrained));
    expect(from('conv3/kernel', tensors).shape).toEqual([7, 7, 128, 128]);
    expect([provenance['conv2/kernel'], provenance['conv3/kernel']]).toEqual(['copied', 'random']);
  });

  test.each([
    ['resnet50', 'resnet50-slim', 'block2', 'block3'],
    ['cbr-largew', 'cbr-largew-slim', 'block2', 'block3'],
  ] as const)('%s -> %s: to %s, and no further', (source, model, last, beyond) => {
    const pretrained = shapesOf(source);
    const attempt = (init: Init) => () => checkInitialisation({ model, init, pretrained, source });
    expect(attempt({ kind: 'transfusion', weights: 'P', upto: last })).not.toThrow();
    expect(attempt({ kind: 'transfusion', weights: 'P', upto: beyond })).toThrow(
      /expected tensor ".*" to be .*, found /,
    );
    expect(attempt({ kind: 'transfer', weights: 'P' })).toThrow(/expected tensor ".*" to be .*, found /);
  });

  test('weights whose tensors fit, but of another network, are refused', () => {
    const tall: Init = { kind: 'transfusion', weights: 'P', upto: 'block4' };
    const small = shapesOf('cbr-small');
    const model = 'cbr-larget';
    expect(() => checkInitialisation({ model, init: tall, pretrained: small, source: 'cbr-small' })).toThrow(
      'Expected weights of CBR-LargeT, found those of CBR-Small: another network.',
    );
    const first = shapesOf('resnet50-v15');
    const low: Init = { kind: 'transfusion', weights: 'P', upto: 'block1' };
    expect(() =>
      checkInitialisation({ model: 'resnet50', init: low, pretrained: first, source: 'resnet50-v15' }),
    ).toThrow('another network');
  });
});

describe('gabor', () => {
  const contextOf = (model: ModelId): SchemeContext => {
    const definition = MODELS[model];
    const body = parameterSpecs(definition.graph(1)).filter(({ stage }) => stage !== HEAD_STAGE);
    return { definition, body, seed: 0, pretrained: null };
  };

  test('ResNet-50: 64 kernels of 7x7 at the random layer’s scale, the rest random', () => {
    const context = contextOf('resnet50');
    const scheme = gaborScheme(context, false);
    const [kernel, bias] = context.body.map((spec) => spec) as [SchemeContext['body'][0], SchemeContext['body'][0]];
    expect(kernel.shape).toEqual([7, 7, 3, 64]);
    const first = scheme(kernel);
    expect(first.provenance).toBe('synthetic');
    // Glorot uniform: variance 2 / (fan-in + fan-out).
    expect(moments(first.values).sd / Math.sqrt(2 / (49 * 3 + 49 * 64))).toBeCloseTo(1, 1);
    for (let i = 0; i < first.values.length; i += 192) {
      // One cell: 64 filters for R, then the same for G and B.
      expect(first.values.subarray(i, i + 64)).toEqual(first.values.subarray(i + 64, i + 128));
    }
    expect(scheme(bias)).toEqual({ values: new Float32Array(64), provenance: 'random' });
  });

  test.each(['resnet50-slim', 'resnet50-v15', 'cbr-largew-slim'] as const)('%s has a first layer for it', (model) => {
    const init: Init = { kind: 'gabor' };
    expect(() => checkInitialisation({ model, init, pretrained: null, source: null })).not.toThrow();
  });

  test('Inception-v3: its 3x3 first layer is refused', () => {
    const attempt = () =>
      checkInitialisation({ model: 'inception-v3', init: { kind: 'gabor' }, pretrained: null, source: null });
    expect(attempt).toThrow('Expected a first layer of 7x7 or 5x5 for Gabor kernels, got 3x3.');
  });
});
