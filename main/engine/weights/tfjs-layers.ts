/** TensorFlow.js layers models: `model.json` and the shard files beside it. */
import path from 'node:path';
import { z } from 'zod';
import { AppError } from '../../../shared/system/errors.ts';
import { readInputFile } from '../../platform/input-file.ts';
import { elementCount, formatShape } from '../tensors.ts';
import { DECODERS } from './number-formats.ts';
import { layersOfTopology } from './tfjs-topology.ts';
import {
  layerByRoles,
  layerByShapes,
  roleOfName,
  type SourceLayer,
  type SourceTensor,
  type WeightFile,
} from './source-layers.ts';

const quantizationSchema = z.object({
  dtype: z.enum(['uint8', 'uint16', 'float16']),
  scale: z.number().optional(),
  min: z.number().optional(),
});
const entrySchema = z.object({
  name: z.string(),
  shape: z.array(z.int().nonnegative()),
  dtype: z.string(),
  quantization: quantizationSchema.optional(),
});
type Entry = z.infer<typeof entrySchema>;
const modelSchema = z.object({
  format: z.string().optional(),
  generatedBy: z.string().nullish(),
  modelTopology: z.unknown().optional(),
  weightsManifest: z.array(z.object({ paths: z.array(z.string()), weights: z.array(entrySchema) })),
});

/** The files that a `model.json` consists of, itself first. @throws AppError `bad-input`. */
export function tfjsFiles(file: string): string[] {
  return [
    file,
    ...readManifest(file).weightsManifest.flatMap(({ paths }) => paths.map((name) => shardFile(file, name))),
  ];
}

/** @throws AppError `bad-input` for a damaged or other model, `not-found` for a missing shard */
export function readTfjsLayers(file: string): WeightFile {
  const model = readManifest(file);
  if (model.format === 'graph-model' || Array.isArray((model.modelTopology as { node?: unknown } | undefined)?.node)) {
    throw new AppError(
      'bad-input',
      'Expected a TensorFlow.js layers model, found a graph model: its layers are gone, and batch norm is folded into the kernels, so that no network can be trained from it.',
      {
        action:
          'Take the layers model of the same network, or convert the original model with `tensorflowjs_converter --output_format=tfjs_layers_model`.',
      },
    );
  }
  const conversions = new Set<string>();
  const tensors = model.weightsManifest.flatMap(({ paths, weights }) => {
    const bytes = Buffer.concat(paths.map((name) => readShard(shardFile(file, name))));
    let offset = 0;
    const read = weights.map((entry) => {
      const { values, length } = decode(entry, bytes.subarray(offset), conversions);
      offset += length;
      return { name: entry.name, shape: entry.shape, values };
    });
    if (offset !== bytes.length) {
      throw damaged(`the shards hold ${bytes.length} bytes where model.json names ${offset}`);
    }
    return read;
  });
  return {
    kind: 'tfjs-layers',
    program: model.generatedBy ? `TensorFlow.js (${model.generatedBy})` : 'TensorFlow.js',
    naming: 'keras',
    layers: inOrder(groupByLayer(tensors), model.modelTopology),
    leftOut: [],
    conversions: [...conversions],
    told: {},
  };
}

/** Of models with their weights inside. */
const MAX_MODEL_BYTES = 2 ** 26;
/** The converter writes shards of 4 MiB, or one file. */
const MAX_SHARD_BYTES = 2 ** 31;

function readManifest(file: string): z.infer<typeof modelSchema> {
  let json: unknown;
  const text = readInputFile(file, { what: 'the model.json of a TensorFlow.js model', maxBytes: MAX_MODEL_BYTES });
  try {
    json = JSON.parse(text.toString('utf8'));
  } catch (cause) {
    throw damaged('model.json cannot be read as JSON', cause);
  }
  const model = modelSchema.safeParse(json);
  if (model.success) return model.data;
  throw new AppError('bad-input', 'Expected the model.json of a TensorFlow.js layers model, found other JSON.', {
    action: 'Choose the model.json that lies beside the .bin files.',
    details: z.prettifyError(model.error),
  });
}

/** A shard lies beside its model.json, or in a folder below: never elsewhere. */
function shardFile(file: string, name: string): string {
  const folder = path.dirname(path.resolve(file));
  const shard = path.resolve(folder, name);
  if (shard.startsWith(folder + path.sep)) return shard;
  throw damaged('model.json names a file outside its folder');
}

const readShard = (file: string): Buffer =>
  readInputFile(file, { what: `the file ${path.basename(file)} beside model.json`, maxBytes: MAX_SHARD_BYTES });

const STORED_BYTES = { uint8: 1, uint16: 2, float16: 2 } as const;

function decode(
  { name, shape, dtype, quantization }: Entry,
  bytes: Buffer,
  conversions: Set<string>,
): { values: Float32Array; length: number } {
  if (dtype !== 'float32') {
    throw new AppError(
      'bad-input',
      `Expected float32 weights, found ${name} (${formatShape(shape)}) of type ${dtype}.`,
      {
        action: 'Convert the model with weights of type float32.',
      },
    );
  }
  const count = elementCount(shape);
  const length = count * (quantization === undefined ? 4 : STORED_BYTES[quantization.dtype]);
  if (length > bytes.length)
    throw damaged(`${name} needs ${length} bytes, found ${bytes.length}: the shards are cut off`);
  const data = bytes.subarray(0, length);
  if (quantization === undefined) return { values: DECODERS.F32.decode(data), length };
  if (quantization.dtype === 'float16') {
    conversions.add('float16 numbers as float32');
    return { values: DECODERS.F16.decode(data), length };
  }
  const { dtype: stored, scale, min } = quantization;
  if (scale === undefined || min === undefined)
    throw damaged(`${name} is ${stored}, but its scale or minimum is missing`);
  conversions.add(`${stored} numbers to float32 by their scale and minimum, which loses precision`);
  const values = new Float32Array(count);
  for (let index = 0; index < count; index++) {
    values[index] = (stored === 'uint8' ? data.readUInt8(index) : data.readUInt16LE(2 * index)) * scale + min;
  }
  return { values, length };
}

function groupByLayer(tensors: readonly { name: string; shape: number[]; values: Float32Array }[]): SourceLayer[] {
  const layers = new Map<string, (Omit<SourceTensor, 'role'> & { role: SourceTensor['role'] | null })[]>();
  for (const tensor of tensors) {
    const layer = tensor.name.split('/').at(-2) ?? tensor.name;
    layers.set(layer, [...(layers.get(layer) ?? []), { ...tensor, role: roleOfName(tensor.name) }]);
  }
  return [...layers].map(([name, parts]) =>
    parts.every((part): part is SourceTensor => part.role !== null)
      ? layerByRoles(name, parts)
      : layerByShapes(name, parts),
  );
}

/** As the topology orders them; the manifest's own order counts where there is no topology. */
function inOrder(layers: SourceLayer[], topology: unknown): SourceLayer[] {
  const names = topology === undefined ? null : layersOfTopology(topology);
  if (names === null) return layers;
  const places = new Map(names.map((name, place) => [name, place]));
  const placeOf = ({ name }: SourceLayer) => places.get(name as string);
  const known = layers.filter((layer) => placeOf(layer) !== undefined);
  const sorted = known.toSorted((a, b) => (placeOf(a) as number) - (placeOf(b) as number));
  const unknown = layers.find((layer) => placeOf(layer) === undefined);
  if (unknown === undefined) return sorted;
  // Weights may have other names than their layers; then the manifest must have the order.
  if (known.every((layer, index) => layer === sorted[index])) return layers;
  throw damaged(`its topology has no layer "${unknown.name}", and its weights are not in the order of the layers`);
}

function damaged(what: string, cause?: unknown): AppError {
  return new AppError('bad-input', `Expected a TensorFlow.js layers model, found a damaged one: ${what}.`, {
    action: 'Copy the model again, with all of its files.',
    ...(cause === undefined ? {} : { cause }),
  });
}
