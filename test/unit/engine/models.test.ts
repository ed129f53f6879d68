/** What the catalogue tells about models, and the reordering of pooling and ReLU. */
import { describe, expect, test } from 'vitest';
import { layerShapes, parameterSpecs } from '../../../main/engine/graph/definition.ts';
import { poolBeforeRelu } from '../../../main/engine/graph/reorder.ts';
import { describeModel, describeModels, MODELS } from '../../../main/engine/models/catalogue.ts';
import { layoutOf } from '../../../main/engine/models/layout.ts';
import { MODEL_IDS, type ModelId } from '../../../shared/study/models.ts';
import { branchedGraph } from './support/networks.ts';

test('every id has a model, with stages named after its blocks', () => {
  for (const id of MODEL_IDS) {
    const definition = MODELS[id];
    expect(definition.id).toBe(id);
    const stages = new Set(parameterSpecs(definition.graph(5)).map(({ stage }) => stage));
    expect([...stages]).toEqual([...definition.stages, 'head']);
  }
});

test('parameters, multiply-accumulates and memory', () => {
  const info = describeModel('cbr-small', { outputs: 5, size: 224, batch: 8 });
  expect(info).toMatchObject({ parameters: 2115301, trainableParameters: 2114341, paperParameters: 2108672 });
  const macs = 49 * (224 ** 2 * 3 * 32 + 112 ** 2 * 32 * 64 + 56 ** 2 * 64 * 128 + 28 ** 2 * 128 * 256) + 256 * 5;
  expect(info.forwardMacs).toBe(macs);
  const larger = describeModel('cbr-small', { outputs: 5, size: 587, batch: 8 });
  expect(larger.trainingBytes).toBeGreaterThan(info.trainingBytes ?? Infinity);
  expect(describeModels({ outputs: 5, size: 64, batch: 2 }).map(({ id }) => id)).toEqual([...MODEL_IDS]);
});

test('SAME pooling halves, rounding up; CBR-LargeT does not pool at its end', () => {
  const shapes = layerShapes(MODELS['cbr-larget'].graph(5), 45);
  expect(['pool1', 'pool2', 'pool3', 'pool4', 'relu5'].map((name) => shapes.get(name)?.height)).toEqual([
    23, 12, 6, 3, 3,
  ]);
  expect(shapes.has('pool5')).toBe(false);
});

describe('pooling before ReLU', () => {
  test('a block’s pool moves before its ReLU; shapes at the end are the same', () => {
    const { layers } = MODELS['cbr-tiny'].graph(5);
    const reordered = poolBeforeRelu(layers);
    expect(reordered.slice(0, 5).map(({ name, inputs }) => [name, ...inputs])).toEqual([
      ['conv1', 'image'],
      ['bn1', 'conv1'],
      ['pool1', 'bn1'],
      ['relu1', 'pool1'],
      ['conv2', 'relu1'],
    ]);
    expect(reordered.length).toBe(layers.length);
    expect(layerShapes({ layers: reordered }, 50).get('classifier')).toEqual(
      layerShapes({ layers }, 50).get('classifier'),
    );
  });

  test('a ReLU that something else reads too stays where it is', () => {
    const names = poolBeforeRelu(branchedGraph(3).layers).map(({ name }) => name);
    expect(names.indexOf('stem-pool')).toBeLessThan(names.indexOf('stem-relu'));
    expect(names.indexOf('sum-relu')).toBeLessThan(names.indexOf('down'));
  });
});

describe('the families', () => {
  test('counts of the paper’s models and their relatives; the paper’s own figures beside them', () => {
    const facts = describeModels({ outputs: 5, size: 224, batch: 8 }).map((info) => [
      info.id,
      info.parameters,
      info.paperParameters,
      info.convolutions,
    ]);
    expect(facts).toEqual([
      // Keras counts 23,587,712 and 21,802,784 without a top; 2048 x 5 + 5 more here.
      ['resnet50', 23597957, 23570408, 53],
      ['resnet50-slim', 7187845, null, 53],
      ['resnet50-v15', 23597957, null, 53],
      ['inception-v3', 21813029, 22881424, 94],
      ['cbr-larget', 8541157, 8532480, 5],
      ['cbr-largew', 8445381, 8432128, 4],
      ['cbr-largew-slim', 2822853, null, 4],
      ['cbr-small', 2115301, 2108672, 4],
      ['cbr-tiny', 1080805, 1076480, 4],
      ['cbr-tiny-wide', 4312005, null, 4],
    ]);
  });

  test('slim models share the first stages with their base, and their widths halve above', () => {
    const base = (model: ModelId) => describeModel(model, { outputs: 5, size: 224, batch: 8 }).base;
    expect(base('resnet50-slim')).toEqual({ model: 'resnet50', upto: 'block2' });
    expect(base('cbr-largew-slim')).toEqual({ model: 'cbr-largew', upto: 'block2' });
    expect(base('resnet50')).toBeNull();
    const widths = (model: ModelId) => layoutOf(model, { outputs: 5, size: 224 }).map(({ output }) => output[2]);
    expect(widths('resnet50')).toEqual([64, 256, 512, 1024, 2048, 5]);
    expect(widths('resnet50-slim')).toEqual([64, 256, 512, 512, 1024, 5]);
  });

  test('v1.5 has ResNet-50’s tensors, and its strides in the 3x3 convolutions', () => {
    const tensors = (model: ModelId) => parameterSpecs(MODELS[model].graph(5)).map(({ name, shape }) => [name, shape]);
    expect(tensors('resnet50-v15')).toEqual(tensors('resnet50'));
    const strided = (model: ModelId) =>
      MODELS[model]
        .graph(5)
        .layers.flatMap((layer) => (layer.kind === 'conv' && layer.stride === 2 ? [layer.name] : []));
    expect(strided('resnet50').filter((name) => name.startsWith('conv3'))).toEqual([
      'conv3_block1_1_conv',
      'conv3_block1_0_conv',
    ]);
    expect(strided('resnet50-v15').filter((name) => name.startsWith('conv3'))).toEqual([
      'conv3_block1_2_conv',
      'conv3_block1_0_conv',
    ]);
    // torchvision pads one cell on each side there, so that the map halves as it does in Keras.
    const sides = (model: ModelId) => layoutOf(model, { outputs: 5, size: 224 }).map(({ output }) => output[0]);
    expect(sides('resnet50-v15')).toEqual([56, 56, 28, 14, 7, 1]);
    expect(sides('resnet50')).toEqual(sides('resnet50-v15'));
  });

  test('images that are too small for Inception-v3', () => {
    const info = describeModel('inception-v3', { outputs: 5, size: 74, batch: 8 });
    expect(info).toMatchObject({ minimumSize: 75, forwardMacs: null, trainingBytes: null });
    expect(describeModel('inception-v3', { outputs: 5, size: 75, batch: 8 }).forwardMacs).toBeGreaterThan(0);
    expect(() => layoutOf('inception-v3', { outputs: 5, size: 74 })).toThrow('Images of 74 px are too small');
  });

  test('a layout has every layer and every parameter once', () => {
    for (const id of MODEL_IDS) {
      const info = describeModel(id, { outputs: 5, size: 96, batch: 1 });
      const stages = layoutOf(id, { outputs: 5, size: 96 });
      const sum = (pick: (stage: (typeof stages)[number]) => number) =>
        stages.reduce((total, stage) => total + pick(stage), 0);
      expect(stages.map(({ stage }) => stage)).toEqual([...info.stages, 'head']);
      expect(sum(({ parameters }) => parameters)).toBe(info.parameters);
      expect(sum(({ macs }) => macs)).toBe(info.forwardMacs);
      expect(sum(({ layers }) => layers.length)).toBe(MODELS[id].graph(5).layers.length);
    }
  });
});
