/** A model stage by stage and layer by layer, for people who want to see what is inside. */
import type { ModelId } from '../../../shared/study/models.ts';
import {
  HEAD_STAGE,
  layerShapes,
  parameterSpecs,
  type Layer,
  type LayerOf,
  type LayerShape,
} from '../graph/definition.ts';
import { elementCount } from '../tensors.ts';
import { MODELS } from './catalogue.ts';
import { layerMacs } from './cost.ts';

export interface LayerLayout {
  name: string;
  /** `7x7 convolution, stride 2, padding 3`, `batch norm`. */
  description: string;
  /** Of one image, height x width x channels. */
  output: [height: number, width: number, channels: number];
  tensors: { name: string; shape: number[]; trainable: boolean }[];
  parameters: number;
  /** Multiply-accumulates of one image. */
  macs: number;
}

export interface StageLayout {
  stage: string;
  layers: LayerLayout[];
  /** Of the stage's last layer. */
  output: [height: number, width: number, channels: number];
  parameters: number;
  macs: number;
}

/** @throws AppError `bad-input` where images of `size` px are too small for the model. */
export function layoutOf(model: ModelId, { outputs, size }: { outputs: number; size: number }): StageLayout[] {
  const graph = MODELS[model].graph(outputs);
  const shapes = layerShapes(graph, size);
  const specs = Map.groupBy(parameterSpecs(graph), ({ layer }) => layer);
  const macs = layerMacs(graph, size);
  const describe = (layer: Layer): LayerLayout => {
    const own = specs.get(layer.name) ?? [];
    const { height, width, channels } = shapes.get(layer.name) as LayerShape;
    return {
      name: layer.name,
      description: describeLayer(layer),
      output: [height, width, channels],
      tensors: own.map(({ name, shape, trainable }) => ({ name, shape, trainable })),
      parameters: own.reduce((sum, { shape }) => sum + elementCount(shape), 0),
      macs: macs.get(layer.name) ?? 0,
    };
  };
  return [...MODELS[model].stages, HEAD_STAGE].map((stage) => {
    const own = graph.layers.filter((layer) => layer.stage === stage).map(describe);
    return {
      stage,
      layers: own,
      output: (own.at(-1) as LayerLayout).output,
      parameters: own.reduce((sum, { parameters }) => sum + parameters, 0),
      macs: own.reduce((sum, layer) => sum + layer.macs, 0),
    };
  });
}

function describeLayer(layer: Layer): string {
  switch (layer.kind) {
    case 'conv':
      return `${layer.kernel.join('x')} convolution${steps(layer, Math.max(...layer.kernel))}${layer.bias ? ', bias' : ''}`;
    case 'batch-norm':
      return `batch norm, epsilon ${layer.epsilon.toExponential()}${layer.scale ? '' : ', no gamma'}`;
    case 'relu':
      return 'ReLU';
    case 'max-pool':
      return `${layer.size}x${layer.size} max pool${steps(layer, layer.size)}`;
    case 'average-pool':
      return `${layer.size}x${layer.size} average pool${steps(layer, layer.size)}`;
    case 'global-average-pool':
      return 'global average pool';
    case 'dense':
      return 'dense, bias';
    case 'add':
      return `sum of ${layer.inputs.join(' and ')}`;
    case 'concat':
      return `${layer.inputs.length} inputs side by side`;
  }
}

function steps({ stride, padding }: Pick<LayerOf<'conv'>, 'stride' | 'padding'>, window: number): string {
  const stridden = stride === 1 ? '' : `, stride ${stride}`;
  if (padding === 'same' || window === 1) return stridden;
  return `${stridden}, ${padding === 'valid' ? 'no padding' : `padding ${padding}`}`;
}
