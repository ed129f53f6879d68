/** How the data set and the pixels of a DICOM file are encoded (PS3.5, annex A; UIDs of PS3.6). */

export type PixelCoding = 'native' | 'rle' | 'jpeg' | 'jpeg-lossless' | 'jpeg-ls' | 'jpeg-2000';

export interface TransferSyntax {
  name: string;
  /** Null where no decoder for the pixels is known here. */
  coding: PixelCoding | null;
  bigEndian: boolean;
}

export const IMPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2';
export const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';
export const DEFLATED = '1.2.840.10008.1.2.1.99';
export const EXPLICIT_BIG_ENDIAN = '1.2.840.10008.1.2.2';

/** By UID without its common beginning. */
const KNOWN: Record<string, readonly [string, PixelCoding | null]> = {
  '': ['implicit little endian', 'native'],
  '.1': ['explicit little endian', 'native'],
  '.1.99': ['deflated', 'native'],
  '.2': ['explicit big endian', 'native'],
  '.5': ['RLE', 'rle'],
  '.4.50': ['JPEG baseline', 'jpeg'],
  '.4.51': ['JPEG extended', 'jpeg'],
  '.4.57': ['JPEG lossless', 'jpeg-lossless'],
  '.4.70': ['JPEG lossless', 'jpeg-lossless'],
  '.4.80': ['JPEG-LS', 'jpeg-ls'],
  '.4.81': ['JPEG-LS, near lossless', 'jpeg-ls'],
  '.4.90': ['JPEG 2000', 'jpeg-2000'],
  '.4.91': ['JPEG 2000', 'jpeg-2000'],
  '.4.92': ['JPEG 2000, multi-component', null],
  '.4.93': ['JPEG 2000, multi-component', null],
  '.4.110': ['JPEG XL', null],
  '.4.111': ['JPEG XL', null],
  '.4.112': ['JPEG XL', null],
  '.4.201': ['high-throughput JPEG 2000', null],
  '.4.202': ['high-throughput JPEG 2000', null],
  '.4.203': ['high-throughput JPEG 2000', null],
};

export function transferSyntaxOf(uid: string): TransferSyntax {
  const rest = uid.startsWith(IMPLICIT_LITTLE_ENDIAN) ? uid.slice(IMPLICIT_LITTLE_ENDIAN.length) : null;
  const [name, coding] = (rest === null ? undefined : KNOWN[rest]) ?? [
    rest?.startsWith('.4.10') ? 'video' : `the transfer syntax ${uid}`,
    null,
  ];
  return { name, coding, bigEndian: uid === EXPLICIT_BIG_ENDIAN };
}
