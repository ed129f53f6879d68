/** Layers of TensorFlow.js models in the order of their topology, whatever the order of the manifest (public case: nsfwjs 4.3.0). */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { IMAGE } from '../../../main/engine/graph/definition.ts';
import { MODELS } from '../../../main/engine/models/catalogue.ts';
import { layersOfTopology } from '../../../main/engine/weights/tfjs-topology.ts';
import { readWeightFile } from '../../../main/engine/weights/read-weight-file.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

interface TopologyLayer {
  name: string;
  class_name: string;
  config: object;
  inbound_nodes: unknown;
}

const keras2 = (inputs: readonly string[]) => [inputs.map((input) => [input, 0, 0, {}])];
const keras3 = (inputs: readonly string[]) => [
  {
    args: inputs.map((input) => ({ class_name: '__keras_tensor__', config: { keras_history: [input, 0, 0] } })),
    kwargs: {},
  },
];

const layer = (name: string, inbound: unknown, config: object = {}): TopologyLayer => ({
  name,
  class_name: 'Layer',
  config: { name, ...config },
  inbound_nodes: inbound,
});

const topology = (layers: TopologyLayer[], output: string) => ({
  keras_version: '2.2.4',
  model_config: { class_name: 'Model', config: { name: 'm', layers, output_layers: [[output, 0, 0]] } },
});

describe('the order of layers', () => {
  const { layers } = MODELS['inception-v3'].graph(1);
  const names = layers.map(({ name }) => name);
  const inbound = (inputs: readonly string[]) => inputs.filter((input) => input !== IMAGE);

  it.each([
    ['Keras 2', keras2],
    ['Keras 3', keras3],
  ])('is Keras’s own, however the list is sorted: %s', (_, nodes) => {
    const listed = layers.map(({ name, inputs }) => layer(name, nodes(inbound(inputs))));
    for (const shuffled of [listed, listed.toReversed(), listed.toSorted((a, b) => (a.name < b.name ? -1 : 1))]) {
      expect(layersOfTopology(topology(shuffled, names.at(-1) as string))).toEqual(names);
    }
  });

  it('of a sequence is that of its list; models inside stand where they are used', () => {
    const inner = topology([layer('b', keras2(['a'])), layer('a', [])], 'b').model_config.config;
    const sequence = [layer('first', undefined), layer('base', undefined, inner), layer('last', undefined)];
    const expected = ['first', 'a', 'b', 'last'];
    expect(layersOfTopology({ class_name: 'Sequential', config: { layers: sequence } })).toEqual(expected);
    expect(layersOfTopology({ class_name: 'Sequential', config: sequence })).toEqual(expected);
  });

  it('is not told by a circle, by models without end in models, or by something else', () => {
    expect(layersOfTopology(topology([layer('a', keras2(['b'])), layer('b', keras2(['a']))], 'b'))).toBeNull();
    expect(layersOfTopology(topology([layer('a', keras2(['a']))], 'a'))).toBeNull();
    let deep: object = {};
    for (let depth = 0; depth < 2000; depth++) deep = { layers: [layer('a', [], deep)] };
    expect(layersOfTopology({ config: deep })).toBeNull();
    expect(layersOfTopology({ node: [] })).toBeNull();
    expect(layersOfTopology('text')).toBeNull();
  });
});

describe('a manifest in another order', () => {
  const read = (weights: string[], layers: TopologyLayer[]) => {
    const folder = makeTemporaryFolder('topology');
    const manifest = weights.map((name) => ({ name: `${name}/bias`, shape: [1], dtype: 'float32' }));
    const model = { modelTopology: topology(layers, 'd'), weightsManifest: [{ paths: ['w'], weights: manifest }] };
    fs.writeFileSync(path.join(folder, 'model.json'), JSON.stringify(model));
    fs.writeFileSync(path.join(folder, 'w'), Float32Array.from(weights.keys()));
    return readWeightFile(folder);
  };
  const chain = [
    layer('conv2d_2', []),
    layer('conv2d_10', keras2(['conv2d_2'])),
    layer('conv2d_9', keras2(['conv2d_2'])),
    layer('d', keras2(['conv2d_9', 'conv2d_10'])),
  ];

  it('is read in the order of the topology, each tensor with its own numbers', async () => {
    const { layers } = await read(['conv2d_10', 'conv2d_2', 'conv2d_9'], chain);
    expect(layers.map(({ name, tensors }) => [name, tensors[0]?.values[0]])).toEqual([
      ['conv2d_2', 1],
      ['conv2d_9', 2],
      ['conv2d_10', 0],
    ]);
  });

  it('with names that the topology does not have is refused, unless it has the order itself', async () => {
    await expect(read(['conv2d_10', 'conv2d_2', 'other'], chain)).rejects.toThrow('its topology has no layer "other"');
    const { layers } = await read(['conv2d_2', 'other', 'conv2d_10'], chain);
    expect(layers.map(({ name }) => name)).toEqual(['conv2d_2', 'other', 'conv2d_10']);
  });

  it('of a graph model is refused with the reason, also where nothing but its nodes says so', async () => {
    const folder = makeTemporaryFolder('graph');
    fs.writeFileSync(path.join(folder, 'model.json'), '{"modelTopology":{"node":[]},"weightsManifest":[]}');
    await expect(readWeightFile(folder)).rejects.toThrow('batch norm is folded');
  });
});
