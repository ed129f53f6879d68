/** The stages that an initialisation names. */
import { AppError } from '../../../shared/system/errors.ts';
import { freezeOf, type Init, type ModelId } from '../../../shared/study/models.ts';
import { parameterSpecs } from '../graph/definition.ts';
import type { ModelDefinition } from '../models/model.ts';
import { MODELS } from '../models/catalogue.ts';
import { elementCount } from '../tensors.ts';

/**
 * The stages of a model from the image up to and including `last`; `field` is the name of what holds it, for the message.
 * @throws AppError `bad-input` where the model has no such stage.
 */
export function stagesUpTo(
  { name, stages }: Pick<ModelDefinition, 'name' | 'stages'>,
  last: string,
  field: 'upto' | 'freeze',
): string[] {
  const index = stages.indexOf(last);
  if (index >= 0) return stages.slice(0, index + 1);
  throw new AppError('bad-input', `Expected a stage of ${name} in "${field}", got "${last}".`, {
    action: `Use one of ${stages.join(', ')}.`,
  });
}

/** The stages that stay as they start, from the image up; none where everything is trained. @throws as {@link stagesUpTo}. */
export function frozenStages(model: ModelId, init: Init): string[] {
  const last = freezeOf(init);
  return last === null ? [] : stagesUpTo(MODELS[model], last, 'freeze');
}

/** Parameters that would be trained if nothing were frozen, and are not. */
export function frozenParameters(model: ModelId, init: Init): number {
  const stages = frozenStages(model, init);
  // The number of outputs is the head's alone, which is never frozen.
  return parameterSpecs(MODELS[model].graph(1))
    .filter(({ trainable, stage }) => trainable && stages.includes(stage))
    .reduce((sum, { shape }) => sum + elementCount(shape), 0);
}
