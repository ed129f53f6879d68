/** What a graph costs, from its shapes alone. */
import { layerShapes, parameterSpecs, type Graph, type Layer, type LayerShape } from '../graph/definition.ts';
import { elementCount } from '../tensors.ts';
import { runtimeLayers } from '../graph/reorder.ts';

const FLOAT_BYTES = 4;
/** Node, TensorFlow's libraries and its thread pools, as measured in a process that has loaded them and trained nothing. */
const RUNTIME_BYTES = 410 * 2 ** 20;

/** The smallest square image, by its side in pixels, of which something is left at every layer. */
export function minimumSize(graph: Graph): number {
  for (let size = 1; ; size++) {
    try {
      layerShapes(graph, size);
      return size;
    } catch {
      continue;
    }
  }
}

/** Multiply-accumulates of convolutions and dense layers in one forward pass of one image. */
export function forwardMacs(graph: Graph, size: number): number {
  return [...layerMacs(graph, size).values()].reduce((sum, macs) => sum + macs, 0);
}

/** {@link forwardMacs} by layer; layers that have none are left out. */
export function layerMacs(graph: Graph, size: number): Map<string, number> {
  const shapes = layerShapes(graph, size);
  const macs = new Map<string, number>();
  for (const layer of graph.layers) {
    const input = shapes.get(layer.inputs[0] as string) as LayerShape;
    const output = shapes.get(layer.name) as LayerShape;
    if (layer.kind === 'conv') {
      macs.set(layer.name, output.height * output.width * layer.filters * elementCount(layer.kernel) * input.channels);
    } else if (layer.kind === 'dense') {
      macs.set(layer.name, input.channels * layer.units);
    }
  }
  return macs;
}

/**
 * Rough resident bytes of a process that trains: the runtime, four copies of the parameters (starting values, weights, two optimiser
 * slots; gradients are applied as they come), the activations that wait for the backward pass, and the gradients of the largest layer.
 */
export function trainingBytes(graph: Graph, { size, batch }: { size: number; batch: number }): number {
  const layers = runtimeLayers(graph.layers);
  const shapes = layerShapes({ layers }, size);
  const bytes = (name: string) => {
    const { height, width, channels } = shapes.get(name) as LayerShape;
    return batch * height * width * channels * FLOAT_BYTES;
  };
  const parameters = parameterSpecs(graph).reduce((sum, { shape }) => sum + elementCount(shape), 0);
  const kept = [...keptOutputs(layers)].reduce((sum, name) => sum + bytes(name), 0);
  const largest = Math.max(...layers.map(({ name }) => bytes(name)));
  return RUNTIME_BYTES + 4 * parameters * FLOAT_BYTES + kept + 3 * largest;
}

/** Layers (and the image) whose output is kept from the forward pass until the backward pass has been through. */
function keptOutputs(layers: readonly Layer[]): Set<string> {
  const kept = new Set<string>();
  for (const layer of layers) {
    if (layer.kind === 'conv' || layer.kind === 'batch-norm' || layer.kind === 'dense')
      kept.add(layer.inputs[0] as string);
    if (layer.kind === 'relu' || layer.kind === 'max-pool' || (layer.kind === 'batch-norm' && layer.rectify))
      kept.add(layer.name);
  }
  return kept;
}

/** Bytes of the largest activation of one image. */
export function largestActivation(graph: Graph, size: number): number {
  const shapes = [...layerShapes(graph, size).values()];
  return Math.max(...shapes.map(({ height, width, channels }) => height * width * channels * FLOAT_BYTES));
}
