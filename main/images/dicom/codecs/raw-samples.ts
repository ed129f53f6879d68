/** What every decoder of DICOM pixels gives. */
export interface RawSamples {
  /** One sample each; bits above those stored may hold anything. */
  words: Uint8Array | Uint16Array;
  /** Colours one after the other and not pixel by pixel. */
  planar: boolean;
  /** YBR was turned into RGB by the decoder, as its format prescribes. */
  isRgb: boolean;
}

/** Little-endian bytes as 16-bit words, without copying where they are aligned. */
export function toWords(bytes: Uint8Array): Uint16Array {
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : new Uint8Array(bytes);
  return new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.byteLength >> 1);
}
