/** Networks in files of PyTorch: any prefix, numbered children, unknown names told by shape and order, and what is asked. */
import { describe, expect, it } from 'vitest';
import type { ModelId } from '../../../shared/study/models.ts';
import type { MatchReport } from '../../../shared/weights/weights.ts';
import { HEAD_STAGE, parameterSpecs } from '../../../main/engine/graph/definition.ts';
import { MODELS } from '../../../main/engine/models/catalogue.ts';
import { elementCount } from '../../../main/engine/tensors.ts';
import { matchFile } from '../../../main/engine/weights/detect.ts';
import type { WeightFile } from '../../../main/engine/weights/source-layers.ts';
import { inNaturalOrder, torchFile, torchLayers, type TorchTensor } from '../../../main/engine/weights/torch/layers.ts';

const LEAVES: Record<string, string> = {
  ...{ kernel: 'weight', bias: 'bias', gamma: 'weight', beta: 'bias' },
  ...{ moving_mean: 'running_mean', moving_variance: 'running_var' },
};
const AXES: Record<number, number[]> = { 4: [3, 2, 0, 1] };

/** A model's tensors in PyTorch's axes and order, each filled with its number in the model plus `offset`. */
function tensorsOf(model: ModelId, nameOf: (layer: string) => string, offset = 1): TorchTensor[] {
  const order = (layer: string) => layer.replace(/(_block\d+)_0_/, '$1_4_');
  return parameterSpecs(MODELS[model].graph(1))
    .map((spec, index) => ({ ...spec, index }))
    .filter(({ stage, role, layer }) => stage !== HEAD_STAGE && !(role === 'bias' && /_conv$/.test(layer)))
    .toSorted((a, b) => order(a.layer).localeCompare(order(b.layer), 'en', { numeric: true }))
    .map(({ layer, role, shape, index }) => ({
      name: `${nameOf(layer)}.${LEAVES[role]}`,
      shape: (AXES[shape.length] ?? shape.map((_, axis) => axis)).map((axis) => shape[axis] as number),
      read: () => new Float32Array(elementCount(shape)).fill(index + offset),
    }));
}

function fileOf(tensors: readonly TorchTensor[], isSorted = false): WeightFile {
  const layers = torchLayers(tensors);
  return torchFile({
    kind: 'torch',
    layers: isSorted ? inNaturalOrder(layers) : layers,
    isSorted,
    leftOut: [],
    conversions: [],
  });
}

/** Every tensor of the model has its own number, but for biases that are filled with zeros. */
function expectEachInItsPlace(
  file: WeightFile,
  model: ModelId,
  { part, offset = 1 }: { part?: string; offset?: number } = {},
): MatchReport {
  const match = matchFile(file, { part });
  expect(match.model).toBe(model);
  const body = match.tensors.filter(({ stage }) => stage !== HEAD_STAGE);
  const wrong = body.filter(({ values }, index) => values[0] !== 0 && values[0] !== index + offset);
  expect(wrong.map(({ name }) => name)).toEqual([]);
  const filled = body.filter(({ values }) => values[0] === 0);
  expect(filled.every(({ name }) => name.endsWith('_conv/bias'))).toBe(true);
  return match.report;
}

/** `features.0` and `features.1`, `features.4` and `features.5`: with ReLU and pool between. */
const features = (layer: string) => {
  const number = 4 * (Number(layer.slice(-1)) - 1);
  return `features.${layer.startsWith('bn') ? number + 1 : number}`;
};
const torchvision = (layer: string): string => {
  if (layer === 'conv1_conv') return 'conv1';
  if (layer === 'conv1_bn') return 'bn1';
  const [, stage, unit, number, kind] = /^conv(\d)_block(\d)_(\d)_(conv|bn)$/.exec(layer) as RegExpExecArray;
  const place = `layer${Number(stage) - 1}.${Number(unit) - 1}`;
  return number === '0' ? `${place}.downsample.${kind === 'conv' ? 0 : 1}` : `${place}.${kind}${number}`;
};
const CHILDREN: Record<string, string> = { conv1: '0', bn1: '1', layer1: '4', layer2: '5', layer3: '6', layer4: '7' };
const numbered = (layer: string) => torchvision(layer).replace(/^\w+/, (name) => CHILDREN[name] as string);

describe('prefixes', () => {
  it.each([
    '',
    'net.',
    'resnet.',
    'module.',
    'module.encoder_q.',
    'backbone.',
    'state_dict.model.encoder.',
    'a.b.c.d.',
  ])('"%s"', (prefix) => {
    expectEachInItsPlace(fileOf(tensorsOf('cbr-tiny', (layer) => prefix + features(layer))), 'cbr-tiny');
  });

  it('before known names', () => {
    const file = fileOf(tensorsOf('resnet50-v15', (layer) => `state_dict.module.${torchvision(layer)}`));
    expect(expectEachInItsPlace(file, 'resnet50-v15').rule).toBe('known-names');
  });

  it('of lists of convolutions beside lists of batch norms', () => {
    const nameOf = (layer: string) => `net.${layer.replace(/(\D+)(\d)/, (_, kind, n) => `${kind}s.${Number(n) - 1}`)}`;
    expectEachInItsPlace(fileOf(tensorsOf('cbr-small', nameOf)), 'cbr-small');
  });

  it('whatever lies beside the network is left out and told', () => {
    const extra = (name: string, shape: number[]) => ({
      name,
      shape,
      read: () => new Float32Array(elementCount(shape)),
    });
    const file = fileOf([
      ...tensorsOf('cbr-tiny', (layer) => `backbone.${features(layer)}`),
      ...[extra('projector.1.weight', [8]), extra('projector.1.bias', [8]), extra('projector.1.running_mean', [8])],
      ...[extra('head.weight', [3, 256]), extra('head.bias', [3]), extra('queue', [4, 4])],
    ]);
    const { report } = matchFile(file);
    expect(report.head).toEqual({ outputs: 3 });
    expect(report.leftOut).toEqual([
      { reason: 'tensors outside of "backbone.features."', count: 4, first: 'projector.1.weight' },
    ]);
    expect(report.notes[0]).toBe('The network is the part of the file whose names begin with "backbone.features.".');
  });
});

describe('several networks', () => {
  const two = (second: number) =>
    fileOf([
      ...tensorsOf('cbr-tiny', (layer) => `student.${features(layer)}`),
      ...tensorsOf('cbr-tiny', (layer) => `teacher.${features(layer)}`, second),
    ]);

  it('are asked about, never chosen from', () => {
    expect(() => matchFile(two(100))).toThrow(
      'The file holds 2 networks that fit, with names that begin with "student.features." (CBR-Tiny), "teacher.features." (CBR-Tiny). Which is meant?',
    );
    expectEachInItsPlace(two(100), 'cbr-tiny', { part: 'student' });
    expectEachInItsPlace(two(100), 'cbr-tiny', { part: 'teacher.features.', offset: 100 });
    expect(() => matchFile(two(100), { part: 'other' })).toThrow('found no tensor below it');
  });

  it('are one where they are equal', () => {
    expectEachInItsPlace(two(1), 'cbr-tiny');
  });

  it('of different models are told apart by the model', () => {
    const file = fileOf([
      ...tensorsOf('cbr-tiny', (layer) => `a.${layer}`),
      ...tensorsOf('cbr-small', (layer) => `b.${layer}`),
    ]);
    expect(() => matchFile(file)).toThrow('"a." (CBR-Tiny), "b." (CBR-Small)');
    expect(matchFile(file, { model: 'cbr-small' }).model).toBe('cbr-small');
  });
});

describe('names that tell nothing', () => {
  it('numbered children of torchvision’s ResNet', () => {
    const file = fileOf(
      tensorsOf('resnet50-v15', (layer) => `backbone.${numbered(layer)}`),
      true,
    );
    expect(expectEachInItsPlace(file, 'resnet50-v15').rule).toBe('known-names');
  });

  const strange = (shortcut: string) => (layer: string) => {
    const [, stage, unit, number, kind] = /^conv(\d)_block(\d)_(\d)_(conv|bn)$/.exec(layer) ?? [];
    if (stage === undefined) return `stem.${layer.endsWith('_conv') ? 'c' : 'n'}`;
    return `stage${stage}.${unit}.${number === '0' ? shortcut : `step${number}`}.${kind}`;
  };

  it.each(['last', 'first'])('by shape and order, the shortcut %s in its unit', (place) => {
    const tensors = tensorsOf('resnet50-v15', strange('short'));
    const unitOf = ({ name }: TorchTensor) => /^stage\d\.\d/.exec(name)?.[0] ?? '';
    const isShort = ({ name }: TorchTensor) => Number(name.includes('short'));
    const ordered =
      place === 'last'
        ? tensors
        : [...Map.groupBy(tensors, unitOf).values()].flatMap((unit) =>
            unit.toSorted((a, b) => isShort(b) - isShort(a)),
          );
    const report = expectEachInItsPlace(fileOf(ordered), 'resnet50-v15');
    expect(report.rule).toBe('order');
    expect(report.byOrderAlone).toBeGreaterThan(200);
  });

  it('Inception-v3 by the order in which its layers are made', () => {
    const file = fileOf(tensorsOf('inception-v3', (layer) => `x.${layer.replace(/_(\d+)$/, '$1')}.y`));
    expectEachInItsPlace(file, 'inception-v3');
  });

  it('layers of one shape whose order a sorted file does not tell are refused', () => {
    const nameOf = (layer: string) => strange('short')(layer).replace('stem.', 'a_stem.');
    expect(() => matchFile(fileOf(tensorsOf('resnet50-v15', nameOf), true))).toThrow(
      /have one shape, and a file that is sorted by name does not tell their order/,
    );
  });

  it('a sorted file is read by its shapes where each occurs once', () => {
    const words: Record<string, string> = { 1: 'zero', 2: 'one', 3: 'two', 4: 'three' };
    const nameOf = (layer: string) => layer.replace(/\d/, (number) => `_${words[number]}`);
    expectEachInItsPlace(fileOf(tensorsOf('cbr-small', nameOf), true), 'cbr-small');
  });

  it('a network that is none of the models is told by its first difference', () => {
    const tensors = tensorsOf('resnet50-v15', torchvision).filter(({ name }) => !name.startsWith('layer4.2'));
    expect(() => matchFile(fileOf(tensors))).toThrow(
      'The PyTorch file fits no model of this program. The nearest is ResNet-50 v1.5: expected conv5_block3_1_conv/kernel 1x1x2048x512',
    );
  });
});
