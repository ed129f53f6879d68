/** The first layer's kernels of a weight file, as the filter viewer and the report draw them. */
import { AppError } from '../../../shared/system/errors.ts';
import type { ModelId } from '../../../shared/study/models.ts';
import { firstConvolution, MODELS } from '../../engine/models/catalogue.ts';
import { openSafetensors } from '../../engine/weights/safetensors-reader.ts';

export interface Conv1Filters {
  kernelSize: number;
  /** Colour channels, 3. */
  channels: number;
  /** `filters[f][(y * kernelSize + x) * channels + c]`. */
  filters: number[][];
}

/**
 * The first kernel of a model's weight file, HWIO (y, x, channel, filter), one array per filter. Reads the header and this tensor.
 * @throws AppError `io` where the file has no such tensor, or like `readSafetensors`
 */
export function conv1Filters(file: string, model: ModelId): Conv1Filters {
  const name = `${firstConvolution(MODELS[model].graph(1)).name}/kernel`;
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
