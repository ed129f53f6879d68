/** Room on the disk for what a run writes. */
import { AppError } from '../../../shared/system/errors.ts';
import type { ModelId } from '../../../shared/study/models.ts';
import type { Protocol } from '../../../shared/study/protocol.ts';
import { formatBytes } from '../../../shared/words/numbers.ts';
import { describeModel } from '../../engine/models/catalogue.ts';

interface Shape {
  model: ModelId;
  protocol: Protocol;
  outputs: number;
}

const parameterBytes = ({ model, protocol, outputs }: Shape): number =>
  4 * describeModel(model, { outputs, size: protocol.size, batch: protocol.batch }).parameters;

/** Weights and optimiser slots. A checkpoint is written beside the one that it replaces, so that a run needs this twice. */
export const checkpointBytes = (shape: Shape): number =>
  parameterBytes(shape) * (shape.protocol.optimizer.kind === 'adam' ? 3 : 2);

/** What stays of a run: initial and best weights, a checkpoint, and predictions of `scored` images (validation and test). */
export function runFilesBytes(params: Shape & { scored: number }): number {
  return 2 * parameterBytes(params) + checkpointBytes(params) + params.scored * (60 + 24 * params.outputs);
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
