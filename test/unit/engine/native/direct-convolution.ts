/** Convolution and its gradients as direct sums in double precision. */

export interface ConvolutionShape {
  batch: number;
  height: number;
  width: number;
  inputs: number;
  outputs: number;
  /** Of the kernel; stride 1, SAME padding. */
  side: number;
}

export function directConvolution(
  { batch, height, width, inputs, outputs, side }: ConvolutionShape,
  { x, kernel, dy }: { x: Float32Array; kernel: Float32Array; dy: Float32Array },
): { y: Float64Array; dx: Float64Array; dkernel: Float64Array } {
  const [y, dx, dkernel] = [dy, x, kernel].map(({ length }) => new Float64Array(length)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const half = (side - 1) / 2;
  const taps = Array.from({ length: side * side }, (_, tap) => ({
    tap,
    down: Math.floor(tap / side) - half,
    right: (tap % side) - half,
  }));
  for (let place = 0; place < batch * height * width; place++) {
    const [row, column] = [Math.floor(place / width) % height, place % width];
    for (const { tap, down, right } of taps) {
      const [h, w] = [row + down, column + right];
      if (h < 0 || w < 0 || h >= height || w >= width) continue;
      const from = place + down * width + right;
      for (let i = 0; i < inputs; i++) {
        for (let o = 0; o < outputs; o++) {
          const [a, b, c] = [from * inputs + i, (tap * inputs + i) * outputs + o, place * outputs + o];
          const [value, weight, gradient] = [x[a] as number, kernel[b] as number, dy[c] as number];
          y[c] = (y[c] as number) + value * weight;
          dx[a] = (dx[a] as number) + gradient * weight;
          dkernel[b] = (dkernel[b] as number) + value * gradient;
        }
      }
    }
  }
  return { y, dx, dkernel };
}
