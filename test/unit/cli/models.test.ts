import { expect, test } from 'vitest';
import { modelText, modelsText } from '../../../main/cli/models/models-text.ts';
import { describeModel, describeModels } from '../../../main/engine/models/catalogue.ts';
import { layoutOf } from '../../../main/engine/models/layout.ts';
import { MODEL_IDS } from '../../../shared/study/models.ts';

const at = (size: number) => ({ outputs: 5, size, batch: 8 });

test('every model has a line, in the paper’s order; the paper’s figure stands beside ours with what it is', () => {
  const text = modelsText(describeModels(at(224)), at(224));
  const lines = text.split('\n').slice(2, 2 + MODEL_IDS.length);
  expect(lines.map((line) => line.split(' ')[0])).toEqual([...MODEL_IDS]);
  expect(lines[0]).toMatch(/23,597,957 +23,544,837 +23,570,408 +3\.86/);
  expect(text).toContain('No way of counting was found that gives its figures of ResNet-50 and Inception-v3');
});

test('a model that the images are too small for says from which size it works', () => {
  const lines = modelsText(describeModels(at(64)), at(64)).split('\n');
  expect(lines.find((line) => line.startsWith('inception-v3'))).toContain('from 75 px');
});

test('one model: facts, then stages or layers', () => {
  const info = describeModel('resnet50-slim', at(224));
  const stages = layoutOf('resnet50-slim', at(224));
  const short = modelText(info, stages, { ...at(224), layers: false });
  expect(short).toContain('Weights of ResNet-50 fit up to and including block2');
  expect(short).toMatch(/^block3 +\d+ +14 x 14 x 512 /m);
  const long = modelText(info, stages, { ...at(224), layers: true });
  expect(long).toMatch(
    /^conv1 +conv1_conv +7x7 convolution, stride 2, padding 3, bias +112 x 112 x 64 +9,472 +kernel 7x7x3x64, bias 64$/m,
  );
  expect(long).toContain('sum of conv3_block1_0_bn and conv3_block1_3_bn');
});
