/** TensorFlow's resource variables: state that optimiser kernels update in place, in one pass over memory. */
import { elementCount } from '../tensors.ts';
import { DT_FLOAT, type DeviceTensor, type Tf } from '../tf.ts';
import { bool, dtype, shape, T_FLOAT, text } from './attributes.ts';

let created = 0;

/** A float32 variable. `dispose` frees it; until then its memory belongs to TensorFlow, never to a JavaScript array. */
export class Variable {
  readonly handle: DeviceTensor;
  readonly shape: readonly number[];
  readonly #tf: Tf;
  /** Takes what {@link blend} computes beside its result. */
  #unused: Variable | undefined;

  constructor(tf: Tf, dimensions: readonly number[], values: Float32Array) {
    this.#tf = tf;
    this.shape = [...dimensions];
    const name = `transfusion-${process.pid}-${performance.timeOrigin}-${created++}`;
    this.handle = tf.run(
      'VarHandleOp',
      [dtype('dtype', DT_FLOAT), shape('shape', [...dimensions]), text('shared_name', name), text('container', '')],
      [],
    );
    this.assign(values);
  }

  /** The current value. Release it before the next update, or the update has to copy. */
  read(): DeviceTensor {
    return this.#tf.run('ReadVariableOp', [dtype('dtype', DT_FLOAT)], [this.handle]);
  }

  assign(values: Float32Array): void {
    const tf = this.#tf;
    const uploaded = tf.upload(this.shape, values);
    const one = tf.scalar(1);
    // An uploaded tensor may share the array's memory, which an in-place update would then overwrite: hence the copy.
    const owned = tf.run('Mul', [T_FLOAT], [uploaded, one]);
    this.assignTensor(owned);
    tf.release(uploaded, one, owned);
  }

  /** Makes the variable share a tensor that TensorFlow computed; the caller keeps (and should release) its own reference. */
  assignTensor(value: DeviceTensor): void {
    this.#tf.execute(
      'AssignVariableOp',
      [dtype('dtype', DT_FLOAT), bool('validate_shape', false)],
      [this.handle, value],
      0,
    );
  }

  /** Makes what {@link blend} needs, which {@link dispose} frees: the tensor count is then the same before and after. */
  prepareBlend(): void {
    this.#unused ??= new Variable(this.#tf, this.shape, new Float32Array(elementCount(this.shape)));
  }

  /**
   * variable = keep * variable + share * value, in place, as one op. Keras's momentum update does that to its accumulator; what
   * it then adds the accumulator to is of no use here.
   */
  blend(value: DeviceTensor, keep: number, share: number): void {
    const tf = this.#tf;
    if (!this.#unused) throw new Error('A variable was blended without preparation.');
    const [rate, momentum] = [tf.scalar(-share), tf.scalar(keep)];
    tf.execute(
      'ResourceApplyKerasMomentum',
      [T_FLOAT, bool('use_locking', false), bool('use_nesterov', false)],
      [this.#unused.handle, this.handle, rate, value, momentum],
      0,
    );
    tf.release(rate, momentum);
  }

  values(): Float32Array {
    const value = this.read();
    const array = this.#tf.download(value);
    this.#tf.release(value);
    return array;
  }

  dispose(): void {
    this.#unused?.dispose();
    this.#tf.execute('DestroyResourceOp', [bool('ignore_lookup_error', true)], [this.handle], 0);
    this.#tf.release(this.handle);
  }
}
