/** Samples of more than 8 bits: how many of their bits mean something, and how they become bytes. Pure. */

/** The bit depths that scanners and detectors write into 16-bit files. */
const SAMPLE_BITS = [8, 10, 12, 14, 16] as const;

/** The number of bits that samples of a 16-bit file mean: the smallest usual depth that holds the largest one. */
export const meantBits = (largest: number): number => SAMPLE_BITS.find((bits) => largest < 2 ** bits) ?? 16;

/** 16-bit samples to 8 bits, from 0..2^bits - 1 to 0..255, rounded. */
export function scaleToBytes(samples: Uint16Array, bits: number): Uint8Array {
  const table = Uint8Array.from({ length: 2 ** bits }, (_, value) => Math.round((value * 255) / (2 ** bits - 1)));
  const bytes = new Uint8Array(samples.length);
  for (let i = 0; i < samples.length; i++) bytes[i] = table[samples[i] as number] as number;
  return bytes;
}

/** Little-endian bytes as 16-bit words, without copying where they are aligned. */
export function toWords(bytes: Uint8Array): Uint16Array {
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : new Uint8Array(bytes);
  return new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.byteLength >> 1);
}
