/** What an initialisation scheme is: a rule that gives each tensor its first values and says where they came from. */
import type { Provenance } from '../../../shared/study/models.ts';
import type { ParameterSpec } from '../graph/definition.ts';
import type { ModelDefinition } from '../models/model.ts';
import type { NamedTensor } from '../tensors.ts';
import { randomValues } from './random.ts';

export interface Start {
  values: Float32Array;
  provenance: Provenance;
}

/** Called once for each tensor below the head. */
export type Scheme = (spec: ParameterSpec) => Start;

/** What a scheme may look at. */
export interface SchemeContext {
  definition: ModelDefinition;
  /** Every tensor of the model below the head, in its order. */
  body: readonly ParameterSpec[];
  seed: number;
  /** The weight set that the initialisation names; null where it names none. */
  pretrained: readonly NamedTensor[] | null;
}

/** The model's own default: random kernels; batch norm and biases neutral. */
export function randomStart(spec: ParameterSpec, seed: number): Start {
  return { values: randomValues(spec, seed), provenance: 'random' };
}

export function copiedStart(source: ReadonlyMap<string, NamedTensor>, spec: ParameterSpec): Start {
  return { values: (source.get(spec.name) as NamedTensor).values.slice(), provenance: 'copied' };
}
