/** Tensors of PyTorch, by the names of their modules, as layers. Their numbers are read and transposed when they are asked for. */
import type { TensorRole } from '../../tensors.ts';
import { layerByRoles, type SourceLayer, type SourceTensor, type WeightFile } from '../source-layers.ts';
import { transpose } from '../transpose.ts';

export interface TorchTensor {
  /** `layer1.0.conv1.weight`, with whatever stands before it. */
  name: string;
  /** In PyTorch's order of axes. */
  shape: number[];
  read: () => Float32Array;
}

/** In the order in which the modules first occur; each has the module's whole name. */
export function torchLayers(tensors: readonly TorchTensor[]): SourceLayer[] {
  const modules = Map.groupBy(tensors, ({ name }) => name.slice(0, Math.max(0, name.lastIndexOf('.'))));
  return [...modules].map(([module, parts]) => {
    const isNorm = parts.some(({ name }) => name.endsWith('.running_mean') || name === 'running_mean');
    const roles = parts.map(({ name }) => ROLES[isNorm ? 'norm' : 'other'][name.slice(name.lastIndexOf('.') + 1)]);
    const layer = layerByRoles(
      module,
      parts.map((part, index) => sourceTensor(part, roles[index] ?? 'kernel')),
    );
    return roles.includes(undefined) ? { ...layer, kind: 'other' } : layer;
  });
}

const ROLES: Record<'norm' | 'other', Partial<Record<string, TensorRole>>> = {
  norm: { weight: 'gamma', bias: 'beta', running_mean: 'moving_mean', running_var: 'moving_variance' },
  other: { weight: 'kernel', bias: 'bias' },
};

function sourceTensor({ name, shape, read }: TorchTensor, role: TensorRole): SourceTensor {
  const order = role === 'kernel' ? (AXES[shape.length] ?? null) : null;
  let values: Float32Array | null = null;
  return {
    name,
    role,
    shape: order === null ? shape : order.map((axis) => shape[axis] as number),
    get values() {
      values ??= order === null ? read() : transpose(read(), shape, order);
      return values;
    },
  };
}

/** Of kernels: out x in x height x width to height x width x in x out, out x in to in x out. */
const AXES: Partial<Record<number, readonly number[]>> = { 4: [2, 3, 1, 0], 2: [1, 0] };

/** A file of PyTorch, whatever its container; which of its layers are the network is found when it is matched. */
export function torchFile(
  file: Pick<WeightFile, 'kind' | 'layers' | 'leftOut' | 'conversions'> & { isSorted: boolean },
): WeightFile {
  const conversions = [
    'convolution kernels from out x in x height x width to height x width x in x out',
    'dense kernels from out x in to in x out',
    ...file.conversions,
  ];
  return { ...file, conversions, program: 'PyTorch', naming: 'torch', told: {} };
}

const NATURAL = new Intl.Collator('en', { numeric: true });

/** By name, numbers by their size: `features.9` before `features.10`. */
export const compareNames = (a: string, b: string): number => NATURAL.compare(a, b);

export const inNaturalOrder = (layers: readonly SourceLayer[]): SourceLayer[] =>
  layers.toSorted((a, b) => compareNames(a.name ?? '', b.name ?? ''));
