/** Small weight files of other programs (`weights/`): every tensor, and the forward pass from it. */
import fs from 'node:fs';
import { describe, expect, test } from 'vitest';
import { HEAD_STAGE, IMAGE, parameterSpecs, type Graph } from '../../main/engine/graph/definition.ts';
import { headProbabilities } from '../../main/engine/train/loss.ts';
import type { TensorRole } from '../../main/engine/tensors.ts';
import { matchGraph } from '../../main/engine/weights/match.ts';
import { readWeightFile } from '../../main/engine/weights/read-weight-file.ts';
import { inputImages } from './support/deterministic.ts';
import { forwardPass } from './support/forward.ts';
import { notInThisSet, readReference, referencePath } from './support/reference-set.ts';

interface ExpectedTensor {
  name: string;
  shape: number[];
  values: number[];
}

interface Expected {
  seed: number;
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
  const kernel = expected.tensors[0]?.shape as [number, number, number, number];
  const graph: Graph = {
    layers: [
      {
        ...{ kind: 'conv', name: 'conv', stage: 'body', inputs: [IMAGE], initializer: 'glorot-uniform' },
        ...{ kernel: [kernel[0], kernel[1]], filters: kernel[3], stride: 1, padding: 'same' },
        bias: expected.tensors.some(({ name }) => name === 'conv/bias'),
      },
      {
        ...{ kind: 'batch-norm', name: 'bn', stage: 'body', inputs: ['conv'], epsilon: 1e-3, momentum: 0.99 },
        scale: expected.tensors.some(({ name }) => name === 'bn/gamma'),
      },
      { kind: 'relu', name: 'relu', stage: 'body', inputs: ['bn'] },
      { kind: 'global-average-pool', name: 'gap', stage: HEAD_STAGE, inputs: ['relu'] },
      { kind: 'dense', name: 'head', stage: HEAD_STAGE, inputs: ['gap'], units: 1 },
    ],
  };

  describe.each(files)('%s', (name) => {
    const file = referencePath('weights', name);
    if (!fs.existsSync(file)) {
      test(notInThisSet(name), () => undefined);
      return;
    }

    test('tensors are exact, and the forward pass is the reference’s', async () => {
      const read = await readWeightFile(file);
      const dataset = expected.tensors.map((tensor) => tensor.dataset[name]);
      if (read.kind === 'keras-3') {
        const names = read.layers.flatMap(({ tensors }) => tensors.map((tensor) => tensor.name));
        expect(names.toSorted()).toEqual(dataset.toSorted());
      }
      const match = matchGraph(read, graph);
      if (!match.fits) throw new Error(match.difference);
      expect(match.tensors.map((tensor) => [tensor.name, tensor.role, tensor.shape])).toEqual(
        expected.tensors.map((tensor) => [tensor.name, tensor.role, tensor.shape]),
      );
      match.tensors.forEach(({ name: tensor, values }, t) => {
        expect(values, tensor).toEqual(Float32Array.from(expected.tensors[t]?.values ?? []));
      });

      const outputs = match.report.head?.outputs as number;
      const whole: Graph = {
        layers: graph.layers.map((layer) => (layer.kind === 'dense' ? { ...layer, units: outputs } : layer)),
      };
      const byName = new Map(match.tensors.map((tensor) => [tensor.name, tensor.values]));
      const { output } = forwardPass({
        graph: whole,
        values: parameterSpecs(whole).map((spec) => byName.get(spec.name) ?? new Float32Array(0)),
        images: inputImages(expected.forward.input_shape, expected.seed),
        inputShape: expected.forward.input_shape,
      });
      const probabilities = headProbabilities('sigmoid', output, outputs);
      const differences = expected.forward.output.flat().map((value, i) => Math.abs(value - (probabilities[i] ?? NaN)));
      expect(differences).toHaveLength(probabilities.length);
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
