/** A small weight file written by the safetensors library: values and the forward pass (`weights/`). */
import fs from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parameterSpecs, type Graph } from '../../main/engine/graph/definition.ts';
import { LayerList } from '../../main/engine/models/layer-list.ts';
import type { TensorRole } from '../../main/engine/tensors.ts';
import { headProbabilities } from '../../main/engine/train/loss.ts';
import { readSafetensors } from '../../main/engine/weights/safetensors.ts';
import { inputImages } from './support/deterministic.ts';
import { forwardPass } from './support/forward.ts';
import { notInThisSet, readReference, referencePath } from './support/reference-set.ts';

interface Expected {
  seed: number;
  tensors: { name: string; role: TensorRole; shape: number[]; values: number[] }[];
  safetensors?: { file: string; names: string[] };
  forward: { input_shape: [number, number, number, number]; output: number[][] };
}

const expected = readReference<Expected>('weights', 'expected.json');
const file = expected?.safetensors ? referencePath('weights', expected.safetensors.file) : null;

if (!expected || !file || !fs.existsSync(file)) test(notInThisSet('weights/*.safetensors'), () => undefined);
else {
  describe('safetensors file of another program', () => {
    const { tensors } = readSafetensors(file);
    const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));

    test('tensors are exact', () => {
      expect([...byName.keys()].sort()).toEqual([...(expected.safetensors?.names ?? [])].sort());
      for (const { name, shape, values } of expected.tensors) {
        const got = byName.get(name);
        expect(got?.shape, name).toEqual(shape);
        expect(got?.values, name).toEqual(Float32Array.from(values));
      }
    });

    test('forward pass', () => {
      const kernel = byName.get('conv/kernel')?.shape as [number, number, number, number];
      const outputs = byName.get('head/bias')?.shape[0] as number;
      const list = new LayerList();
      list.add('conv', {
        ...{ kind: 'conv', kernel: [kernel[0], kernel[1]], filters: kernel[3], stride: 1, padding: 'same' },
        ...{ bias: byName.has('conv/bias'), initializer: 'he-normal' },
      });
      list.add('bn', { kind: 'batch-norm', epsilon: 1e-3, momentum: 0.99, scale: true });
      list.add('relu', { kind: 'relu' });
      list.add('gap', { kind: 'global-average-pool' });
      list.add('head', { kind: 'dense', units: outputs });
      const graph: Graph = { layers: list.layers };
      const { output } = forwardPass({
        graph,
        values: parameterSpecs(graph).map(({ name }) => byName.get(name)?.values ?? new Float32Array(0)),
        images: inputImages(expected.forward.input_shape, expected.seed),
        inputShape: expected.forward.input_shape,
      });
      const got = headProbabilities('sigmoid', output, outputs);
      const worst = Math.max(...expected.forward.output.flat().map((value, i) => Math.abs(value - (got[i] ?? NaN))));
      expect(worst).toBeLessThanOrEqual(2e-6);
    });
  });
}
