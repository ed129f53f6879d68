/**
 * Batch-norm scales of a file whose model has none (Inception-v3 in Keras's layout). A scale of 1 is simply left out. A positive
 * scale g commutes with everything up to the next convolution: relu(g z + b) = g relu(z + b/g), pools keep the order and the mean,
 * and concatenation keeps channels apart. So b becomes b/g, and g goes into the kernels that read these channels, which is exact in
 * training mode too. A scale of 0 or less does not commute with ReLU and is refused.
 */
import type { Graph, Layer } from '../graph/definition.ts';
import type { NamedTensor } from '../tensors.ts';
import type { SourceTensor } from './source-layers.ts';

export type FoldResult =
  { ok: true; tensors: NamedTensor[]; conversions: string[] } | { ok: false; difference: string };

export function foldGammas(params: {
  graph: Graph;
  /** By layer. */
  gammas: ReadonlyMap<string, SourceTensor>;
  tensors: readonly NamedTensor[];
}): FoldResult {
  const { graph, gammas, tensors } = params;
  if (gammas.size === 0) return { ok: true, tensors: [...tensors], conversions: [] };
  for (const [layer, { name, values }] of gammas) {
    const channel = values.findIndex((value) => !(value > 0 && Number.isFinite(value)));
    if (channel !== -1) {
      const difference = `expected positive scales in the batch norm ${layer}, which can then be folded, found ${values[channel]} in ${name} at channel ${channel}`;
      return { ok: false, difference };
    }
  }
  if ([...gammas.values()].every(({ values }) => values.every((value) => value === 1))) {
    return { ok: true, tensors: [...tensors], conversions: ['batch-norm scales left out: they are all 1'] };
  }
  const scales = outputScales(graph, gammas);
  const layers = new Map(graph.layers.map((layer) => [layer.name, layer]));
  const folded = tensors.map((tensor): NamedTensor => {
    const layer = layers.get(tensor.name.slice(0, tensor.name.lastIndexOf('/'))) as Layer;
    if (tensor.role === 'beta') {
      const gamma = gammas.get(layer.name)?.values;
      return gamma ? { ...tensor, values: tensor.values.map((value, c) => value / (gamma[c] as number)) } : tensor;
    }
    const scale = scales.get(layer.inputs[0] as string) ?? null;
    return tensor.role === 'kernel' && scale !== null ? scaleInputs(tensor, scale) : tensor;
  });
  const conversions = [
    'batch-norm scales folded into the shifts and the kernels that follow; the network computes what it did, only its last features have another scale',
  ];
  return { ok: true, tensors: folded, conversions };
}

/** By layer, what its output has to be multiplied with to be the original's, by channel; null = 1. */
function outputScales(
  { layers }: Graph,
  gammas: ReadonlyMap<string, SourceTensor>,
): Map<string, readonly number[] | null> {
  const scales = new Map<string, readonly number[] | null>();
  const channels = new Map<string, number>([['image', 3]]);
  for (const layer of layers) {
    const [input] = layer.inputs as [string];
    const scale = scales.get(input) ?? null;
    channels.set(layer.name, channelsOf(layer, channels));
    switch (layer.kind) {
      case 'conv':
      case 'dense':
        scales.set(layer.name, null);
        break;
      case 'batch-norm':
        scales.set(layer.name, gammas.has(layer.name) ? [...(gammas.get(layer.name) as SourceTensor).values] : null);
        break;
      case 'concat':
        scales.set(
          layer.name,
          layer.inputs.flatMap((name) => scales.get(name) ?? Array<number>(channels.get(name) ?? 0).fill(1)),
        );
        break;
      case 'add':
        // Sums of differently scaled branches have no common scale; no model with scale-free batch norm has them.
        if (layer.inputs.some((name) => (scales.get(name) ?? null) !== null)) {
          throw new Error(`Layer ${layer.name} adds scaled branches.`);
        }
        scales.set(layer.name, null);
        break;
      case 'relu':
      case 'max-pool':
      case 'average-pool':
      case 'global-average-pool':
        scales.set(layer.name, scale);
    }
  }
  return scales;
}

function channelsOf(layer: Layer, channels: ReadonlyMap<string, number>): number {
  if (layer.kind === 'conv') return layer.filters;
  if (layer.kind === 'dense') return layer.units;
  const inputs = layer.inputs.map((name) => channels.get(name) ?? 0);
  return layer.kind === 'concat' ? inputs.reduce((sum, count) => sum + count, 0) : (inputs[0] as number);
}

/** A kernel, the last but one axis of which is its input channels. */
function scaleInputs(tensor: NamedTensor, scale: readonly number[]): NamedTensor {
  const outputs = tensor.shape.at(-1) as number;
  const values = tensor.values.map(
    (value, index) => value * (scale[Math.floor(index / outputs) % scale.length] as number),
  );
  return { ...tensor, values };
}
