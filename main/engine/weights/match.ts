/**
 * Which tensor of a weight file is which of a model. Rules, the first that applies:
 * 1. by name, where the file's layers have this program's names (Keras's of today), or names that are known to stand for them
 *    (Keras 1 and early 2, torchvision, timm): needed wherever layers of equal shapes could come in another order;
 * 2. by order, among the layers of each kind (convolution, batch norm), as Keras itself loads files; every shape is compared.
 * Pure: no file, no TensorFlow.
 */
import type { ModelId } from '../../../shared/study/models.ts';
import type { MatchReport } from '../../../shared/weights/weights.ts';
import { HEAD_STAGE, parameterSpecs, type Graph, type ParameterSpec } from '../graph/definition.ts';
import { MODELS } from '../models/catalogue.ts';
import { elementCount, formatShape, type NamedTensor } from '../tensors.ts';
import { foldGammas } from './fold-gammas.ts';
import { assignLayers, type BodyLayer, type LayerAssignment } from './match-layers.ts';
import { describeTensor, type SourceLayer, type SourceTensor, type WeightFile } from './source-layers.ts';

export type MatchResult =
  | { fits: true; tensors: NamedTensor[]; report: MatchReport }
  /** Tensors before the first that differs and tensors that there should be, by which the nearest model is found. */
  | { fits: false; matched: number; expected: number; difference: string };

export function matchWeights(file: WeightFile, model: ModelId): MatchResult {
  const result = matchGraph(file, MODELS[model].graph(1));
  if (result.fits) result.report.notes.push(...notesOf(file, model));
  return result;
}

/** {@link matchWeights} for any network; its head may have any number of outputs. */
export function matchGraph(file: WeightFile, graph: Graph): MatchResult {
  const layers = layersOf(graph);
  const body = layers.filter(({ specs }) => specs[0]?.stage !== HEAD_STAGE);
  const assignment = assignLayers(file, body);
  const walk = new TensorWalk(file, assignment);
  const expected = body.reduce((sum, { specs }) => sum + specs.length, 0);
  const misfit = (difference: string) => ({ fits: false as const, matched: walk.matched, expected, difference });
  if (assignment.unclear) return { ...misfit(assignment.unclear), matched: expected };
  for (const layer of body) {
    const difference = walk.take(layer);
    if (difference !== null) return misfit(difference);
  }
  const extra = assignment.extra[0]?.tensors[0];
  if (extra) {
    const difference = `expected no more tensors after tensor ${walk.position}, found ${describeTensor(extra)} in the file`;
    return misfit(difference);
  }
  const head = takeHead(file, layers);
  const folded = foldGammas({
    graph,
    gammas: walk.gammas,
    tensors: [...walk.tensors, ...head.tensors],
  });
  if (!folded.ok) return misfit(folded.difference);
  const filled = walk.sources.filter((source) => source === null).length;
  return {
    fits: true,
    tensors: folded.tensors,
    report: {
      rule: assignment.rule,
      tensors: walk.tensors.map(({ name, stage, shape }, index) => ({
        ...{ name, stage, shape },
        from: walk.sources[index]?.name ?? null,
      })),
      values: walk.tensors.reduce((sum, { shape }) => sum + elementCount(shape), 0),
      byOrderAlone: assignment.rule === 'order' ? countAlike(body) : 0,
      head: head.outputs === null ? null : { outputs: head.outputs },
      leftOut: groupByReason([...file.leftOut, ...head.leftOut]),
      conversions: [...file.conversions, ...folded.conversions],
      notes:
        filled > 0
          ? [`${filled} biases of convolutions are zero: PyTorch’s model has none, because batch norm follows.`]
          : [],
    },
  };
}

function layersOf(graph: Graph): BodyLayer[] {
  const layers = new Map<string, BodyLayer>();
  for (const spec of parameterSpecs(graph)) {
    const layer = layers.get(spec.layer) ?? { name: spec.layer, kind: spec.layerKind, specs: [] };
    layer.specs.push(spec);
    layers.set(spec.layer, layer);
  }
  return [...layers.values()];
}

/** Goes through the model's tensors in their order and compares each with the file's. */
class TensorWalk {
  readonly tensors: NamedTensor[] = [];
  /** For each of {@link tensors} the one that it was read from. */
  readonly sources: (SourceTensor | null)[] = [];
  /** Batch-norm scales of the file where the model has none, by layer. */
  readonly gammas = new Map<string, SourceTensor>();
  /** 1-based number of the model's tensor that is looked at. */
  position = 0;
  matched = 0;
  readonly #fillsBiases: boolean;
  readonly #assignment: LayerAssignment;

  constructor(file: WeightFile, assignment: LayerAssignment) {
    this.#assignment = assignment;
    this.#fillsBiases = file.naming === 'torch-resnet' || file.naming === 'torch';
  }

  /** Null, or how the file differs. */
  take({ name, kind, specs }: BodyLayer): string | null {
    const layer = this.#assignment.layers.get(name);
    for (const spec of specs) {
      this.position++;
      const difference = this.#takeTensor(spec, layer);
      if (difference !== null) return difference;
    }
    const unused = layer?.tensors.find(({ role }) => !specs.some((spec) => spec.role === role));
    if (unused === undefined) return null;
    if (kind === 'batch-norm' && unused.role === 'gamma') {
      this.gammas.set(name, unused);
      return null;
    }
    return `expected no ${unused.role} after ${name}/kernel, found ${describeTensor(unused)} in the file`;
  }

  #takeTensor({ name, role, stage, shape }: ParameterSpec, layer: SourceLayer | undefined): string | null {
    const expected = `expected ${name} ${formatShape(shape)} as tensor ${this.position}`;
    const found = layer?.tensors.find((tensor) => tensor.role === role);
    if (found === undefined) {
      if (role === 'bias' && layer !== undefined && this.#fillsBiases) {
        return this.#keep({ name, role, stage, shape, values: new Float32Array(elementCount(shape)) }, null);
      }
      return `${expected}, found ${this.#instead(layer)} in the file`;
    }
    if (formatShape(found.shape) !== formatShape(shape)) {
      return `${expected}, found ${describeTensor(found)} in the file`;
    }
    if (!found.values.every(Number.isFinite)) {
      return `${expected} with finite numbers, found some in ${found.name} that are not`;
    }
    if (role === 'moving_variance' && found.values.some((value) => value < 0)) {
      return `${expected}, a variance, found negative numbers in ${found.name}`;
    }
    return this.#keep({ name, role, stage, shape, values: found.values }, found);
  }

  #keep(tensor: NamedTensor, source: SourceTensor | null): null {
    this.tensors.push(tensor);
    this.sources.push(source);
    this.matched++;
    return null;
  }

  #instead(layer: SourceLayer | undefined): string {
    if (layer !== undefined) return `only ${layer.tensors.map(describeTensor).join(', ')}`;
    const extra = this.#assignment.extra[0]?.tensors[0];
    return extra === undefined ? 'none' : `none of that name, but ${describeTensor(extra)}`;
  }
}

/** The classifier: kept where the file has one dense layer that fits on top, whatever its number of outputs. */
function takeHead(
  file: WeightFile,
  layers: readonly BodyLayer[],
): { tensors: NamedTensor[]; outputs: number | null; leftOut: WeightFile['leftOut'] } {
  const dense = file.layers.filter(({ kind }) => kind === 'dense');
  const wanted = layers.find(({ specs }) => specs[0]?.stage === HEAD_STAGE);
  const kernel = wanted?.specs.find(({ role }) => role === 'kernel');
  const [only] = dense;
  const source = only?.tensors.find(({ role }) => role === 'kernel');
  const bias = only?.tensors.find(({ role }) => role === 'bias');
  const outputs = source?.shape[1];
  const finite = only?.tensors.every(({ values }) => values.every(Number.isFinite)) ?? false;
  if (dense.length === 1 && finite && wanted && source && bias && outputs && source.shape[0] === kernel?.shape[0]) {
    const named = (role: 'kernel' | 'bias', { shape, values }: SourceTensor): NamedTensor => ({
      ...{ name: `${wanted.name}/${role}`, role, stage: HEAD_STAGE, shape, values },
    });
    return { tensors: [named('kernel', source), named('bias', bias)], outputs, leftOut: [] };
  }
  const reason = 'dense layers that are not one classifier on top of the model; no initialisation uses a classifier';
  return {
    tensors: [],
    outputs: null,
    leftOut: dense.flatMap(({ tensors }) => tensors.map(({ name }) => ({ name, reason }))),
  };
}

/** Tensors of layers that have a like in kind and shapes. */
function countAlike(layers: readonly BodyLayer[]): number {
  const signature = ({ kind, specs }: BodyLayer) => [kind, ...specs.map(({ shape }) => formatShape(shape))].join(' ');
  const counts = new Map<string, number>();
  for (const layer of layers) counts.set(signature(layer), (counts.get(signature(layer)) ?? 0) + 1);
  return layers
    .filter((layer) => (counts.get(signature(layer)) as number) > 1)
    .reduce((sum, { specs }) => sum + specs.length, 0);
}

function groupByReason(entries: WeightFile['leftOut']): MatchReport['leftOut'] {
  const groups = new Map<string, MatchReport['leftOut'][number]>();
  for (const { name, reason } of entries) {
    const group = groups.get(reason) ?? { reason, count: 0, first: name };
    group.count++;
    groups.set(reason, group);
  }
  return [...groups.values()];
}

function notesOf({ naming }: WeightFile, model: ModelId): string[] {
  if (naming === 'torch-resnet' && model !== 'resnet50-v15') {
    return [
      'The weights were trained with the stride in the 3x3 convolutions (ResNet-50 v1.5); this model has it in the 1x1 ones, so that its features differ from theirs.',
    ];
  }
  if (naming === 'torch-inception') {
    return [
      'PyTorch counts padded cells in its average pools, this model does not (nor does TensorFlow, from which these weights come): features differ a little at the edges.',
    ];
  }
  if (naming === 'keras' && model === 'resnet50-v15') {
    return [
      'Keras’s ResNet-50 has its strides in the 1x1 convolutions; this model has them in the 3x3 ones, so that its features differ from Keras’s.',
    ];
  }
  return [];
}
