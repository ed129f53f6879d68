/** Floating-point formats of weight files, decoded to float32. All are little-endian. */
export type SafetensorsType = 'F64' | 'F32' | 'F16' | 'BF16';

interface Decoder {
  bytes: number;
  /** `data.length` is a multiple of `bytes`; the offset may have any alignment. Always a copy. */
  decode(data: Uint8Array): Float32Array;
}

const HOST_IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

const decodeEach = (bytes: number, read: (view: DataView, offset: number) => number): Decoder => ({
  bytes,
  decode(data) {
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    const values = new Float32Array(data.length / bytes);
    for (let index = 0; index < values.length; index++) values[index] = read(view, index * bytes);
    return values;
  },
});

const float32 = decodeEach(4, (view, offset) => view.getFloat32(offset, true));

export const DECODERS: Readonly<Record<SafetensorsType, Decoder>> = {
  F64: decodeEach(8, (view, offset) => view.getFloat64(offset, true)),
  F32: HOST_IS_LITTLE_ENDIAN ? { bytes: 4, decode: (data) => new Float32Array(new Uint8Array(data).buffer) } : float32,
  F16: decodeEach(2, (view, offset) => view.getFloat16(offset, true)),
  BF16: decodeEach(2, (view, offset) => decodeBfloat16(view.getUint16(offset, true))),
};

const scratch = new DataView(new ArrayBuffer(4));

/** bfloat16 bits (the upper half of a float32) as a number (exact). */
export function decodeBfloat16(bits: number): number {
  scratch.setUint32(0, bits * 0x10000);
  return scratch.getFloat32(0);
}

const CONVERSIONS: Record<SafetensorsType, string | null> = {
  F64: 'float64 numbers rounded to float32',
  F32: null,
  F16: 'float16 numbers as float32',
  BF16: 'bfloat16 numbers as float32',
};

/** What reading numbers of these formats changes, in words. */
export const formatConversions = (types: Iterable<SafetensorsType>): string[] =>
  [...new Set(types)].flatMap((type) => CONVERSIONS[type] ?? []);
