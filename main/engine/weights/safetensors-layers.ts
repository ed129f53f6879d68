/** Safetensors files as weights: this program's own, and those of torchvision and timm. */
import { z } from 'zod';
import { AppError } from '../../../shared/system/errors.ts';
import { modelIdSchema } from '../../../shared/study/models.ts';
import { NORMALISATIONS } from '../../../shared/study/protocol.ts';
import { formatShape, type TensorRecord, type TensorRole } from '../tensors.ts';
import { readSafetensors, type SafetensorsFile } from './safetensors.ts';
import { layerByRoles, roleOfName, type SourceLayer, type SourceTensor, type WeightFile } from './source-layers.ts';
import { ignoredTensor, layerOfModule, torchNaming, unwrapped } from './torch-names.ts';
import { fromOihw, transpose } from './transpose.ts';

/** @throws AppError `bad-input` for a damaged file or one whose names are of no known program */
export function readWeightSafetensors(file: string): WeightFile {
  const contents = readSafetensors(file, { skip: (name) => ignoredTensor(name) !== null });
  const { tensors, skipped, types } = contents;
  const names = tensors.map(({ name }) => unwrapped(name));
  const naming = torchNaming(names);
  const common = {
    kind: 'safetensors' as const,
    leftOut: skipped.map((name) => ({ name, reason: ignoredTensor(name) as string })),
    conversions: types
      .filter((type) => type !== 'F32')
      .map((type) =>
        type === 'F64' ? 'float64 numbers rounded to float32' : `${FORMAT_NAMES[type]} numbers as float32`,
      ),
  };
  if (naming !== null) {
    const layers = torchLayers(tensors, (module) => layerOfModule(naming, module));
    const conversions = [
      'convolution kernels from out x in x height x width to height x width x in x out',
      'dense kernels from out x in to in x out',
      ...common.conversions,
    ];
    return { ...common, program: 'torchvision or timm', naming, layers, conversions, told: {} };
  }
  if (tensors.some(({ name }) => name.includes('/'))) return { ...common, ...ownLayers(contents, common.leftOut) };
  const first = tensors[0];
  throw new AppError(
    'bad-input',
    first === undefined
      ? 'Expected weights in the safetensors file, found none.'
      : `Expected tensor names of this program, torchvision or timm, found "${first.name}" (${formatShape(first.shape)}).`,
    { action: 'ResNet-50 and Inception-v3 of torchvision and timm can be read, and what this program wrote itself.' },
  );
}

const FORMAT_NAMES: Record<string, string> = { F16: 'float16', BF16: 'bfloat16' };

const LEAVES: Record<string, TensorRole> = {
  running_mean: 'moving_mean',
  running_var: 'moving_variance',
};

function torchLayers(tensors: readonly TensorRecord[], layerOf: (module: string) => string | null): SourceLayer[] {
  const modules = new Map<string, TensorRecord[]>();
  for (const tensor of tensors) {
    const module = unwrapped(tensor.name).replace(/\.?[^.]*$/, '');
    modules.set(module, [...(modules.get(module) ?? []), tensor]);
  }
  return [...modules].map(([module, parts]) => {
    const isNorm = parts.some(({ name }) => name.endsWith('running_mean'));
    return layerByRoles(
      layerOf(module) ?? module,
      parts.map((part) => torchTensor(part, isNorm)),
    );
  });
}

function torchTensor(tensor: TensorRecord, isNorm: boolean): SourceTensor {
  const leaf = tensor.name.split('.').at(-1) as string;
  const { name, shape, values } = tensor;
  const role = LEAVES[leaf] ?? (leaf === 'bias' ? (isNorm ? 'beta' : 'bias') : isNorm ? 'gamma' : 'kernel');
  if (role !== 'kernel') return { name, role, shape, values };
  if (shape.length === 4) return { name, role, ...fromOihw(values, shape) };
  return shape.length === 2 ? { name, role, ...transpose(values, shape, [1, 0]) } : { name, role, shape, values };
}

const CHECKPOINT_WEIGHTS = 'weights/';
const CHECKPOINT_OTHERS = 'optimizer/';
const toldSchema = z
  .object({
    model: modelIdSchema.optional().catch(undefined),
    normalisation: z.enum(NORMALISATIONS).optional().catch(undefined),
    outputs: z
      .string()
      .transform((text) => z.array(z.string()).parse(JSON.parse(text)))
      .optional()
      .catch(undefined),
    synthetic: z
      .enum(['true', 'false'])
      .transform((text) => text === 'true')
      .optional()
      .catch(undefined),
    licence: z.string().optional().catch(undefined),
  })
  .transform((told) => Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined)));

/** A weight set, or a checkpoint of a run: its weights without the optimiser's values. */
function ownLayers(
  { tensors, metadata }: SafetensorsFile,
  leftOut: WeightFile['leftOut'],
): Pick<WeightFile, 'program' | 'naming' | 'layers' | 'leftOut' | 'told'> {
  const isCheckpoint = tensors.some(({ name }) => name.startsWith(CHECKPOINT_WEIGHTS));
  const layers = new Map<string, SourceTensor[]>();
  const unread = [...leftOut];
  for (const { name: full, shape, values } of tensors) {
    if (isCheckpoint && full.startsWith(CHECKPOINT_OTHERS)) {
      unread.push({ name: full, reason: 'values of the optimiser, which weights do not have' });
      continue;
    }
    const name = isCheckpoint && full.startsWith(CHECKPOINT_WEIGHTS) ? full.slice(CHECKPOINT_WEIGHTS.length) : full;
    const layer = name.slice(0, Math.max(0, name.lastIndexOf('/')));
    layers.set(layer, [
      ...(layers.get(layer) ?? []),
      { name: full, role: roleOfName(name) ?? 'kernel', shape, values },
    ]);
  }
  return {
    program: (metadata.format ?? '').startsWith('transfusion-')
      ? 'Transfusion Lab'
      : 'a program with Keras’s layer names',
    naming: 'ours',
    layers: [...layers].map(([name, parts]) => layerByRoles(name, parts)),
    leftOut: unread,
    told: toldSchema.parse(metadata),
  };
}
