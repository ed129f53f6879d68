/** Tensors of a weight file, told which role and stage they have in a model. */
import type { ModelId } from '../../../shared/study/models.ts';
import { parameterSpecs } from '../graph/definition.ts';
import { MODELS } from '../models/catalogue.ts';
import type { NamedTensor, TensorRecord, TensorRole } from '../tensors.ts';

const ROLES: readonly string[] = [
  'kernel',
  'bias',
  'gamma',
  'beta',
  'moving_mean',
  'moving_variance',
] satisfies TensorRole[];

/**
 * Adds role and stage by name. Tensors that the model does not have keep the role that their name ends in (else `kernel`) and
 * the stage `unknown`, so that a misfit can be told by name; the head may have any number of outputs.
 */
export function nameTensors(model: ModelId, records: readonly TensorRecord[]): NamedTensor[] {
  const specs = new Map(parameterSpecs(MODELS[model].graph(1)).map((spec) => [spec.name, spec]));
  return records.map((record) => {
    const spec = specs.get(record.name);
    const suffix = record.name.slice(record.name.lastIndexOf('/') + 1);
    const role = spec?.role ?? ((ROLES.includes(suffix) ? suffix : 'kernel') as TensorRole);
    return { ...record, role, stage: spec?.stage ?? 'unknown' };
  });
}
