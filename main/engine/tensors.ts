/** Parameter tensors as the rest of the app sees them: plain arrays with a name, no TensorFlow. */
export type TensorRole = 'kernel' | 'bias' | 'gamma' | 'beta' | 'moving_mean' | 'moving_variance';

/** A tensor with its values, row-major. Convolution kernels are HWIO, dense kernels in x out. */
export interface NamedTensor {
  /** `layer/role`, e.g. `conv1/kernel`. */
  name: string;
  role: TensorRole;
  stage: string;
  shape: number[];
  values: Float32Array;
}

/** A tensor as a weight file holds it. */
export interface TensorRecord {
  name: string;
  shape: number[];
  values: Float32Array;
}

export const elementCount = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1);

/** `7x7x3x32`, or `scalar`. */
export const formatShape = (shape: readonly number[]): string => (shape.length === 0 ? 'scalar' : shape.join('x'));
