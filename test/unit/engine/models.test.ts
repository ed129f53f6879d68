/** What the catalogue tells about models, and the reordering of pooling and ReLU. */
import { describe, expect, test } from 'vitest';
import { layerShapes, parameterSpecs } from '../../../main/engine/graph/definition.ts';
import { poolBeforeRelu } from '../../../main/engine/graph/reorder.ts';
import { describeModel, describeModels, MODELS } from '../../../main/engine/models/catalogue.ts';
import { MODEL_IDS } from '../../../shared/models.ts';
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
  expect(larger.trainingBytes).toBeGreaterThan(info.trainingBytes);
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
