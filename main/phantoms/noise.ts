/** Smooth random fields. */
import type { RandomStream } from '../../shared/system/random.ts';

export interface NoiseOptions {
  width: number;
  height: number;
  /** Lattice cells along the longer side in the first octave. */
  cells: number;
  octaves: number;
  /** Amplitude of each octave relative to the one before; 0.5 gives a 1/f spectrum. */
  persistence?: number;
}

/** Value noise summed over octaves, about 0 with a standard deviation near 1. */
export function fractalNoise(options: NoiseOptions, stream: RandomStream): Float32Array {
  const { width, height, octaves, persistence = 0.5 } = options;
  const field = new Float32Array(width * height);
  const longer = Math.max(width, height);
  let amplitude = 1;
  let power = 0;
  for (let octave = 0, cells = options.cells; octave < octaves && cells < longer; octave++, cells *= 2) {
    addOctave(field, width, height, cells / longer, amplitude, stream);
    power += amplitude * amplitude;
    amplitude *= persistence;
  }
  // Uniform lattice values have variance 1/3, and smooth interpolation keeps about half of it.
  const scale = 1 / Math.sqrt(Math.max(power, 1e-9) / 6);
  for (let i = 0; i < field.length; i++) field[i] = (field[i] as number) * scale;
  return field;
}

function addOctave(
  field: Float32Array,
  width: number,
  height: number,
  frequency: number,
  amplitude: number,
  stream: RandomStream,
): void {
  const columns = Math.ceil(width * frequency) + 2;
  const rows = Math.ceil(height * frequency) + 2;
  const shiftX = stream.uniform();
  const shiftY = stream.uniform();
  const lattice = new Float32Array((columns + 1) * (rows + 1));
  for (let i = 0; i < lattice.length; i++) lattice[i] = (stream.nextUint32() / 2147483648 - 1) * amplitude;
  const stride = columns + 1;
  const cellX = new Int32Array(width);
  const weightX = new Float32Array(width);
  for (let x = 0; x < width; x++) {
    const position = x * frequency + shiftX;
    const cell = Math.floor(position);
    const t = position - cell;
    cellX[x] = cell;
    weightX[x] = t * t * (3 - 2 * t);
  }
  for (let y = 0, at = 0; y < height; y++) {
    const position = y * frequency + shiftY;
    const cell = Math.floor(position);
    const t = position - cell;
    const wy = t * t * (3 - 2 * t);
    const row = cell * stride;
    for (let x = 0; x < width; x++, at++) {
      const corner = row + (cellX[x] as number);
      const wx = weightX[x] as number;
      const a = lattice[corner] as number;
      const b = lattice[corner + 1] as number;
      const c = lattice[corner + stride] as number;
      const d = lattice[corner + stride + 1] as number;
      const upper = a + (b - a) * wx;
      const lower = c + (d - c) * wx;
      field[at] = (field[at] as number) + upper + (lower - upper) * wy;
    }
  }
}
