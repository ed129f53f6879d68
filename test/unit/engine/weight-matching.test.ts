/** Which tensor of a file is which of a model: rules, refusals, folded scales. Pure data, and one forward pass for the folding. */
import { describe, expect, it } from 'vitest';
import type { ModelId } from '../../../shared/study/models.ts';
import { HEAD_STAGE, IMAGE, parameterSpecs, type Graph } from '../../../main/engine/graph/definition.ts';
import { MODELS } from '../../../main/engine/models/catalogue.ts';
import { elementCount } from '../../../main/engine/tensors.ts';
import { matchFile } from '../../../main/engine/weights/detect.ts';
import { layerOfOldResnetName } from '../../../main/engine/weights/keras-names.ts';
import { matchGraph, matchWeights } from '../../../main/engine/weights/match.ts';
import { layerByRoles, type SourceLayer, type WeightFile } from '../../../main/engine/weights/source-layers.ts';
import { layerOfModule } from '../../../main/engine/weights/torch/names.ts';
import { RandomStream } from '../../../shared/system/random.ts';
import { forwardPass } from '../../reference/support/forward.ts';

/** A file with the layers of a model; each tensor is filled with its number in the model, so that a mix-up shows. */
function fileOf(model: ModelId, rename: (layer: string) => string | null = (layer) => layer): WeightFile {
  const layers = new Map<string, SourceLayer['tensors']>();
  parameterSpecs(MODELS[model].graph(1))
    .filter(({ stage }) => stage !== HEAD_STAGE)
    .forEach(({ name, layer, role, shape }, t) => {
      // One value for all, to be quick: the length is what is looked at.
      const values = new Float32Array(elementCount(shape)).fill(t + 1);
      layers.set(layer, [...(layers.get(layer) ?? []), { name, role, shape, values }]);
    });
  return {
    kind: 'keras-legacy',
    program: 'Keras 2.1.6',
    naming: 'keras',
    layers: [...layers].map(([name, tensors]) => layerByRoles(rename(name), tensors)),
    leftOut: [],
    conversions: [],
    told: {},
  };
}

function numbers(file: WeightFile, model: ModelId): number[] {
  const result = matchWeights(file, model);
  if (!result.fits) throw new Error(result.difference);
  return result.tensors.map(({ values }) => values[0] as number);
}

const count = (model: ModelId) =>
  parameterSpecs(MODELS[model].graph(1)).filter(({ stage }) => stage !== HEAD_STAGE).length;
const inOrder = (model: ModelId) => Array.from({ length: count(model) }, (_, i) => i + 1);

const OLD: Record<string, string> = { '0': '1', '1': '2a', '2': '2b', '3': '2c' };
function oldName(layer: string): string {
  if (layer === 'conv1_conv') return 'conv1';
  if (layer === 'conv1_bn') return 'bn_conv1';
  const [, stage, unit, branch, kind] = /^conv(\d)_block(\d)_(\d)_(conv|bn)$/.exec(layer) as RegExpExecArray;
  const letter = ' abcdef'[Number(unit)] as string;
  return `${kind === 'conv' ? 'res' : 'bn'}${stage}${letter}_branch${OLD[branch as string]}`;
}

describe('by name', () => {
  it('does not care for the order in the file', () => {
    const file = fileOf('resnet50');
    file.layers.reverse();
    expect(numbers(file, 'resnet50')).toEqual(inOrder('resnet50'));
    expect(matchFile(file)).toMatchObject({ model: 'resnet50', alsoFits: ['resnet50-v15'], report: { rule: 'name' } });
  });

  it('knows the names of the published Keras 2 file, whose shortcuts come after the branch of equal shape', () => {
    const file = fileOf('resnet50', oldName);
    const at = (name: string) => file.layers.findIndex((layer) => layer.name === name);
    const [main, shortcut] = [at('res2a_branch2c'), at('res2a_branch1')];
    [file.layers[main], file.layers[shortcut]] = [
      file.layers[shortcut] as SourceLayer,
      file.layers[main] as SourceLayer,
    ];
    expect(numbers(file, 'resnet50')).toEqual(inOrder('resnet50'));
    expect(matchFile(file).report.rule).toBe('known-names');
    expect(layerOfOldResnetName('res5c_branch2b')).toBe('conv5_block3_2_conv');
    expect(layerOfOldResnetName('res6a_branch2b')).toBeNull();
  });

  it('knows every layer of torchvision', () => {
    expect(layerOfModule('torch-resnet', 'layer4.2.bn3')).toBe('conv5_block3_3_bn');
    expect(layerOfModule('torch-resnet', 'layer3.0.downsample.1')).toBe('conv4_block1_0_bn');
    expect(layerOfModule('torch-inception', 'Conv2d_1a_3x3.conv')).toBe('conv2d');
    expect(layerOfModule('torch-inception', 'Mixed_5b.branch1x1.bn')).toBe('batch_normalization_5');
    expect(layerOfModule('torch-inception', 'Mixed_7c.branch_pool.conv')).toBe('conv2d_93');
    expect(layerOfModule('torch-inception', 'Mixed_8a.branch_pool.conv')).toBeNull();
  });
});

describe('by order', () => {
  it('takes numbered layers in the order of the file, whatever their numbers', () => {
    let n = 100;
    const file = fileOf('inception-v3', (name) => name.replace(/(_\d+)?$/, () => `_${n++}`));
    expect(numbers(file, 'inception-v3')).toEqual(inOrder('inception-v3'));
    const { report } = matchFile(file);
    expect(report.rule).toBe('order');
    expect(report.byOrderAlone).toBeGreaterThan(300);
  });

  it('does so for layers without a name, kinds apart', () => {
    const file = fileOf('cbr-tiny', () => null);
    file.layers.sort((a, b) => a.kind.localeCompare(b.kind));
    expect(numbers(file, 'cbr-tiny')).toEqual(inOrder('cbr-tiny'));
    expect(matchFile(file).model).toBe('cbr-tiny');
  });
});

describe('models inside models', () => {
  it('whose layers have the same names are told by shape and order', () => {
    const file = fileOf('cbr-tiny', (name) => name.replace(/\d/, ''));
    expect(numbers(file, 'cbr-tiny')).toEqual(inOrder('cbr-tiny'));
    expect(matchFile(file).report.rule).toBe('order');
  });

  it('of which some layers have other names: shapes tell these, as long as they agree', () => {
    const file = fileOf('cbr-tiny', (name) => name.replace('conv4', 'inner'));
    expect(numbers(file, 'cbr-tiny')).toEqual(inOrder('cbr-tiny'));
    const swapped = fileOf('cbr-tiny', (name) => ({ conv3: 'bn9', bn3: 'bn4', bn4: 'bn3' })[name] ?? name);
    expect(() => matchFile(swapped)).toThrow('The nearest is CBR-Tiny');
  });

  it('in groups of different classes, which Keras 3 sorts by name, are refused where shapes repeat', () => {
    const file: WeightFile = { ...fileOf('resnet50', () => 'layer'), kind: 'keras-3', isSorted: true };
    file.layers.forEach(({ kind, tensors }, index) => {
      const group = `${index < 100 ? 'layers/functional' : 'layers/sequential'}/layers/${kind}_${index}`;
      tensors.forEach((tensor, number) => (tensor.name = `${group}/vars/${number}`));
    });
    expect(() => matchFile(file)).toThrow(
      'have one shape, and a file that is sorted by name does not tell their order',
    );
  });
});

describe('the classifier', () => {
  const dense = (name: string, inputs: number, outputs: number): SourceLayer => ({
    name,
    kind: 'dense',
    tensors: [
      { name: `${name}/kernel`, role: 'kernel', shape: [inputs, outputs], values: new Float32Array(inputs * outputs) },
      { name: `${name}/bias`, role: 'bias', shape: [outputs], values: new Float32Array(outputs) },
    ],
  });

  it('may be absent, or have any number of outputs', () => {
    const file = fileOf('cbr-tiny');
    expect(matchFile(file).report.head).toBeNull();
    file.layers.push(dense('predictions', 256, 1000));
    const { report, tensors } = matchFile(file);
    expect(report.head).toEqual({ outputs: 1000 });
    expect(tensors.at(-2)).toMatchObject({ stage: HEAD_STAGE, shape: [256, 1000] });
  });

  it('is left out where it is none of the model’s', () => {
    const file = fileOf('cbr-tiny');
    file.layers.push(dense('hidden', 256, 64), dense('predictions', 64, 10));
    expect(matchFile(file).report).toMatchObject({ head: null, leftOut: [{ count: 4, first: 'hidden/kernel' }] });
  });
});

describe('a wrong file', () => {
  const difference = (file: WeightFile, model: ModelId): string => {
    const result = matchWeights(file, model);
    return result.fits ? 'fits' : result.difference;
  };

  it('is refused with the first tensor that differs', () => {
    const file = fileOf('resnet50');
    const layer = file.layers.find(({ name }) => name === 'conv2_block1_1_conv');
    const kernel = layer?.tensors[0] as SourceLayer['tensors'][number];
    kernel.shape = [3, 3, 64, 64];
    expect(difference(file, 'resnet50')).toBe(
      'expected conv2_block1_1_conv/kernel 1x1x64x64 as tensor 7, found conv2_block1_1_conv/kernel (3x3x64x64) in the file',
    );
  });

  it('is refused where a layer, a tensor or the sense of a number is wrong', () => {
    const without = fileOf('cbr-tiny');
    without.layers.splice(2, 1);
    expect(difference(without, 'cbr-tiny')).toBe('expected conv2/kernel 5x5x32x64 as tensor 6, found none in the file');
    const more = fileOf('cbr-tiny');
    more.layers.push({ ...(more.layers[0] as SourceLayer), name: 'conv9' });
    expect(difference(more, 'cbr-tiny')).toBe(
      'expected no more tensors after tensor 20, found conv1/kernel (5x5x3x32) in the file',
    );
    const other = fileOf('cbr-tiny');
    other.layers.push({ name: 'lstm', kind: 'other', tensors: [{ ...tensor('lstm/kernel'), shape: [1] }] });
    expect(difference(other, 'cbr-tiny')).toContain('found lstm/kernel (1)');
    const infinite = fileOf('cbr-tiny');
    (infinite.layers[0]?.tensors[0]?.values as Float32Array)[5] = NaN;
    expect(difference(infinite, 'cbr-tiny')).toContain('with finite numbers');
    const negative = fileOf('cbr-tiny');
    (negative.layers[1]?.tensors[3]?.values as Float32Array).fill(-1);
    expect(difference(negative, 'cbr-tiny')).toContain('a variance, found negative numbers in bn1/moving_variance');
    const biased = fileOf('cbr-tiny');
    biased.layers[0]?.tensors.push({ ...tensor('conv1/bias'), role: 'bias', shape: [32] });
    expect(difference(biased, 'cbr-tiny')).toBe(
      'expected no bias after conv1/kernel, found conv1/bias (32) in the file',
    );
  });

  it('names the nearest model, or the one that was asked for', () => {
    const file = fileOf('cbr-small');
    const last = file.layers.at(-1)?.tensors[0] as SourceLayer['tensors'][number];
    last.shape = [300];
    expect(() => matchFile(file)).toThrow(
      'The Keras legacy HDF5 file fits no model of this program. The nearest is CBR-Small: expected bn4/gamma 256 as tensor 17, found bn4/gamma (300) in the file.',
    );
    expect(() => matchFile(fileOf('cbr-small'), { model: 'cbr-tiny' })).toThrow(
      'does not fit CBR-Tiny: expected conv1/kernel 5x5x3x32',
    );
  });

  const tensor = (name: string) => ({ name, role: 'kernel' as const, shape: [1], values: new Float32Array(1) });
});

describe('batch-norm scales where the model has none', () => {
  const graph = (scale: boolean): Graph => ({
    layers: [
      ...branch('a', 4, IMAGE, scale),
      ...branch('b', 3, IMAGE, scale),
      { kind: 'max-pool', name: 'pool', stage: 's', inputs: ['a_relu'], size: 3, stride: 1, padding: 'same' },
      { kind: 'average-pool', name: 'mean', stage: 's', inputs: ['b_relu'], size: 3, stride: 1, padding: 'same' },
      { kind: 'concat', name: 'join', stage: 's', inputs: ['pool', 'mean'] },
      ...branch('c', 5, 'join', scale),
      { kind: 'global-average-pool', name: 'gap', stage: HEAD_STAGE, inputs: ['c_relu'] },
      { kind: 'dense', name: 'classifier', stage: HEAD_STAGE, inputs: ['gap'], units: 2 },
    ],
  });
  const branch = (name: string, filters: number, input: string, scale: boolean): Graph['layers'] => [
    {
      ...{ kind: 'conv', name: `${name}_conv`, stage: 's', inputs: [input], kernel: [3, 3], filters },
      ...{ stride: 1, padding: 'same', bias: false, initializer: 'glorot-uniform' },
    },
    {
      kind: 'batch-norm',
      name: `${name}_bn`,
      stage: 's',
      inputs: [`${name}_conv`],
      epsilon: 1e-3,
      momentum: 0.99,
      scale,
    },
    { kind: 'relu', name: `${name}_relu`, stage: 's', inputs: [`${name}_bn`] },
  ];

  function scaledFile(gamma: (random: RandomStream) => number): WeightFile {
    const random = new RandomStream('gamma');
    const layers = new Map<string, SourceLayer['tensors']>();
    for (const { name, layer, role, shape } of parameterSpecs(graph(true))) {
      const draw = () =>
        role === 'gamma' ? gamma(random) : role === 'moving_variance' ? 0.5 + random.uniform() : random.uniform() - 0.5;
      const values = Float32Array.from({ length: elementCount(shape) }, draw);
      layers.set(layer, [...(layers.get(layer) ?? []), { name, role, shape, values }]);
    }
    return {
      ...fileOf('cbr-tiny'),
      naming: 'ours',
      layers: [...layers].map(([name, tensors]) => layerByRoles(name, tensors)),
    };
  }

  const logits = (whole: Graph, named: ReadonlyMap<string, Float32Array>): Float32Array =>
    forwardPass({
      graph: whole,
      values: parameterSpecs(whole).map(({ name }) => named.get(name) ?? new Float32Array(0)),
      images: Float32Array.from({ length: 2 * 9 * 9 * 3 }, (_, i) => Math.sin(i)),
      inputShape: [2, 9, 9, 3],
    }).output;

  it('are folded exactly where they are positive', () => {
    const file = scaledFile((random) => 0.2 + 2 * random.uniform());
    const match = matchGraph(file, graph(false));
    if (!match.fits) throw new Error(match.difference);
    const original = new Map(file.layers.flatMap(({ tensors }) => tensors.map(({ name, values }) => [name, values])));
    const expected = logits(graph(true), original);
    const whole = { layers: graph(false).layers.map((l) => (l.kind === 'dense' ? { ...l, units: 2 } : l)) };
    const got = logits(whole, new Map(match.tensors.map(({ name, values }) => [name, values])));
    expected.forEach((value, i) =>
      expect(Math.abs(value - (got[i] as number))).toBeLessThan(2e-5 * Math.max(1, Math.abs(value))),
    );
    expect(match.report.conversions.join()).toContain('folded');
  });

  it('are left out where they are 1, and refused where one is not positive', () => {
    const ones = matchGraph(
      scaledFile(() => 1),
      graph(false),
    );
    expect(ones.fits && ones.report.conversions).toEqual(['batch-norm scales left out: they are all 1']);
    const zero = matchGraph(
      scaledFile((random) => (random.uniform() < 0.3 ? 0 : 1)),
      graph(false),
    );
    expect(zero.fits ? 'fits' : zero.difference).toContain('expected positive scales in the batch norm ');
  });
});
