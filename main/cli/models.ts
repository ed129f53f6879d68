/** `models`: the models of the app, what they cost at a size, and the paper's figures beside ours. */
import type { Command } from 'commander';
import { formatBytes, formatCount } from '../../shared/format.ts';
import type { ModelInfo } from '../../shared/models.ts';
import { describeModels } from '../engine/models/catalogue.ts';
import type { CliContext } from './context.ts';
import { formatTable } from './output.ts';
import { wholeNumber } from './whole-number.ts';

const OUTPUTS = 5;

export function register(program: Command, { out }: CliContext): void {
  program
    .command('models')
    .description('list the models with layers, parameters, and cost at an image size')
    .option('--size <px>', 'image side in pixels', wholeNumber(16, 1024), 224)
    .option('--batch <images>', 'images a step, for the memory estimate', wholeNumber(1, 512), 8)
    .action(({ size, batch }: { size: number; batch: number }) => {
      const models = describeModels({ outputs: OUTPUTS, size, batch });
      out.result(models, () => modelsText(models, { size, batch }));
    });
}

export function modelsText(models: readonly ModelInfo[], { size, batch }: { size: number; batch: number }): string {
  const table = formatTable({
    header: ['model', 'convolutions', 'parameters', 'trainable', "paper's figure", 'GMAC', 'memory', 'architecture'],
    rows: models.map((model) => [
      model.id,
      String(model.convolutions),
      formatCount(model.parameters),
      formatCount(model.trainableParameters),
      model.paperParameters === null ? '–' : formatCount(model.paperParameters),
      model.forwardMacs === null ? `from ${model.minimumSize} px` : (model.forwardMacs / 1e9).toFixed(2),
      model.trainingBytes === null ? '–' : formatBytes(model.trainingBytes),
      model.architecture,
    ]),
    rightAligned: [1, 2, 3, 4, 5, 6],
  });
  return [
    table,
    '',
    `Parameters with ${OUTPUTS} outputs. GMAC: multiply-accumulates (1e9) of one image's forward pass at ${size} px.`,
    `Memory: rough estimate for training at ${size} px, batch ${batch}.`,
    "The paper's figures (Table 1) of CBR models count the kernels of all convolutions but the first, plus 5 per last-layer",
    'channel. No way of counting was found that gives its figures of ResNet-50 and Inception-v3; the column beside is the real count.',
  ].join('\n');
}
