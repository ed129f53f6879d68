/** What a weight file holds, whichever its container: layers in the file's order, each with its tensors in our axis order. */
import type { WeightFileKind } from '../../../shared/weights/weights.ts';
import type { ModelId } from '../../../shared/study/models.ts';
import type { Normalisation } from '../../../shared/study/protocol.ts';
import { formatShape, type TensorRole } from '../tensors.ts';

/** A tensor as it was found; kernels are HWIO or in x out whatever the file's own order. */
export interface SourceTensor {
  /** Its name in the file. */
  name: string;
  role: TensorRole;
  shape: number[];
  values: Float32Array;
}

export type SourceLayerKind = 'conv' | 'batch-norm' | 'dense' | 'other';

export interface SourceLayer {
  /** As its program calls it (ours, for files of PyTorch); null where the file only numbers its layers. */
  name: string | null;
  kind: SourceLayerKind;
  tensors: SourceTensor[];
}

/**
 * Whose names the layers have. `ours` and `torch-*` are complete: every layer is told by its name. `torch`: names of modules that are
 * of no known network.
 */
export type LayerNaming = 'ours' | 'torch' | 'torch-resnet' | 'torch-inception' | 'keras';

export interface WeightFile {
  kind: WeightFileKind;
  /** What wrote it, as far as it tells. */
  program: string;
  naming: LayerNaming;
  /** The container sorts its tensors by name, so that their order tells nothing. */
  isSorted?: boolean;
  layers: SourceLayer[];
  leftOut: { name: string; reason: string }[];
  conversions: string[];
  /** What files of this program tell about themselves. */
  told: { model?: ModelId; normalisation?: Normalisation; outputs?: string[]; synthetic?: boolean; licence?: string };
}

/** `conv1_conv/kernel (7x7x3x64)`. */
export const describeTensor = ({ name, shape }: Pick<SourceTensor, 'name' | 'shape'>): string =>
  `${name} (${formatShape(shape)})`;

/** A layer of tensors whose roles are not told: by their number and shapes, in Keras's order. */
export function layerByShapes(name: string | null, tensors: readonly Omit<SourceTensor, 'role'>[]): SourceLayer {
  const kind = kindByShapes(tensors.map(({ shape }) => shape));
  const roles = ROLES_IN_ORDER[kind](tensors.length);
  return { name, kind, tensors: tensors.map((tensor, index) => ({ ...tensor, role: roles[index] ?? 'kernel' })) };
}

/** A layer of tensors whose roles the file tells. */
export function layerByRoles(name: string | null, tensors: SourceTensor[]): SourceLayer {
  const roles = tensors.map(({ role }) => role);
  const kernel = tensors.find(({ role }) => role === 'kernel');
  const only = (...allowed: TensorRole[]) => roles.every((role) => allowed.includes(role));
  if (new Set(roles).size !== roles.length) return { name, kind: 'other', tensors };
  if (kernel !== undefined && only('kernel', 'bias')) {
    return { name, kind: KINDS_BY_RANK[kernel.shape.length] ?? 'other', tensors };
  }
  const norm = roles.includes('moving_mean') && only('gamma', 'beta', 'moving_mean', 'moving_variance');
  return { name, kind: norm ? 'batch-norm' : 'other', tensors };
}

const KINDS_BY_RANK: Record<number, SourceLayerKind> = { 4: 'conv', 2: 'dense' };

function kindByShapes(shapes: readonly number[][]): SourceLayerKind {
  const [first, ...rest] = shapes;
  if (first === undefined) return 'other';
  const width = first.at(-1);
  if (!rest.every((shape) => shape.length === 1 && shape[0] === width)) return 'other';
  if (first.length === 1) return shapes.length === 3 || shapes.length === 4 ? 'batch-norm' : 'other';
  return shapes.length <= 2 ? (KINDS_BY_RANK[first.length] ?? 'other') : 'other';
}

const NORM_ROLES: TensorRole[] = ['gamma', 'beta', 'moving_mean', 'moving_variance'];
const ROLES_IN_ORDER: Record<SourceLayerKind, (count: number) => TensorRole[]> = {
  conv: () => ['kernel', 'bias'],
  dense: () => ['kernel', 'bias'],
  // Without its scale, a batch norm has three.
  'batch-norm': (count) => NORM_ROLES.slice(NORM_ROLES.length - count),
  other: () => [],
};

/** Role by the last part of a tensor's name, as Keras (of any version) and this program write it; null where it is none. */
export function roleOfName(name: string): TensorRole | null {
  const last = name.replace(/:\d+$/, '').split('/').at(-1) as string;
  const match = ROLE_NAMES.find(([pattern]) => pattern.test(last));
  return match?.[1] ?? null;
}

/** Keras 1 wrote `conv1_W`, `conv1_b`, `bn_conv1_running_mean`, `bn_conv1_running_std` (which is the variance). */
const ROLE_NAMES: [RegExp, TensorRole][] = [
  [/^kernel$|_W$/, 'kernel'],
  [/^bias$|_b$/, 'bias'],
  [/(^|_)gamma$/, 'gamma'],
  [/(^|_)beta$/, 'beta'],
  [/(^|_)(moving|running)_mean$/, 'moving_mean'],
  [/(^|_)(moving_variance|running_std|running_var(iance)?)$/, 'moving_variance'],
];
