/** A network without batch norm that computes what the given one computes in inference mode. */
import { AppError } from '../../../shared/system/errors.ts';
import { layerShapes, parameterSpecs, type Graph, type Layer, type LayerOf } from '../graph/definition.ts';
import { elementCount, type NamedTensor } from '../tensors.ts';

export interface FoldedNetwork {
  graph: Graph;
  /** One a tensor of `graph`, in its order. */
  tensors: NamedTensor[];
}

/** No parameter depends on the image's size. */
const AMPLE_SIZE = 512;

/**
 * In inference mode batch norm is y = scale x + shift for each channel, with scale = gamma / sqrt(variance + epsilon) and shift = beta -
 * mean scale. Where it alone reads a convolution, both go into that convolution's kernel and bias; elsewhere a 1 x 1 convolution with
 * the scales on its diagonal takes its place. So a backward pass gives the gradient of the network as it predicts.
 * @throws AppError `internal` where a tensor is missing
 */
export function foldBatchNorm({ layers }: Graph, tensors: readonly NamedTensor[]): FoldedNetwork {
  const byName = new Map(tensors.map(({ name, values }) => [name, values]));
  const values = (name: string): Float32Array => {
    const found = byName.get(name);
    if (found === undefined) throw new AppError('internal', `The network has no tensor "${name}".`);
    return found;
  };
  const shapes = layerShapes({ layers }, AMPLE_SIZE);
  const fresh = new Map<string, Float32Array>();
  const replaced = new Map<string, Layer>();
  /** What is read in place of a batch norm that is gone. */
  const renamed = new Map<string, string>();
  for (const layer of layers) {
    if (layer.kind !== 'batch-norm') continue;
    const { scale, shift } = channelMap(layer, values);
    const source = layers.find(({ name }) => name === layer.inputs[0]);
    const readers = layers.filter(({ inputs }) => inputs.includes(layer.inputs[0] as string));
    if (source?.kind === 'conv' && readers.length === 1) {
      const kernel = values(`${source.name}/kernel`);
      const bias = source.bias ? values(`${source.name}/bias`) : null;
      fresh.set(
        `${source.name}/kernel`,
        kernel.map((weight, index) => weight * (scale[index % scale.length] as number)),
      );
      fresh.set(
        `${source.name}/bias`,
        shift.map((value, channel) => value + (bias?.[channel] ?? 0) * (scale[channel] as number)),
      );
      replaced.set(source.name, { ...source, bias: true });
      renamed.set(layer.name, source.name);
    } else {
      const { name, stage, inputs } = layer;
      const channels = shapes.get(name)?.channels ?? scale.length;
      const kernel = new Float32Array(channels * channels);
      scale.forEach((value, channel) => (kernel[channel * channels + channel] = value));
      fresh.set(`${name}/kernel`, kernel).set(`${name}/bias`, shift);
      const steps = { kernel: [1, 1] as const, stride: 1, padding: 'valid' as const };
      replaced.set(name, {
        kind: 'conv',
        name,
        stage,
        inputs,
        filters: channels,
        bias: true,
        initializer: 'he-normal',
        ...steps,
      });
    }
  }
  const graph = {
    layers: layers
      .filter(({ name }) => !renamed.has(name))
      .map((layer) => replaced.get(layer.name) ?? layer)
      .map((layer) => ({ ...layer, inputs: layer.inputs.map((name) => renamed.get(name) ?? name) })),
  };
  return {
    graph,
    tensors: parameterSpecs(graph).map(({ name, role, stage, shape }) => {
      const found = fresh.get(name) ?? values(name);
      if (found.length !== elementCount(shape)) throw new AppError('internal', `Tensor "${name}" has another shape.`);
      return { name, role, stage, shape, values: found };
    }),
  };
}

function channelMap(
  layer: LayerOf<'batch-norm'>,
  values: (name: string) => Float32Array,
): { scale: Float32Array; shift: Float32Array } {
  const variance = values(`${layer.name}/moving_variance`);
  const mean = values(`${layer.name}/moving_mean`);
  const gamma = layer.scale ? values(`${layer.name}/gamma`) : null;
  const scale = variance.map((value, channel) => (gamma?.[channel] ?? 1) / Math.sqrt(value + layer.epsilon));
  const beta = values(`${layer.name}/beta`);
  return { scale, shift: beta.map((value, channel) => value - (mean[channel] as number) * (scale[channel] as number)) };
}
