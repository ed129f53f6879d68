/** Adam and SGD with momentum, one fused in-place kernel a tensor. */
import type { Optimizer } from '../../../shared/study/protocol.ts';
import type { ParameterSpec } from '../graph/definition.ts';
import { bool, T_FLOAT } from '../ops/attributes.ts';
import { Variable } from '../ops/variable.ts';
import { elementCount, type NamedTensor } from '../tensors.ts';
import type { DeviceTensor, Tf } from '../tf.ts';
import { assertFits } from './parameters.ts';

export interface OptimizerState {
  /** Prepares the update number `update` (from 1): every `apply` until the next `begin` belongs to it. */
  begin(update: number, learningRate: number): void;
  /** Updates one parameter in place; the gradient stays the caller's. */
  apply(name: string, parameter: Variable, gradient: DeviceTensor): void;
  read(): NamedTensor[];
  assign(tensors: readonly NamedTensor[]): void;
  dispose(): void;
}

interface Slot {
  spec: ParameterSpec;
  name: string;
  variable: Variable;
}

/** `trainable` in the order of the network; slots are named `adam/m/conv1/kernel` and the like. */
export function createOptimizer(tf: Tf, optimizer: Optimizer, trainable: readonly ParameterSpec[]): OptimizerState {
  const kinds = optimizer.kind === 'adam' ? ['adam/m', 'adam/v'] : ['sgd/momentum'];
  const slots: Slot[] = kinds.flatMap((kind) =>
    trainable.map((spec) => ({
      spec,
      name: `${kind}/${spec.name}`,
      variable: new Variable(tf, spec.shape, new Float32Array(elementCount(spec.shape))),
    })),
  );
  const byName = new Map(slots.map(({ name, variable }) => [name, variable]));
  const slot = (name: string) => (byName.get(name) as Variable).handle;
  const constants = new Map<string, DeviceTensor>();
  const constant = (name: string) => constants.get(name) as DeviceTensor;
  const setConstant = (name: string, value: number) => {
    const before = constants.get(name);
    if (before) tf.release(before);
    constants.set(name, tf.scalar(value));
  };

  const apply: OptimizerState['apply'] =
    optimizer.kind === 'adam'
      ? (name, parameter, gradient) => {
          const [m, v] = [slot(`adam/m/${name}`), slot(`adam/v/${name}`)];
          // The powers of beta are folded into the rate, in float64; the kernel then sees "no correction" (power 0).
          tf.execute(
            'ResourceApplyAdam',
            [T_FLOAT, bool('use_locking', false), bool('use_nesterov', false)],
            [parameter.handle, m, v, constant('zero'), constant('zero'), constant('rate')].concat([
              constant('beta1'),
              constant('beta2'),
              constant('epsilon'),
              gradient,
            ]),
            0,
          );
        }
      : (name, parameter, gradient) => {
          tf.execute(
            'ResourceApplyKerasMomentum',
            [T_FLOAT, bool('use_locking', false), bool('use_nesterov', false)],
            [parameter.handle, slot(`sgd/momentum/${name}`), constant('rate'), gradient, constant('momentum')],
            0,
          );
        };

  setConstant('rate', 0);
  if (optimizer.kind === 'adam') {
    setConstant('zero', 0);
    setConstant('beta1', optimizer.beta1);
    setConstant('beta2', optimizer.beta2);
    setConstant('epsilon', optimizer.epsilon);
  } else {
    setConstant('momentum', optimizer.momentum);
  }

  return {
    apply,
    begin: (update, learningRate) => setConstant('rate', effectiveRate(optimizer, update, learningRate)),
    read: () =>
      slots.map(({ spec: { role, stage, shape }, name, variable }) => ({
        name,
        role,
        stage,
        shape: [...shape],
        values: variable.values(),
      })),
    assign(tensors) {
      assertFits(
        slots.map(({ name, spec: { shape } }) => ({ name, shape })),
        tensors,
      );
      tensors.forEach(({ values }, index) => (slots[index] as Slot).variable.assign(values));
    },
    dispose() {
      for (const { variable } of slots) variable.dispose();
      tf.release(...constants.values());
      constants.clear();
    },
  };
}

/**
 * Adam: w -= rate * sqrt(1 - b2^k) / (1 - b1^k) * m / (sqrt(v) + epsilon), k = `update` from 1 (Keras's form: epsilon is not
 * bias corrected). SGD: velocity = momentum * velocity - rate * gradient; w += velocity.
 */
export function effectiveRate(optimizer: Optimizer, update: number, learningRate: number): number {
  if (optimizer.kind === 'sgd') return learningRate;
  return (learningRate * Math.sqrt(1 - optimizer.beta2 ** update)) / (1 - optimizer.beta1 ** update);
}
