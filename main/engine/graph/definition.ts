/**
 * A network as data: a list of layers in an order in which every layer comes after its inputs. It names each parameter
 * tensor once; models, initialisations, weight files and the trainer all derive from it.
 */
import { AppError } from '../../../shared/system/errors.ts';
import type { TensorRole } from '../tensors.ts';

/**
 * `same`: ceil(side / stride) outputs, the smaller half of the padding first (TensorFlow's rule); `valid`: none; a number: so
 * many cells on each side. Padding is 0 to a convolution, and never wins a maximum.
 */
export type Padding = 'same' | 'valid' | number;

/** How a window walks over an image, the same in both directions. */
export interface Steps {
  stride: number;
  padding: Padding;
}

export type KernelSides = readonly [height: number, width: number];

/** Random kernels, as Keras names them; `inits/random.ts` draws them. */
export type KernelInitializer = 'he-normal' | 'glorot-uniform';
export type Initializer = KernelInitializer | 'zeros' | 'ones';

interface LayerBase {
  name: string;
  /** Part of the network that is transferred, frozen or compared as a whole. */
  stage: string;
  /** Names of the layers (or `image`) that feed this one. */
  inputs: string[];
}

export type Layer = LayerBase &
  (
    | ({ kind: 'conv'; kernel: KernelSides; filters: number; bias: boolean; initializer: KernelInitializer } & Steps)
    | {
        kind: 'batch-norm';
        epsilon: number;
        momentum: number;
        /** False: no gamma. */
        scale: boolean;
        /** Bias of the convolution before, which leaves adding it to this layer; only `foldBiases` (reorder.ts) sets it. */
        foldedBias?: string;
        /** It does the ReLU after it as well, and has the ReLU's name; only `fuseRelus` (reorder.ts) sets it. */
        rectify?: true;
        /** It does the max pooling (3 x 3, stride 2) after the ReLU as well; only `fusePools` (reorder.ts) sets it. */
        pools?: true;
        /** It adds its second input, the other branch of a residual block, before that ReLU; only `fuseAdditions` (reorder.ts) sets it. */
        adds?: true;
        /** What its tensors are named after, where that is not its own name. */
        tensors?: string;
      }
    | { kind: 'relu' }
    | ({ kind: 'max-pool'; size: number } & Steps)
    /** Padded cells count neither in the sum nor in the number of cells. */
    | { kind: 'average-pool'; size: number; stride: number; padding: 'same' | 'valid' }
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
  /** Its values before training, where no weights are taken over. */
  initializer: Initializer;
}

/** The output of one layer for one image. */
export interface LayerShape {
  height: number;
  width: number;
  channels: number;
}

/**
 * Output shape of every layer, by name, for square images of side `size`.
 * @throws AppError `bad-input` where the images are too small for the network.
 */
export function layerShapes(graph: Graph, size: number): Map<string, LayerShape> {
  const shapes = new Map<string, LayerShape>([[IMAGE, { height: size, width: size, channels: IMAGE_CHANNELS }]]);
  for (const layer of graph.layers) {
    const inputs = layer.inputs.map((name) => {
      const shape = shapes.get(name);
      if (!shape) throw new Error(`Layer ${layer.name} comes before its input ${name}.`);
      return shape;
    });
    const input = inputs[0] as LayerShape;
    const output = outputShape(layer, input, inputs);
    if (output.height < 1 || output.width < 1) {
      throw new AppError('bad-input', `Images of ${size} px are too small: nothing is left of them at ${layer.name}.`, {
        action: 'Choose larger images, or another model.',
      });
    }
    shapes.set(layer.name, output);
  }
  return shapes;
}

function outputShape(layer: Layer, input: LayerShape, inputs: readonly LayerShape[]): LayerShape {
  switch (layer.kind) {
    case 'conv':
      return { ...stepped(input, layer.kernel, layer), channels: layer.filters };
    case 'max-pool':
    case 'average-pool':
      return { ...stepped(input, [layer.size, layer.size], layer), channels: input.channels };
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

function stepped(
  { height, width }: LayerShape,
  [kernelHeight, kernelWidth]: KernelSides,
  steps: Steps,
): { height: number; width: number } {
  return { height: outputSide(height, kernelHeight, steps), width: outputSide(width, kernelWidth, steps) };
}

function outputSide(side: number, window: number, { stride, padding }: Steps): number {
  if (padding === 'same') return Math.ceil(side / stride);
  const padded = side + 2 * (padding === 'valid' ? 0 : padding);
  return Math.floor((padded - window) / stride) + 1;
}

/** No parameter depends on the image's size; this one is large enough for every model. */
const AMPLE_SIZE = 512;

/** All parameter tensors in the order of the layers, and within a layer kernel, bias or gamma, beta, mean, variance (Keras's order). */
export function parameterSpecs(graph: Graph): ParameterSpec[] {
  const shapes = layerShapes(graph, AMPLE_SIZE);
  return graph.layers.flatMap((layer): ParameterSpec[] => {
    const channels = (shapes.get(layer.inputs[0] as string) as LayerShape).channels;
    const spec = (role: TensorRole, shape: number[], initializer: Initializer): ParameterSpec => ({
      name: `${layer.name}/${role}`,
      layer: layer.name,
      layerKind: layer.kind,
      role,
      stage: layer.stage,
      shape,
      trainable: role !== 'moving_mean' && role !== 'moving_variance',
      initializer,
    });
    switch (layer.kind) {
      case 'conv': {
        const kernel = spec('kernel', [...layer.kernel, channels, layer.filters], layer.initializer);
        return layer.bias ? [kernel, spec('bias', [layer.filters], 'zeros')] : [kernel];
      }
      case 'batch-norm':
        return [
          ...(layer.scale ? [spec('gamma', [channels], 'ones')] : []),
          spec('beta', [channels], 'zeros'),
          spec('moving_mean', [channels], 'zeros'),
          spec('moving_variance', [channels], 'ones'),
        ];
      case 'dense':
        return [spec('kernel', [channels, layer.units], 'glorot-uniform'), spec('bias', [layer.units], 'zeros')];
      case 'relu':
      case 'max-pool':
      case 'average-pool':
      case 'global-average-pool':
      case 'add':
      case 'concat':
        return [];
    }
  });
}
