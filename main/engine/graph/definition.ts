/**
 * A network as data: a list of layers in an order in which every layer comes after its inputs. It names each parameter
 * tensor once; models, initialisations, weight files and the trainer all derive from it.
 */
import type { TensorRole } from '../tensors.ts';

interface LayerBase {
  name: string;
  /** Part of the network that is transferred, frozen or compared as a whole. */
  stage: string;
  /** Names of the layers (or `image`) that feed this one. */
  inputs: string[];
}

export type Layer = LayerBase &
  (
    | { kind: 'conv'; kernelSize: number; filters: number; stride: number; bias: boolean }
    | { kind: 'batch-norm'; epsilon: number; momentum: number }
    | { kind: 'relu' }
    | { kind: 'max-pool'; size: number; stride: number }
    | { kind: 'global-average-pool' }
    | { kind: 'dense'; units: number }
    | { kind: 'add' }
    | { kind: 'concat' }
  );
export type LayerKind = Layer['kind'];
export type LayerOf<K extends LayerKind> = Extract<Layer, { kind: K }>;

/** The input is an image batch, B x H x W x 3; the last layer's output (B x outputs) is the logits. */
export interface Graph {
  layers: Layer[];
}

export const IMAGE = 'image';
export const IMAGE_CHANNELS = 3;
/** Stage of the classifier, which no initialisation transfers. */
export const HEAD_STAGE = 'head';

/** One parameter tensor. Kernels are HWIO (convolution) or in x out (dense). */
export interface ParameterSpec {
  /** `layer/role`, e.g. `conv1/kernel`. */
  name: string;
  layer: string;
  layerKind: LayerKind;
  role: TensorRole;
  stage: string;
  shape: number[];
  trainable: boolean;
}

/** The output of one layer for one image. */
export interface LayerShape {
  height: number;
  width: number;
  channels: number;
}

/** Output shape of every layer, by name, for square images of side `size`. */
export function layerShapes(graph: Graph, size: number): Map<string, LayerShape> {
  const shapes = new Map<string, LayerShape>([[IMAGE, { height: size, width: size, channels: IMAGE_CHANNELS }]]);
  for (const layer of graph.layers) {
    const inputs = layer.inputs.map((name) => {
      const shape = shapes.get(name);
      if (!shape) throw new Error(`Layer ${layer.name} comes before its input ${name}.`);
      return shape;
    });
    const input = inputs[0] as LayerShape;
    shapes.set(layer.name, outputShape(layer, input, inputs));
  }
  return shapes;
}

function outputShape(layer: Layer, input: LayerShape, inputs: readonly LayerShape[]): LayerShape {
  switch (layer.kind) {
    case 'conv':
      return { ...strided(input, layer.stride), channels: layer.filters };
    case 'max-pool':
      return { ...strided(input, layer.stride), channels: input.channels };
    case 'global-average-pool':
      return { height: 1, width: 1, channels: input.channels };
    case 'dense':
      return { height: 1, width: 1, channels: layer.units };
    case 'concat':
      return { ...input, channels: inputs.reduce((sum, { channels }) => sum + channels, 0) };
    case 'batch-norm':
    case 'relu':
    case 'add':
      return input;
  }
}

function strided({ height, width }: LayerShape, stride: number): { height: number; width: number } {
  return { height: Math.ceil(height / stride), width: Math.ceil(width / stride) };
}

/** All parameter tensors in the order of the layers, and within a layer kernel, bias or gamma, beta, mean, variance (Keras's order). */
export function parameterSpecs(graph: Graph): ParameterSpec[] {
  const shapes = layerShapes(graph, 64);
  return graph.layers.flatMap((layer): ParameterSpec[] => {
    const channels = (shapes.get(layer.inputs[0] as string) as LayerShape).channels;
    const spec = (role: TensorRole, shape: number[], trainable = true): ParameterSpec => ({
      name: `${layer.name}/${role}`,
      layer: layer.name,
      layerKind: layer.kind,
      role,
      stage: layer.stage,
      shape,
      trainable,
    });
    switch (layer.kind) {
      case 'conv': {
        const kernel = spec('kernel', [layer.kernelSize, layer.kernelSize, channels, layer.filters]);
        return layer.bias ? [kernel, spec('bias', [layer.filters])] : [kernel];
      }
      case 'batch-norm':
        return [
          spec('gamma', [channels]),
          spec('beta', [channels]),
          spec('moving_mean', [channels], false),
          spec('moving_variance', [channels], false),
        ];
      case 'dense':
        return [spec('kernel', [channels, layer.units]), spec('bias', [layer.units])];
      case 'relu':
      case 'max-pool':
      case 'global-average-pool':
      case 'add':
      case 'concat':
        return [];
    }
  });
}
