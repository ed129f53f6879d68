/** Tables of `models` and `models show`. */
import { formatBytes, formatCount, formatNumber } from '../../../shared/words/numbers.ts';
import { MODEL_NAMES, type ModelInfo } from '../../../shared/study/models.ts';
import type { StageLayout } from '../../engine/models/layout.ts';
import { formatShape } from '../../engine/tensors.ts';
import { tableText } from '../../../shared/tables/text-face.ts';
import { plainTable } from '../../../shared/tables/table.ts';

interface Conditions {
  outputs: number;
  size: number;
  batch: number;
}

const gmac = (macs: number): string => formatNumber(macs / 1e9, 2);

export function modelsText(models: readonly ModelInfo[], { outputs, size, batch }: Conditions): string {
  const table = plainTable(
    models,
    {
      model: ({ id }) => id,
      convolutions: ({ convolutions }) => String(convolutions),
      parameters: ({ parameters }) => formatCount(parameters),
      trainable: ({ trainableParameters }) => formatCount(trainableParameters),
      "paper's figure": ({ paperParameters }) => formatCount(paperParameters),
      GMAC: ({ forwardMacs, minimumSize }) => (forwardMacs === null ? `from ${minimumSize} px` : gmac(forwardMacs)),
      memory: ({ trainingBytes }) => formatBytes(trainingBytes),
      architecture: ({ architecture }) => architecture,
    },
    ['convolutions', 'parameters', 'trainable', "paper's figure", 'GMAC', 'memory'],
  );
  return [
    tableText(table),
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
    ? plainTable(
        stages.flatMap(({ stage, layers: own }) => own.map((layer) => ({ stage, ...layer }))),
        {
          stage: ({ stage }) => stage,
          layer: ({ name }) => name,
          what: ({ description }) => description,
          output: ({ output }) => shape(output),
          parameters: ({ parameters }) => (parameters === 0 ? '' : formatCount(parameters)),
          tensors: ({ tensors }) =>
            tensors.map((tensor) => `${tensor.name.split('/')[1]} ${formatShape(tensor.shape)}`).join(', '),
        },
        ['parameters'],
      )
    : plainTable(
        stages,
        {
          stage: ({ stage }) => stage,
          layers: (stage) => String(stage.layers.length),
          output: ({ output }) => shape(output),
          parameters: ({ parameters }) => formatCount(parameters),
          GMAC: ({ macs }) => gmac(macs),
        },
        ['layers', 'parameters', 'GMAC'],
      );
  return [...facts, '', tableText(table), ...(layers ? [] : ['', '--layers shows every layer with its tensors.'])].join(
    '\n',
  );
}
