/** The synthetic first layer of Appendix F.3: Gabor kernels of 16 angles and 4 frequencies, after `reference/README.md`. */
import { AppError } from '../../../shared/system/errors.ts';
import { moments } from './statistics.ts';

const SIGMA = 2;
const SIGMAS = 3;
const ANGLES = 16;
const FREQUENCIES = [0.08, 0.16, 0.25, 0.32];
const RESIZED = 10;
const BANK_SIZE = 7;

/** One kernel as drawn, before resizing. `frequency` in cycles per pixel, `theta` in radians. */
export function rawGaborKernel(frequency: number, theta: number): { size: number; values: Float64Array } {
  const [cos, sin] = [Math.cos(theta), Math.sin(theta)];
  const half = Math.ceil(Math.max(Math.abs(SIGMAS * SIGMA * cos), Math.abs(SIGMAS * SIGMA * sin), 1));
  const size = 2 * half + 1;
  const values = new Float64Array(size * size);
  for (let y = -half; y <= half; y++) {
    for (let x = -half; x <= half; x++) {
      const r = x * cos + y * sin;
      const q = -x * sin + y * cos;
      const envelope = Math.exp(-(r * r + q * q) / (2 * SIGMA * SIGMA)) / (2 * Math.PI * SIGMA * SIGMA);
      values[(y + half) * size + x + half] = envelope * Math.cos(2 * Math.PI * frequency * r);
    }
  }
  return { size, values };
}

/** 64 kernels of 7 x 7, row-major (row = y); index = 16 * frequency index + angle index. */
export function gaborBank(): Float64Array[] {
  return FREQUENCIES.flatMap((frequency) =>
    Array.from({ length: ANGLES }, (_, angle) => {
      const { size, values } = rawGaborKernel(frequency, (angle * Math.PI) / ANGLES);
      return cropCentre(resizeBilinear(values, size, RESIZED), RESIZED, BANK_SIZE);
    }),
  );
}

function resizeBilinear(values: Float64Array, size: number, target: number): Float64Array {
  const at = (row: number, column: number) => values[row * size + column] as number;
  const source = (index: number) => {
    const position = ((index + 0.5) * size) / target - 0.5;
    const low = Math.min(Math.max(Math.floor(position), 0), size - 2);
    return { low, part: position - low };
  };
  return Float64Array.from({ length: target * target }, (_, index) => {
    const y = source(Math.floor(index / target));
    const x = source(index % target);
    const upper = (1 - x.part) * at(y.low, x.low) + x.part * at(y.low, x.low + 1);
    const lower = (1 - x.part) * at(y.low + 1, x.low) + x.part * at(y.low + 1, x.low + 1);
    return (1 - y.part) * upper + y.part * lower;
  });
}

function cropCentre(values: Float64Array, size: number, target: number): Float64Array {
  const start = Math.floor((size - target) / 2);
  return Float64Array.from(
    { length: target * target },
    (_, index) => values[(start + Math.floor(index / target)) * size + start + (index % target)] as number,
  );
}

/**
 * A first-layer kernel (HWIO) from the bank: an evenly spaced subset of it for fewer than 64 filters, the centre of its
 * kernels for 5 x 5, the same for R, G and B, and one global factor so that its standard deviation is `sd`.
 * @throws AppError `unsupported` for kernels other than 7 x 7 and 5 x 5, or more than 64 filters.
 */
export function gaborFirstLayer(shape: readonly number[], sd: number): Float32Array {
  const [height, width, channels, filters] = shape as [number, number, number, number];
  if (height !== width || (height !== BANK_SIZE && height !== 5)) {
    throw new AppError(
      'unsupported',
      `Expected a first layer of 7x7 or 5x5 for Gabor kernels, got ${height}x${width}.`,
      {
        action: 'Choose a CBR model or ResNet-50, or another initialisation.',
      },
    );
  }
  const bank = gaborBank();
  if (filters > bank.length) {
    throw new AppError(
      'unsupported',
      `Expected at most ${bank.length} first-layer filters for Gabor kernels, got ${filters}.`,
    );
  }
  const chosen = Array.from({ length: filters }, (_, filter) =>
    cropCentre(bank[Math.floor((filter * bank.length) / filters)] as Float64Array, BANK_SIZE, height),
  );
  const values = new Float32Array(height * width * channels * filters);
  for (let index = 0; index < values.length; index++) {
    const cell = Math.floor(index / (channels * filters));
    values[index] = (chosen[index % filters] as Float64Array)[cell] as number;
  }
  const factor = sd / moments(values).sd;
  return values.map((value) => value * factor);
}
