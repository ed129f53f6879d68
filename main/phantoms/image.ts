/** A rendered phantom, before it is encoded. */
export interface PhantomImage {
  /** width x height x channels, row-major, 8 bits. */
  data: Uint8Array;
  width: number;
  height: number;
  channels: 1 | 3;
}
