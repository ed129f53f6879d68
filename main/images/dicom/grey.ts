/** Grey DICOM pixels to 8 bits, as `voi.ts` defines it: a table from stored patterns to bytes. */
import type { DataSet } from 'dicom-parser';
import { formatSetting } from '../../../shared/words/numbers.ts';
import type { PixelDescription } from './describe.ts';
import { valueOf } from './samples.ts';
import { modalityCurve, readVoi, type Curve } from './voi.ts';

export interface RenderedPixels {
  /** Interleaved bytes, row by row. */
  data: Uint8Array;
  channels: 1 | 3;
  notes: string[];
}

/** Which stored patterns mean 'nothing was measured here' (PS3.3 C.7.5.1.1.2). */
function isPadding(data: DataSet, description: PixelDescription): (pattern: number) => boolean {
  const { signed } = description;
  const read = (tag: string): number | undefined => (signed ? data.int16(tag) : data.uint16(tag));
  const padding = read('x00280120');
  if (padding === undefined) return () => false;
  const limit = read('x00280121') ?? padding;
  const [from, to] = [Math.min(padding, limit), Math.max(padding, limit)];
  return (pattern) => {
    const value = valueOf(pattern, description);
    return value >= from && value <= to;
  };
}

function isInverted(data: DataSet, { photometric }: PixelDescription, notes: string[]): boolean {
  const shape = data.string('x20500020')?.toUpperCase();
  if (photometric === 'MONOCHROME1') {
    if (shape === 'IDENTITY') notes.push('MONOCHROME1 with a presentation LUT shape IDENTITY, shown inverted');
    return true;
  }
  return shape === 'INVERSE';
}

/** From the smallest to the largest measured value; said, because another image has other limits. */
function ownRange(values: readonly number[], notes: string[]): Curve {
  const [least, most] = values.reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [Infinity, -Infinity]);
  notes.push(
    `no window in the file, so that its values from ${formatSetting(least)} to ${formatSetting(most)} go from black to white`,
  );
  return most > least ? (value) => (value - least) / (most - least) : () => 0;
}

export function renderGrey(
  patterns: Uint8Array | Uint16Array,
  data: DataSet,
  description: PixelDescription,
): RenderedPixels {
  const { stored, signed } = description;
  const present = new Uint8Array(2 ** stored);
  for (let i = 0; i < patterns.length; i++) present[patterns[i] as number] = 1;
  const padded = isPadding(data, description);
  const modality = modalityCurve(data, description);
  const measured = new Map<number, number>();
  present.forEach((flag, pattern) => {
    if (flag === 0 || padded(pattern)) return;
    const value = valueOf(pattern, description);
    measured.set(pattern, modality ? modality(value) : value);
  });
  const { curve: given, notes } = readVoi(data, description);
  const isPlain = stored <= 8 && !signed && modality === null;
  const curve =
    given ?? (isPlain ? (value: number) => value / (2 ** stored - 1) : ownRange([...measured.values()], notes));
  const inverted = isInverted(data, description, notes);
  // Padding stays black.
  const table = new Uint8Array(2 ** stored);
  for (const [pattern, value] of measured) {
    const level = curve(value);
    table[pattern] = Math.round(255 * (inverted ? 1 - level : level));
  }
  if (data.elements['x20500010'] !== undefined) notes.push('its presentation LUT is not applied');
  const bytes = new Uint8Array(patterns.length);
  for (let i = 0; i < patterns.length; i++) bytes[i] = table[patterns[i] as number] as number;
  return { data: bytes, channels: 1, notes };
}
