/** Safetensors files as weights: this program's own, and those of PyTorch. */
import { z } from 'zod';
import { AppError } from '../../../shared/system/errors.ts';
import { modelIdSchema } from '../../../shared/study/models.ts';
import { NORMALISATIONS } from '../../../shared/study/protocol.ts';
import { formatShape } from '../tensors.ts';
import { formatConversions } from './number-formats.ts';
import { readSafetensors, type SafetensorsFile } from './safetensors.ts';
import { layerByRoles, roleOfName, type SourceTensor, type WeightFile } from './source-layers.ts';
import { inNaturalOrder, torchFile, torchLayers } from './torch/layers.ts';
import { ignoredTensor } from './torch/names.ts';

/** @throws AppError `bad-input` for a damaged file or one whose names are of no known program */
export function readWeightSafetensors(file: string): WeightFile {
  const contents = readSafetensors(file, { skip: (name) => ignoredTensor(name) !== null });
  const { tensors, skipped, types } = contents;
  const leftOut = skipped.map((name) => ({ name, reason: ignoredTensor(name) as string }));
  const conversions = formatConversions(types);
  if (tensors.some(({ name }) => name.includes('/'))) {
    return { kind: 'safetensors', conversions, ...ownLayers(contents, leftOut) };
  }
  if (tensors.some(({ name }) => /(^|\.)weight$/.test(name))) {
    const layers = torchLayers(tensors.map(({ name, shape, values }) => ({ name, shape, read: () => values })));
    const isSorted =
      types.length > 1 || tensors.every(({ name }, index) => index === 0 || (tensors[index - 1]?.name ?? '') < name);
    return torchFile({
      kind: 'safetensors',
      layers: isSorted ? inNaturalOrder(layers) : layers,
      isSorted,
      leftOut,
      conversions,
    });
  }
  const first = tensors[0];
  throw new AppError(
    'bad-input',
    first === undefined
      ? 'Expected weights in the safetensors file, found none.'
      : `Expected tensor names of this program or of PyTorch, found "${first.name}" (${formatShape(first.shape)}).`,
    { action: 'Networks of PyTorch can be read, and what this program wrote itself.' },
  );
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
