/** Every model, by id, and what the app tells about it before anything runs. */
import { MODEL_IDS, type ModelId, type ModelInfo } from '../../../shared/study/models.ts';
import { parameterSpecs, type Graph, type LayerOf, type ParameterSpec } from '../graph/definition.ts';
import { elementCount, formatShape } from '../tensors.ts';
import { defineCbr } from './cbr.ts';
import { forwardMacs, minimumSize, trainingBytes } from './cost.ts';
import { INCEPTION } from './inception.ts';
import type { ModelDefinition } from './model.ts';
import { RESNETS } from './resnet.ts';

const CBR_COUNT = 'The paper counts the kernels of all convolutions but the first, plus 5 per last-layer channel.';

const CBRS = [
  defineCbr({
    id: 'cbr-larget',
    kernelSize: 7,
    widths: [32, 64, 128, 256, 512],
    poolAfterLast: false,
    paperParameters: 8532480,
    paperNote: CBR_COUNT,
  }),
  defineCbr({
    id: 'cbr-largew',
    kernelSize: 7,
    widths: [64, 128, 256, 512],
    paperParameters: 8432128,
    paperNote: CBR_COUNT,
  }),
  defineCbr({
    id: 'cbr-largew-slim',
    kernelSize: 7,
    widths: [64, 128, 128, 256],
    base: 'cbr-largew',
    paperParameters: null,
    paperNote:
      'Figure 8 of the paper uses it; it gives no count. block3 and block4 have half of CBR-LargeW’s channels.',
  }),
  defineCbr({
    id: 'cbr-small',
    kernelSize: 7,
    widths: [32, 64, 128, 256],
    paperParameters: 2108672,
    paperNote: CBR_COUNT,
  }),
  defineCbr({
    id: 'cbr-tiny',
    kernelSize: 5,
    widths: [32, 64, 128, 256],
    paperParameters: 1076480,
    paperNote: `${CBR_COUNT} That needs these widths; Appendix A prints those of CBR-Tiny (wide).`,
  }),
  defineCbr({
    id: 'cbr-tiny-wide',
    kernelSize: 5,
    widths: [64, 128, 256, 512],
    paperParameters: null,
    paperNote: 'These are the widths that Appendix A prints for CBR-Tiny; its count in Table 1 needs half of them.',
  }),
];

export const MODELS: Readonly<Record<ModelId, ModelDefinition>> = Object.fromEntries(
  [...RESNETS, INCEPTION, ...CBRS].map((definition) => [definition.id, definition]),
) as Record<ModelId, ModelDefinition>;

/** Parameters, multiply-accumulates and memory of a model; `size` in pixels. */
export function describeModel(
  model: ModelId,
  { outputs, size, batch }: { outputs: number; size: number; batch: number },
): ModelInfo {
  const definition = MODELS[model];
  const { id, name, family, architecture, stages, paperParameters, paperNote } = definition;
  const graph = definition.graph(outputs);
  const specs = parameterSpecs(graph);
  const count = (some: typeof specs) => some.reduce((sum, { shape }) => sum + elementCount(shape), 0);
  const first = firstConvolution(graph);
  const smallest = minimumSize(graph);
  const fits = size >= smallest;
  return {
    ...{ id, name, family, architecture, stages, paperParameters, paperNote, size, batch },
    convolutions: graph.layers.filter(({ kind }) => kind === 'conv').length,
    firstConvolution: { tensor: `${first.name}/kernel`, kernel: [...first.kernel], filters: first.filters },
    base: sharedWithBase(definition),
    parameters: count(specs),
    trainableParameters: count(specs.filter(({ trainable }) => trainable)),
    minimumSize: smallest,
    forwardMacs: fits ? forwardMacs(graph, size) : null,
    trainingBytes: fits ? trainingBytes(graph, { size, batch }) : null,
  };
}

/** The layer that reads the image. */
export function firstConvolution({ layers }: Graph): LayerOf<'conv'> {
  return layers.find((layer) => layer.kind === 'conv') as LayerOf<'conv'>;
}

/** How far up the tensors of a model are those of the model that it was made of. */
function sharedWithBase({ base, stages, id }: ModelDefinition): ModelInfo['base'] {
  if (base === null) return null;
  const [own, others] = [parameterSpecs(MODELS[id].graph(1)), parameterSpecs(MODELS[base].graph(1))];
  const tensorsOf = (specs: readonly ParameterSpec[], stage: string) =>
    specs.filter((spec) => spec.stage === stage).map(({ name, shape }) => `${name} ${formatShape(shape)}`);
  const differs = stages.findIndex((stage) => String(tensorsOf(own, stage)) !== String(tensorsOf(others, stage)));
  const upto = differs < 0 ? stages.at(-1) : stages[differs - 1];
  return upto === undefined ? null : { model: base, upto };
}

/** {@link describeModel} of every model, in the paper's order. */
export function describeModels(options: { outputs: number; size: number; batch: number }): ModelInfo[] {
  return MODEL_IDS.map((id) => describeModel(id, options));
}
