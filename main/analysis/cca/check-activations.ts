/** What two sets of activations must be before they can be compared. */
import { AppError } from '../../../shared/system/errors.ts';
import type { Activations } from '../../platform/linear-algebra.ts';

/** @throws AppError `bad-input` where the datapoints differ in number or are not more than the neurons, or a value is not finite */
export function checkActivations(x: Activations, y: Activations): void {
  if (x.datapoints !== y.datapoints) {
    throw new AppError(
      'bad-input',
      `Expected both sets of activations on the same datapoints, got ${x.datapoints} and ${y.datapoints} datapoints.`,
      { action: 'Give two arrays of neurons x datapoints from the same images in the same order.' },
    );
  }
  for (const { neurons, datapoints, values } of [x, y]) {
    if (neurons < 1 || neurons >= datapoints) {
      throw new AppError(
        'bad-input',
        `Expected fewer neurons than datapoints, got ${neurons} neurons and ${datapoints} datapoints.`,
        { action: 'The first axis is neurons, the second datapoints: transpose the array, or use more datapoints.' },
      );
    }
    if (!allFinite(values)) {
      throw new AppError('bad-input', 'Expected finite activations, found some that are infinite or not numbers.', {
        action: 'Check the network that produced them: its weights or images hold such values.',
      });
    }
  }
}

function allFinite(values: Float32Array | Float64Array): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false;
  return true;
}
