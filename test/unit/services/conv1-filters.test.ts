import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parameterSpecs } from '../../../main/engine/graph/definition.ts';
import { MODELS } from '../../../main/engine/models/catalogue.ts';
import { elementCount } from '../../../main/engine/tensors.ts';
import { writeSafetensors } from '../../../main/engine/weights/safetensors.ts';
import { conv1Filters } from '../../../main/services/results/conv1-filters.ts';
import type { ModelId } from '../../../shared/study/models.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const folder = makeTemporaryFolder('conv1');

test.each<[ModelId, number, number]>([
  ['resnet50', 7, 64],
  ['resnet50-v15', 7, 64],
  ['inception-v3', 3, 32],
  ['cbr-tiny', 5, 32],
])('the first convolution of %s: %i pixels wide, %i filters', (model, side, count) => {
  fs.mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'weights.safetensors');
  // Tensors in falling order: the file's order must not matter.
  const tensors = parameterSpecs(MODELS[model].graph(2))
    .slice(0, 12)
    .toReversed()
    .map(({ name, shape }) => ({
      name,
      shape,
      values: Float32Array.from({ length: elementCount(shape) }, (_, i) => i),
    }));
  writeSafetensors(file, tensors);
  const { kernelSize, channels, filters } = conv1Filters(file, model);
  expect({ kernelSize, channels, count: filters.length }).toEqual({ kernelSize: side, channels: 3, count });
  expect(filters[1]?.slice(0, 3)).toEqual([1, 1 + count, 1 + 2 * count]);
  const other = model === 'inception-v3' ? 'resnet50' : 'inception-v3';
  expect(() => conv1Filters(file, other)).toThrow(/first convolution \(conv/);
});
