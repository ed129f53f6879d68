/**
 * Layers under names that tell nothing: told by their shapes and, where shapes repeat, by their order, which is the order in which the
 * network made them (PyTorch) or has them (Keras).
 */
import { formatShape } from '../tensors.ts';
import type { BodyLayer, LayerAssignment } from './match-layers.ts';
import type { SourceLayer, WeightFile } from './source-layers.ts';
import { compareNames } from './torch/layers.ts';

/** Null where the file does not fit. `unclear` where it does not tell which of two layers is which. */
export function assignByShapes(file: WeightFile, body: readonly BodyLayer[]): LayerAssignment | null {
  const sources = file.layers.filter(({ kind }) => kind !== 'dense');
  const extra = sources.filter(({ kind }) => kind !== 'conv' && kind !== 'batch-norm');
  const orders = file.naming === 'torch' ? SHORTCUTS.map((number) => inOrderOfTorch(body, number)) : [body];
  const fits = orders.flatMap((order) => assign(sources, order) ?? []);
  const [fit] = fits;
  if (fit === undefined) return null;
  return { rule: 'order', layers: fit, extra, unclear: twoOrders(fits) ?? unlike(fit, file) };
}

/**
 * Where the shortcut, number 0 in Keras's names, stands in its unit: PyTorch's networks make it first (detectron2) or last
 * (torchvision), and the shapes tell which.
 */
const SHORTCUTS = ['0', '4'];

/** A model's layers as PyTorch makes them. */
export const inOrderOfTorch = (body: readonly BodyLayer[], shortcut = '4'): BodyLayer[] => {
  const place = ({ name }: BodyLayer) => name.replace(/(_block\d+)_0_/, `$1_${shortcut}_`);
  return body.toSorted((a, b) => compareNames(place(a), place(b)));
};

const shapeOfBody = ({ kind, specs }: BodyLayer): string => `${kind} ${formatShape(specs[0]?.shape ?? [])}`;
const shapeOfSource = ({ kind, tensors }: SourceLayer): string => {
  const first = tensors.find(({ role }) => role === 'kernel') ?? tensors[0];
  return `${kind} ${formatShape(first?.shape ?? [])}`;
};

function assign(sources: readonly SourceLayer[], body: readonly BodyLayer[]): Map<string, SourceLayer> | null {
  const found = Map.groupBy(sources, shapeOfSource);
  const wanted = Map.groupBy(body, shapeOfBody);
  for (const [shape, layers] of wanted) if (found.get(shape)?.length !== layers.length) return null;
  const repeats = (shape: string) => (wanted.get(shape)?.length ?? 0) > 1;
  const assigned = new Map<string, SourceLayer>();
  for (const [shape, [layer, ...others]] of wanted) {
    const source = found.get(shape)?.[0];
    if (others.length === 0 && layer && source) assigned.set(layer.name, source);
  }
  for (const kind of ['conv', 'batch-norm']) {
    const rest = sources.filter((source) => source.kind === kind && repeats(shapeOfSource(source)));
    const places = body.filter((layer) => layer.kind === kind && repeats(shapeOfBody(layer)));
    for (const [index, layer] of places.entries()) {
      const source = rest[index] as SourceLayer;
      if (shapeOfSource(source) !== shapeOfBody(layer)) return null;
      assigned.set(layer.name, source);
    }
  }
  return assigned;
}

function twoOrders(fits: readonly Map<string, SourceLayer>[]): string | null {
  const [first, second] = fits;
  const [name, source] = [...(first ?? [])].find(([layer, found]) => second && second.get(layer) !== found) ?? [];
  if (name === undefined || source === undefined) return null;
  return `its layers fit in two orders: ${name} may be "${source.name}" or "${second?.get(name)?.name}"`;
}

/**
 * In files that sort their layers by name, only numbers tell an order: those of `conv2d_3` and `conv2d_10` do, `conv3` and `downsample`
 * do not, nor do Keras's groups of different classes.
 */
function unlike(fit: ReadonlyMap<string, SourceLayer>, { kind, isSorted }: WeightFile): string | null {
  if (isSorted !== true) return null;
  const nameOf = ({ name, tensors }: SourceLayer) => (kind === 'keras-3' ? tensors[0]?.name : name) ?? '';
  const words = (layer: SourceLayer) => nameOf(layer).replace(kind === 'keras-3' ? /_?\d+(?=\/|$)/g : /\d+/g, '');
  for (const [, layers] of Map.groupBy(fit.values(), shapeOfSource)) {
    const [first] = layers;
    const other = first && layers.find((layer) => words(layer) !== words(first));
    if (other) {
      return `"${nameOf(first)}" and "${nameOf(other)}" have one shape, and a file that is sorted by name does not tell their order`;
    }
  }
  return null;
}
