/** What every decoder of DICOM pixels gives. */
export interface RawSamples {
  /** One sample each; bits above those stored may hold anything. */
  words: Uint8Array | Uint16Array;
  /** Colours one after the other and not pixel by pixel. */
  planar: boolean;
  /** YBR was turned into RGB by the decoder, as its format prescribes. */
  isRgb: boolean;
}
