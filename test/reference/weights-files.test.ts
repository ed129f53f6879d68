/** Small weight files of other programs (`weights/`): every tensor, and the forward pass from it. */
import fs from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parameterSpecs, type Graph } from '../../main/engine/graph/definition.ts';
import { headProbabilities } from '../../main/engine/train/loss.ts';
import type { TensorRole } from '../../main/engine/tensors.ts';
import { openHdf5 } from '../../main/engine/weights/hdf5.ts';
import { matchGraph } from '../../main/engine/weights/match.ts';
import { readWeightFile } from '../../main/engine/weights/read-weight-file.ts';
import { inputImages } from './support/deterministic.ts';
import { forwardPass } from './support/forward.ts';
import { describeSequence, graphOfKeras, renamed, type KerasLayer } from './support/keras-graph.ts';
import { notInThisSet, readReference, referencePath } from './support/reference-set.ts';

interface ExpectedTensor {
  name: string;
  shape: number[];
  values: number[];
}

interface Expected {
  seed: number;
  layer_names: string[];
  tensors: (ExpectedTensor & { role: TensorRole; dataset: Record<string, string> })[];
  safetensors?: { file: string };
  forward: { input_shape: [number, number, number, number]; output: number[][] };
  many_layers?: { file: string; layer_names: string[]; tensors: ExpectedTensor[] };
}

const expected = readReference<Expected>('weights', 'expected.json');

if (!expected) test(notInThisSet('weights/expected.json'), () => undefined);
else {
  const datasets = Object.keys(expected.tensors[0]?.dataset ?? {});
  const files = [...datasets, ...(expected.safetensors ? [expected.safetensors.file] : [])];
  const { graph: described, activation } = graphOfKeras(await describeNetwork(expected, datasets));
  const { graph, wanted } = withExpectedNames(described, expected.tensors);
  const specs = parameterSpecs(graph);

  test('the network has the tensors that are expected', () => {
    expect(specs.map(({ shape }) => shape)).toEqual(wanted.map(({ shape }) => shape));
    expect(new Set(wanted).size).toBe(expected.tensors.length);
  });

  describe.each(files)('%s', (name) => {
    const file = referencePath('weights', name);
    if (!fs.existsSync(file)) {
      test(notInThisSet(name), () => undefined);
      return;
    }

    test('tensors are exact, and the forward pass is the reference’s', async () => {
      const read = await readWeightFile(file);
      const paths = expected.tensors.map((tensor) => tensor.dataset[name]);
      if (read.kind === 'keras-3') {
        const names = read.layers.flatMap(({ tensors }) => tensors.map((tensor) => tensor.name));
        expect(names.toSorted()).toEqual(paths.toSorted());
      }
      const match = matchGraph(read, graph);
      if (!match.fits) throw new Error(match.difference);
      const byName = new Map(match.tensors.map((tensor) => [tensor.name, tensor]));
      specs.forEach(({ name: tensor, role, layerKind, shape }, t) => {
        const found = byName.get(tensor);
        const isHead = layerKind === 'dense';
        expect([found?.role, isHead ? found?.shape : shape], tensor).toEqual([role, wanted[t]?.shape]);
        expect(found?.values, tensor).toEqual(Float32Array.from(wanted[t]?.values ?? []));
      });

      const { output } = forwardPass({
        graph,
        values: specs.map((spec) => byName.get(spec.name)?.values ?? new Float32Array(0)),
        images: inputImages(expected.forward.input_shape, expected.seed),
        inputShape: expected.forward.input_shape,
      });
      const outputs = match.report.head?.outputs ?? output.length / expected.forward.input_shape[0];
      const found = activation === 'linear' ? output : headProbabilities(activation as 'sigmoid', output, outputs);
      const differences = expected.forward.output.flat().map((value, i) => Math.abs(value - (found[i] ?? NaN)));
      expect(differences).toHaveLength(found.length);
      expect(Math.max(...differences)).toBeLessThanOrEqual(2e-6);
    });
  });

  const many = expected.many_layers;
  if (!many || !fs.existsSync(referencePath('weights', many.file))) test(notInThisSet('many layers'), () => undefined);
  else {
    test(`${many.file}: layers and tensors of a group index over many nodes`, async () => {
      const { layers } = await readWeightFile(referencePath('weights', many.file));
      const found = layers.flatMap((layer) =>
        layer.tensors.map(({ role, shape, values }) => ({ name: `${layer.name}/${role}`, shape, values })),
      );
      expect(found).toEqual(
        many.tensors.map(({ name, shape, values }) => ({ name, shape, values: Float32Array.from(values) })),
      );
      const withTensors = layers.map(({ name }) => name);
      expect(many.layer_names.filter((name) => withTensors.includes(name))).toEqual(withTensors);
    });
  }
}

/** Keras's description in one of the files, else what names and shapes tell of a sequence. */
async function describeNetwork(
  { layer_names: names, tensors }: Expected,
  files: readonly string[],
): Promise<KerasLayer> {
  for (const name of files) {
    const file = referencePath('weights', name);
    if (!fs.existsSync(file)) continue;
    const hdf5 = await openHdf5(file);
    const [config] = hdf5.texts('/', 'model_config') ?? [];
    hdf5.close();
    if (config !== undefined) return JSON.parse(config) as KerasLayer;
  }
  return describeSequence(names, new Map(tensors.map((tensor) => [tensor.name, tensor.shape])));
}

/** The graph with the names of the expected tensors, and these in its order: they are matched by name, else by place. */
function withExpectedNames(
  graph: Graph,
  tensors: readonly ExpectedTensor[],
): { graph: Graph; wanted: ExpectedTensor[] } {
  const specs = parameterSpecs(graph);
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const isNamed = specs.every(({ name }) => byName.has(name));
  const wanted = specs.map(({ name }, index) => (isNamed ? byName.get(name) : tensors[index]) as ExpectedTensor);
  const layerOf = (tensor: string) => tensor.slice(0, tensor.lastIndexOf('/'));
  const names = new Map(specs.map(({ layer }, index) => [layer, layerOf(wanted[index]?.name ?? '')]));
  const isUnique = new Set(names.values()).size === names.size;
  return { graph: isUnique ? renamed(graph, (layer) => names.get(layer) ?? layer) : graph, wanted };
}
