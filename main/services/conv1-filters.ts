/** The first layer's kernels of a weight file, as the filter viewer and the report draw them. */
import { AppError } from '../../shared/errors.ts';

export interface Conv1Filters {
  kernelSize: number;
  /** Colour channels, 3. */
  channels: number;
  /** `filters[f][(y * kernelSize + x) * channels + c]`. */
  filters: number[][];
}

/**
 * `conv1/kernel`, HWIO (y, x, channel, filter), one array per filter.
 * @throws AppError `io` where the file has no such tensor.
 */
export function conv1Filters(
  tensors: readonly { name: string; shape: number[]; values: Float32Array }[],
): Conv1Filters {
  const kernel = tensors.find((tensor) => tensor.name === 'conv1/kernel' && tensor.shape.length === 4);
  if (kernel === undefined) {
    throw new AppError('io', 'Expected the weights of a run to hold a first convolution (conv1/kernel), found none.', {
      action: 'Run the study again; its weight files are not those of this version.',
    });
  }
  const [kernelSize, , channels, count] = kernel.shape as [number, number, number, number];
  const places = kernelSize * kernelSize * channels;
  const filters = Array.from({ length: count }, (_, filter) =>
    Array.from({ length: places }, (_, place) => kernel.values[place * count + filter] as number),
  );
  return { kernelSize, channels, filters };
}
