/** Every model, by id, and what the app tells about it before anything runs. */
import { MODEL_IDS, type ModelId, type ModelInfo } from '../../../shared/models.ts';
import { parameterSpecs } from '../graph/definition.ts';
import { elementCount } from '../tensors.ts';
import { defineCbr, type ModelDefinition } from './cbr.ts';
import { forwardMacs, trainingBytes } from './cost.ts';

const DEFINITIONS = [
  defineCbr({
    id: 'cbr-larget',
    name: 'CBR-LargeT',
    kernelSize: 7,
    widths: [32, 64, 128, 256, 512],
    poolAfterLast: false,
    paperParameters: 8532480,
  }),
  defineCbr({
    id: 'cbr-largew',
    name: 'CBR-LargeW',
    kernelSize: 7,
    widths: [64, 128, 256, 512],
    paperParameters: 8432128,
  }),
  defineCbr({
    id: 'cbr-small',
    name: 'CBR-Small',
    kernelSize: 7,
    widths: [32, 64, 128, 256],
    paperParameters: 2108672,
  }),
  // Table 1's count needs these widths; Appendix A prints those of `cbr-tiny-wide`.
  defineCbr({ id: 'cbr-tiny', name: 'CBR-Tiny', kernelSize: 5, widths: [32, 64, 128, 256], paperParameters: 1076480 }),
  defineCbr({
    id: 'cbr-tiny-wide',
    name: 'CBR-Tiny (wide)',
    kernelSize: 5,
    widths: [64, 128, 256, 512],
    paperParameters: null,
  }),
];

export const MODELS: Readonly<Record<ModelId, ModelDefinition>> = Object.fromEntries(
  DEFINITIONS.map((definition) => [definition.id, definition]),
) as Record<ModelId, ModelDefinition>;

/** Parameters, multiply-accumulates and memory of a model; `size` in pixels. */
export function describeModel(
  model: ModelId,
  { outputs, size, batch }: { outputs: number; size: number; batch: number },
): ModelInfo {
  const definition = MODELS[model];
  const graph = definition.graph(outputs);
  const parameters = parameterSpecs(graph);
  const count = (specs: typeof parameters) => specs.reduce((sum, { shape }) => sum + elementCount(shape), 0);
  return {
    id: model,
    name: definition.name,
    kernelSize: definition.kernelSize,
    widths: definition.widths,
    stages: definition.stages,
    parameters: count(parameters),
    trainableParameters: count(parameters.filter(({ trainable }) => trainable)),
    paperParameters: definition.paperParameters,
    forwardMacs: forwardMacs(graph, size),
    trainingBytes: trainingBytes(graph, { size, batch }),
    size,
    batch,
  };
}

/** {@link describeModel} of every model, in the paper's order. */
export function describeModels(options: { outputs: number; size: number; batch: number }): ModelInfo[] {
  return MODEL_IDS.map((id) => describeModel(id, options));
}
