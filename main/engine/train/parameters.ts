/** The variables of a network, by tensor name. */
import { AppError } from '../../../shared/system/errors.ts';
import type { ParameterSpec } from '../graph/definition.ts';
import type { ParameterStore } from '../graph/layer.ts';
import { Variable } from '../ops/variable.ts';
import { elementCount, formatShape, type NamedTensor } from '../tensors.ts';
import type { Tf } from '../tf.ts';

export class Parameters implements ParameterStore {
  readonly #specs: readonly ParameterSpec[];
  readonly #variables: Map<string, Variable>;

  constructor(tf: Tf, specs: readonly ParameterSpec[], tensors: readonly NamedTensor[]) {
    assertFits(specs, tensors);
    this.#specs = specs;
    this.#variables = new Map(
      specs.map((spec, index) => [spec.name, new Variable(tf, spec.shape, (tensors[index] as NamedTensor).values)]),
    );
  }

  variable(name: string): Variable {
    const variable = this.#variables.get(name);
    if (!variable) throw new AppError('internal', `The network has no tensor "${name}".`);
    return variable;
  }

  /** Copies of all tensors, in the order of the specification. */
  read(): NamedTensor[] {
    return this.#specs.map(({ name, role, stage, shape }) => ({
      name,
      role,
      stage,
      shape: [...shape],
      values: this.variable(name).values(),
    }));
  }

  assign(tensors: readonly NamedTensor[]): void {
    assertFits(this.#specs, tensors);
    for (const { name, values } of tensors) this.variable(name).assign(values);
  }

  dispose(): void {
    for (const variable of this.#variables.values()) variable.dispose();
  }
}

/** @throws AppError `bad-input` naming the first tensor that differs in name, shape or number of values. */
export function assertFits(
  specs: readonly Pick<ParameterSpec, 'name' | 'shape'>[],
  tensors: readonly Pick<NamedTensor, 'name' | 'shape' | 'values'>[],
): void {
  for (let i = 0; i < Math.max(specs.length, tensors.length); i++) {
    const [spec, tensor] = [specs[i], tensors[i]];
    const expected = spec ? `"${spec.name}" (${formatShape(spec.shape)})` : 'no further tensor';
    const found = tensor ? `"${tensor.name}" (${formatShape(tensor.shape)})` : 'none';
    const fits =
      spec &&
      tensor &&
      spec.name === tensor.name &&
      formatShape(spec.shape) === formatShape(tensor.shape) &&
      tensor.values.length === elementCount(spec.shape);
    if (!fits) {
      throw new AppError('bad-input', `Expected ${expected} as tensor ${i + 1}, found ${found}.`, {
        action: 'Use the weights of the same model.',
      });
    }
  }
}
