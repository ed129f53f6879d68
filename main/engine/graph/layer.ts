/** What a layer does at run time, and who owns which tensor while it does it. */
import type { DeviceTensor, Tf } from '../tf.ts';
import type { Variable } from '../ops/variable.ts';

export type Mode = 'training' | 'inference';

/** Takes the gradient of one trainable tensor, by name, and its ownership. */
export type GradientSink = (parameter: string, gradient: DeviceTensor) => void;

/** Parameters by tensor name (`conv1/kernel`). */
export interface ParameterStore {
  variable(name: string): Variable;
}

export interface LayerRuntime {
  /**
   * Computes the output, owned by the caller. Inputs stay the caller's. In training mode the layer retains whatever its
   * backward pass needs (once; a second forward pass before `backward` or `forget` is an error of the caller).
   */
  forward(inputs: readonly DeviceTensor[], mode: Mode): DeviceTensor;
  /**
   * Takes the gradient of the output (still the caller's), hands parameter gradients to `sink`, gives the gradient of each
   * input (owned by the caller; null where `wanted` says that nobody needs it), and frees what forward retained.
   */
  backward(gradient: DeviceTensor, wanted: readonly boolean[], sink: GradientSink): (DeviceTensor | null)[];
  /**
   * False when the last training-mode forward pass met values that are not finite. Max pooling and ReLU turn a NaN into 0, so
   * that it need not reach the loss: batch norm has to tell.
   */
  finite?(): boolean;
  /** Frees what forward retained, without a backward pass. */
  forget(): void;
}

/** Tensors that wait for the backward pass. */
export class Saved<T extends Record<string, DeviceTensor | DeviceTensor[]>> {
  readonly #tf: Tf;
  #tensors: T | null = null;

  constructor(tf: Tf) {
    this.#tf = tf;
  }

  /** Takes over one reference of every tensor. */
  keep(tensors: T): void {
    if (this.#tensors) throw new Error('A second forward pass came before the backward pass.');
    this.#tensors = tensors;
  }

  get(): T {
    if (!this.#tensors) throw new Error('A backward pass came without a forward pass in training mode.');
    return this.#tensors;
  }

  free(): void {
    if (!this.#tensors) return;
    for (const tensor of Object.values(this.#tensors).flat()) this.#tf.release(tensor);
    this.#tensors = null;
  }
}
