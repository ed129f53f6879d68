/**
 * Which values become black, which white, and how those between are spread (PS3.3 C.11.1 and C.11.2).
 *
 * Definition, for every grey DICOM image: stored value, then modality LUT or rescale, then the VOI LUT, else the first window (LINEAR,
 * LINEAR_EXACT or SIGMOID), spread from 0 to 1. Without either of them, samples of up to 8 bits that are neither signed nor rescaled
 * go from 0 to 2^stored - 1, all others from the smallest to the largest value of the image that is no padding. A VOI LUT goes from 0 to
 * the smallest usual depth that holds its largest entry. Then MONOCHROME1 (or a presentation LUT shape INVERSE) is turned round, and the
 * result is 255 times that, rounded.
 */
import type { DataSet } from 'dicom-parser';
import { formatSetting } from '../../../shared/words/numbers.ts';
import { meantBits } from '../depth.ts';
import type { PixelDescription } from './describe.ts';
import { largestEntry, lookUp, LUT_SEQUENCE, readLut } from './lut.ts';

export type Curve = (value: number) => number;

export interface Voi {
  /** Null: as the values of the image are. */
  curve: Curve | null;
  notes: string[];
}

const itemOf = (data: DataSet, sequence: string): DataSet | undefined => data.elements[sequence]?.items?.[0]?.dataSet;

/** From stored values to what they measure. */
export function modalityCurve(data: DataSet, { signed }: PixelDescription): Curve | null {
  const item = itemOf(data, 'x00283000');
  const lut = item ? readLut(item, LUT_SEQUENCE, signed) : null;
  if (lut) return (value) => lookUp(lut, value);
  const slope = data.floatString('x00281053') || 1;
  const intercept = data.floatString('x00281052') || 0;
  return slope === 1 && intercept === 0 ? null : (value) => value * slope + intercept;
}

const clamp = (value: number): number => Math.min(1, Math.max(0, value));

/** From a value to 0 (black) to 1 (white); null where the function is not known or the width makes no sense. */
function windowCurve(name: string, center: number, width: number): Curve | null {
  if (!Number.isFinite(center) || !Number.isFinite(width)) return null;
  if (name === 'SIGMOID') return width > 0 ? (value) => 1 / (1 + Math.exp((-4 * (value - center)) / width)) : null;
  if (name === 'LINEAR_EXACT') return width > 0 ? (value) => clamp((value - center) / width + 0.5) : null;
  if (name !== 'LINEAR' || width < 1) return null;
  if (width === 1) return (value) => (value > center - 0.5 ? 1 : 0);
  return (value) => clamp((value - (center - 0.5)) / (width - 1) + 0.5);
}

export function readVoi(data: DataSet, { signed }: PixelDescription): Voi {
  const notes: string[] = [];
  const item = itemOf(data, 'x00283010');
  const lut = item ? readLut(item, LUT_SEQUENCE, signed) : null;
  if (lut) {
    const most = 2 ** meantBits(largestEntry(lut)) - 1;
    return { curve: (value) => lookUp(lut, value) / most, notes };
  }
  if (data.elements['x00281051'] === undefined) return { curve: null, notes };
  const name = (data.string('x00281056') ?? 'LINEAR').toUpperCase();
  const [center, width] = [data.floatString('x00281050', 0) ?? NaN, data.floatString('x00281051', 0) ?? NaN];
  const curve = windowCurve(name, center, width);
  if (curve === null) {
    notes.push(`its window (${name}, center ${formatSetting(center)}, width ${formatSetting(width)}) cannot be used`);
  }
  const windows = data.numStringValues('x00281051') ?? 1;
  if (windows > 1) notes.push(`the first of its ${windows} windows is shown`);
  return { curve, notes };
}
