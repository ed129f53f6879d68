/** A network in two parts: what stays as it started, and what is trained on top of it. */
import { AppError } from '../../../shared/system/errors.ts';
import { layerShapes, type Graph, type Layer, type LayerKind, type LayerShape } from './definition.ts';

export interface SplitGraph {
  /** From the image to `boundary`, its last layer. */
  frozen: Graph;
  /** The rest; it reads the image nowhere, only the output of `boundary`. */
  trained: Graph;
  /** The one layer whose output crosses from the one to the other. */
  boundary: string;
}

/** Layers that have no parameter and may as well be counted to the frozen part. */
const WITHOUT_PARAMETERS: readonly LayerKind[] = ['relu', 'max-pool', 'average-pool', 'global-average-pool'];

/**
 * Cuts a graph after the given stages, which are its first ones. Layers without parameters that alone read the cut are taken into
 * the frozen part (with the last stage frozen, what crosses is then the pooled features and not a whole map).
 * @throws AppError `internal` where more than one tensor would cross: such a graph has badly chosen stages.
 */
export function splitGraph(graph: Graph, stages: readonly string[]): SplitGraph {
  const frozen = graph.layers.filter(({ stage }) => stages.includes(stage));
  let trained = graph.layers.filter(({ stage }) => !stages.includes(stage));
  for (;;) {
    const readers = trained.filter((layer) => readsAny(layer, frozen));
    const [only] = readers;
    if (readers.length !== 1 || !only || !WITHOUT_PARAMETERS.includes(only.kind)) break;
    frozen.push(only);
    trained = trained.filter((layer) => layer !== only);
  }
  const made = new Set(trained.map(({ name }) => name));
  const crossing = new Set(trained.flatMap(({ inputs }) => inputs.filter((name) => !made.has(name))));
  const [boundary, ...others] = crossing;
  if (boundary === undefined || others.length > 0 || boundary !== frozen.at(-1)?.name) {
    throw new AppError(
      'internal',
      `Expected one tensor to leave the frozen stages (to ${stages.at(-1) ?? 'none'}), found ${[...crossing].join(', ')}.`,
    );
  }
  return { frozen: { layers: frozen }, trained: { layers: trained }, boundary };
}

function readsAny({ inputs }: Layer, layers: readonly Layer[]): boolean {
  return layers.some(({ name }) => inputs.includes(name));
}

/** Shape of what crosses the boundary for one image of side `size`: height, width, channels, or channels alone once pooled. */
export function boundaryShape(graph: Graph, boundary: string, size: number): number[] {
  const { height, width, channels } = layerShapes(graph, size).get(boundary) as LayerShape;
  const pooled = graph.layers.find(({ name }) => name === boundary)?.kind === 'global-average-pool';
  return pooled ? [channels] : [height, width, channels];
}
