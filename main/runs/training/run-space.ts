/** Room on the disk for what a run writes. */
import { AppError } from '../../../shared/system/errors.ts';
import type { ModelId } from '../../../shared/study/models.ts';
import type { Protocol } from '../../../shared/study/protocol.ts';
import { formatBytes } from '../../../shared/words/numbers.ts';
import { describeModel } from '../../engine/models/catalogue.ts';

/** Initial and best weights, a checkpoint with optimiser slots, and predictions. */
export function runFilesBytes(params: {
  model: ModelId;
  protocol: Protocol;
  outputs: number;
  /** Images of validation and test. */
  scored: number;
}): number {
  const { model, protocol, outputs, scored } = params;
  const { parameters } = describeModel(model, { outputs, size: protocol.size, batch: protocol.batch });
  const slots = protocol.optimizer.kind === 'adam' ? 2 : 1;
  return parameters * 4 * (3 + slots) + scored * (60 + 24 * outputs);
}

/** @param what begins the sentence: `The next run` */
export function lackOfSpace(what: string, needed: number, free: number): AppError | null {
  if (needed <= free) return null;
  return new AppError(
    'out-of-space',
    `${what} needs ${formatBytes(needed)} on the disk of the library folder, ${formatBytes(free)} are free.`,
    { action: 'Free some space there, then resume.' },
  );
}
