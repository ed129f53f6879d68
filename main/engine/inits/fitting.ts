/** Whether a weight set fits a model, tensor by tensor. */
import { AppError } from '../../../shared/system/errors.ts';
import { HEAD_STAGE, type ParameterSpec } from '../graph/definition.ts';
import { elementCount, formatShape, type NamedTensor } from '../tensors.ts';
import type { SchemeContext } from './scheme.ts';

/**
 * Tensors by name, once every wanted one is there in its shape; `whole`: and, heads aside, no other one is.
 * @throws AppError `bad-input` with the first tensor that differs, or where there are no weights at all.
 */
export function fittingWeights(
  { definition, pretrained }: Pick<SchemeContext, 'definition' | 'pretrained'>,
  wanted: readonly ParameterSpec[],
  { whole }: { whole: boolean },
): Map<string, NamedTensor> {
  const source = new Map(needWeights(pretrained).map((tensor) => [tensor.name, tensor]));
  const misfit = (message: string) =>
    new AppError('bad-input', `The weights do not fit ${definition.name}: ${message}.`, {
      action: whole
        ? 'Choose weights that were trained with the same model, or another model for this initialisation.'
        : 'Choose weights that were trained with the same model, or an earlier stage in "upto".',
    });
  for (const { name, shape } of wanted) {
    const tensor = source.get(name);
    if (!tensor) throw misfit(`expected tensor "${name}" (${formatShape(shape)}), found none of that name`);
    if (formatShape(tensor.shape) !== formatShape(shape) || tensor.values.length !== elementCount(shape)) {
      throw misfit(`expected tensor "${name}" to be ${formatShape(shape)}, found ${formatShape(tensor.shape)}`);
    }
  }
  for (const { name } of wanted) {
    if (!allFinite((source.get(name) as NamedTensor).values)) {
      throw misfit(`expected finite numbers in tensor "${name}", found some that are not`);
    }
  }
  if (whole) {
    const names = new Set(wanted.map(({ name }) => name));
    const extra = [...source.values()].find(({ name, stage }) => stage !== HEAD_STAGE && !names.has(name));
    if (extra) throw misfit(`expected no tensor "${extra.name}", found one (${formatShape(extra.shape)})`);
  }
  return source;
}

/** A weight set has tens of millions of values: no call for each. 0 times what is not finite is not a number. */
function allFinite(values: Float32Array): boolean {
  let probe = 0;
  for (let i = 0; i < values.length; i++) probe += 0 * (values[i] as number);
  return probe === 0;
}

/** @throws AppError `bad-input` where there are none. */
export function needWeights(pretrained: readonly NamedTensor[] | null): readonly NamedTensor[] {
  if (pretrained) return pretrained;
  throw new AppError('bad-input', 'Expected a weight set for this initialisation, got none.', {
    action: 'Name a weight set of the library; `weights list` shows them.',
  });
}
