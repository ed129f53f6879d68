/** The first layer's kernels of a weight file, as the filter viewer and the report draw them. */
import { AppError } from '../../shared/errors.ts';
import type { ModelId } from '../../shared/models.ts';
import { IMAGE } from '../engine/graph/definition.ts';
import { MODELS } from '../engine/models/catalogue.ts';
import { openSafetensors } from '../engine/weights/safetensors-reader.ts';

export interface Conv1Filters {
  kernelSize: number;
  /** Colour channels, 3. */
  channels: number;
  /** `filters[f][(y * kernelSize + x) * channels + c]`. */
  filters: number[][];
}

/** Name of the kernel that sees the image: `conv1/kernel` in CBR models, `conv1_conv/kernel` in ResNet. */
export function firstKernelName(model: ModelId): string {
  const first = MODELS[model].graph(1).layers.find(({ kind, inputs }) => kind === 'conv' && inputs.includes(IMAGE));
  if (first === undefined) throw new AppError('internal', `The model ${model} has no first convolution.`);
  return `${first.name}/kernel`;
}

/**
 * The first kernel of a model's weight file, HWIO (y, x, channel, filter), one array per filter. Reads the header and this tensor.
 * @throws AppError `io` where the file has no such tensor, or like `readSafetensors`
 */
export function conv1Filters(file: string, model: ModelId): Conv1Filters {
  const name = firstKernelName(model);
  const reader = openSafetensors(file);
  try {
    const listed = reader.tensors.find((tensor) => tensor.name === name);
    if (listed?.shape.length !== 4) {
      throw new AppError('io', `Expected the weights of a run to hold a first convolution (${name}), found none.`, {
        action: 'Run the study again; its weight files are not those of this version.',
      });
    }
    const [kernelSize, , channels, count] = listed.shape as [number, number, number, number];
    const { values } = reader.read(name);
    const places = kernelSize * kernelSize * channels;
    const filters = Array.from({ length: count }, (_, filter) =>
      Array.from({ length: places }, (_, place) => values[place * count + filter] as number),
    );
    return { kernelSize, channels, filters };
  } finally {
    reader.close();
  }
}
