/** Which layer of a weight file is which of a model: by name, else by order among the layers of a kind. */
import type { MatchRule } from '../../../shared/weights/weights.ts';
import type { LayerKind, ParameterSpec } from '../graph/definition.ts';
import { isNumberedName, layerOfOldResnetName } from './keras-names.ts';
import type { SourceLayer, WeightFile } from './source-layers.ts';
import { assignByShapes, inOrderOfTorch } from './assign-by-shapes.ts';

export interface LayerAssignment {
  rule: MatchRule;
  /** By the model's layer. */
  layers: Map<string, SourceLayer>;
  /** Layers of the file that the model has no place for, classifiers aside. */
  extra: SourceLayer[];
  /** Why it is not clear which layer is which. */
  unclear?: string | null;
}

/** A layer of a model. */
export interface BodyLayer {
  name: string;
  kind: LayerKind;
  specs: ParameterSpec[];
}

/** `body`: the model's layers with tensors below the head, in order. */
export function assignLayers(file: WeightFile, body: readonly BodyLayer[]): LayerAssignment {
  const { naming, layers } = file;
  const sources = layers.filter(({ kind }) => kind !== 'dense');
  if (naming === 'torch') return assignByShapes(file, body) ?? assignByOrder(sources, inOrderOfTorch(body));
  const byName = assignByName(naming, sources, body);
  const names = new Set(sources.map(({ name }) => name));
  const isNamed = byName.layers.size * 2 >= Math.max(1, sources.length) && names.size === sources.length;
  if (naming !== 'keras' || (isNamed && byName.extra.length === 0)) return byName;
  const byShapes = assignByShapes(file, body);
  if (!isNamed) return byShapes ?? assignByOrder(sources, body);
  // Some layers have other names: shapes may tell these, as long as they agree with the names.
  const agrees =
    byShapes !== null && [...byName.layers].every(([name, source]) => byShapes.layers.get(name) === source);
  return agrees ? byShapes : byName;
}

function assignByName(
  naming: WeightFile['naming'],
  sources: readonly SourceLayer[],
  body: readonly { name: string }[],
): LayerAssignment {
  const wanted = new Set(body.map(({ name }) => name));
  const layers = new Map<string, SourceLayer>();
  const extra: SourceLayer[] = [];
  let known = naming === 'torch-resnet' || naming === 'torch-inception';
  for (const source of sources) {
    const name = nameIn(wanted, source, naming);
    if (name === null || layers.has(name)) extra.push(source);
    else {
      layers.set(name, source);
      known ||= name !== source.name;
    }
  }
  return { rule: known ? 'known-names' : 'name', layers, extra };
}

function nameIn(wanted: ReadonlySet<string>, { name }: SourceLayer, naming: WeightFile['naming']): string | null {
  if (name === null) return null;
  if (wanted.has(name) && (naming !== 'keras' || !isNumberedName(name))) return name;
  const old = naming === 'keras' ? layerOfOldResnetName(name) : null;
  return old !== null && wanted.has(old) ? old : null;
}

function assignByOrder(sources: readonly SourceLayer[], body: readonly BodyLayer[]): LayerAssignment {
  const layers = new Map<string, SourceLayer>();
  const left = new Set(sources);
  for (const kind of ['conv', 'batch-norm'] as const) {
    const found = sources.filter((source) => source.kind === kind);
    body
      .filter((layer) => layer.kind === kind)
      .forEach(({ name }, index) => {
        const source = found[index];
        if (source === undefined) return;
        layers.set(name, source);
        left.delete(source);
      });
  }
  return { rule: 'order', layers, extra: [...left] };
}
