/** Tables of `models` and `models show`. */
import { formatBytes, formatCount, formatNumber } from '../../../shared/words/numbers.ts';
import { MODEL_NAMES, type ModelInfo } from '../../../shared/study/models.ts';
import type { StageLayout } from '../../engine/models/layout.ts';
import { formatShape } from '../../engine/tensors.ts';
import { formatTable } from '../output/output.ts';

interface Conditions {
  outputs: number;
  size: number;
  batch: number;
}

const gmac = (macs: number): string => formatNumber(macs / 1e9, 2);

export function modelsText(models: readonly ModelInfo[], { outputs, size, batch }: Conditions): string {
  const table = formatTable({
    header: ['model', 'convolutions', 'parameters', 'trainable', "paper's figure", 'GMAC', 'memory', 'architecture'],
    rows: models.map((model) => [
      model.id,
      String(model.convolutions),
      formatCount(model.parameters),
      formatCount(model.trainableParameters),
      formatCount(model.paperParameters),
      model.forwardMacs === null ? `from ${model.minimumSize} px` : gmac(model.forwardMacs),
      formatBytes(model.trainingBytes),
      model.architecture,
    ]),
    rightAligned: [1, 2, 3, 4, 5, 6],
  });
  return [
    table,
    '',
    `Parameters with ${outputs} outputs. GMAC: multiply-accumulates (1e9) of one image's forward pass at ${size} px.`,
    `Memory: rough estimate for training at ${size} px, batch ${batch}.`,
    "The paper's figures (Table 1) of CBR models count the kernels of all convolutions but the first, plus 5 per last-layer",
    'channel. No way of counting was found that gives its figures of ResNet-50 and Inception-v3: trust the count beside them.',
    'models show MODEL: stages, layers and tensors.',
  ].join('\n');
}

/** `layers`: every layer with its tensors, else one line a stage. */
export function modelText(
  info: ModelInfo,
  stages: readonly StageLayout[],
  { outputs, size, batch, layers }: Conditions & { layers: boolean },
): string {
  const paper = info.paperParameters === null ? 'no figure' : formatCount(info.paperParameters);
  const facts = [
    `${info.name}: ${info.architecture}.`,
    `Parameters with ${outputs} outputs: ${formatCount(info.parameters)}, ${formatCount(info.trainableParameters)} of them trainable. Table 1 of the paper: ${paper}. ${info.paperNote}`,
    `At ${size} px: ${gmac(info.forwardMacs ?? 0)} GMAC an image; about ${formatBytes(info.trainingBytes ?? 0)} to train with batch ${batch}.`,
    ...(info.base
      ? [`Weights of ${MODEL_NAMES[info.base.model]} fit up to and including ${info.base.upto} (transfusion).`]
      : []),
  ];
  const shape = (output: readonly number[]) => output.join(' x ');
  const table = layers
    ? formatTable({
        header: ['stage', 'layer', 'what', 'output', 'parameters', 'tensors'],
        rows: stages.flatMap(({ stage, layers: own }) =>
          own.map((layer) => [
            stage,
            layer.name,
            layer.description,
            shape(layer.output),
            layer.parameters === 0 ? '' : formatCount(layer.parameters),
            layer.tensors.map((tensor) => `${tensor.name.split('/')[1]} ${formatShape(tensor.shape)}`).join(', '),
          ]),
        ),
        rightAligned: [4],
      })
    : formatTable({
        header: ['stage', 'layers', 'output', 'parameters', 'GMAC'],
        rows: stages.map((stage) => [
          stage.stage,
          String(stage.layers.length),
          shape(stage.output),
          formatCount(stage.parameters),
          gmac(stage.macs),
        ]),
        rightAligned: [1, 3, 4],
      });
  return [...facts, '', table, ...(layers ? [] : ['', '--layers shows every layer with its tensors.'])].join('\n');
}
