/** Lookup tables of DICOM (PS3.3 C.11.1, C.11.2, C.7.9). */
import type { DataSet } from 'dicom-parser';

export interface Lut {
  /** The input that the first entry stands for; smaller ones give the first entry, larger ones than it has the last. */
  first: number;
  entries: Uint16Array;
}

interface LutTags {
  descriptor: string;
  data: string;
}

export const LUT_SEQUENCE: LutTags = { descriptor: 'x00283002', data: 'x00283006' };

/**
 * @param signed whether the inputs may be negative, where the file does not say how its descriptor is to be read
 * @returns null where the table is missing or holds fewer entries than it promises
 */
export function readLut(data: DataSet, tags: LutTags, signed: boolean): Lut | null {
  const element = data.elements[tags.data];
  const descriptor = data.elements[tags.descriptor];
  if (element === undefined || descriptor === undefined) return null;
  const count = data.uint16(tags.descriptor, 0) || 2 ** 16;
  const bits = data.uint16(tags.descriptor, 2) ?? 16;
  const isSigned = descriptor.vr === 'SS' || (descriptor.vr !== 'US' && signed);
  const first = (isSigned ? data.int16(tags.descriptor, 1) : data.uint16(tags.descriptor, 1)) ?? 0;
  // Entries of 8 bits may be packed two in a word.
  if (bits <= 8 && element.length < 2 * count) {
    const bytes = data.byteArray.subarray(element.dataOffset, element.dataOffset + count);
    return bytes.length < count ? null : { first, entries: Uint16Array.from(bytes) };
  }
  if (element.length < 2 * count) return null;
  return { first, entries: Uint16Array.from({ length: count }, (_, i) => data.uint16(tags.data, i) ?? 0) };
}

export function lookUp({ first, entries }: Lut, input: number): number {
  const at = Math.min(entries.length - 1, Math.max(0, Math.trunc(input) - first));
  return entries[at] as number;
}

export const largestEntry = ({ entries }: Lut): number => entries.reduce((most, entry) => Math.max(most, entry), 0);
