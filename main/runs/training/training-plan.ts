/**
 * How a protocol becomes steps: epochs, evaluations, checkpoints, and which images make up the batch of a step. A pure
 * function of (protocol, number of training images, seed, step), so that a resumed run sees the batches it would have seen.
 *
 * An epoch is a fresh permutation of the training images, cut into whole batches; the images that do not fill a last batch
 * sit out this epoch (others the next), so that batch norm always sees full batches. With fewer images than a batch, every
 * batch holds all of them.
 */
import { AppError } from '../../../shared/system/errors.ts';
import type { Protocol } from '../../../shared/study/protocol.ts';
import { permutation, RandomStream } from '../../../shared/system/random.ts';

export interface TrainingPlan {
  trainImages: number;
  /** Images of every training batch: the protocol's, or all images where there are fewer. */
  batch: number;
  stepsPerEpoch: number;
  totalSteps: number;
  evaluateEverySteps: number;
  checkpointEverySteps: number;
  /** One `step` metric event covers at most this many steps. */
  eventEverySteps: number;
}

/** About as many points as a convergence plot can show. */
const EVENTS_PER_RUN = 1000;
const MOST_STEPS_PER_EVENT = 50;

/** @throws AppError `bad-input` when there is no image to train on. */
export function planTraining({ protocol, trainImages }: { protocol: Protocol; trainImages: number }): TrainingPlan {
  if (trainImages < 1) {
    throw new AppError('bad-input', 'Expected at least one readable training image, found none.', {
      action: 'Check that the images of the dataset are still in place, or import the folder again.',
    });
  }
  const batch = Math.min(protocol.batch, trainImages);
  const stepsPerEpoch = Math.floor(trainImages / batch);
  const totalSteps = protocol.steps ?? Math.max(1, Math.round(protocol.epochs * stepsPerEpoch));
  return {
    trainImages,
    batch,
    stepsPerEpoch,
    totalSteps,
    evaluateEverySteps: protocol.evaluateEverySteps ?? stepsPerEpoch,
    checkpointEverySteps: protocol.checkpointEverySteps,
    eventEverySteps: Math.min(MOST_STEPS_PER_EVENT, Math.ceil(totalSteps / EVENTS_PER_RUN)),
  };
}

/** `step` is the number of updates done, 1-based. The end is always evaluated. */
export function isEvaluationStep(plan: TrainingPlan, step: number): boolean {
  return step > 0 && (step % plan.evaluateEverySteps === 0 || step === plan.totalSteps);
}

export function isCheckpointStep(plan: TrainingPlan, step: number): boolean {
  return step > 0 && (step % plan.checkpointEverySteps === 0 || isEvaluationStep(plan, step));
}

/** Events end where checkpoints are written, so that a checkpoint never falls into the middle of one. */
export function isEventStep(plan: TrainingPlan, step: number): boolean {
  return step % plan.eventEverySteps === 0 || isCheckpointStep(plan, step);
}

/** Evaluations after `step` updates until the end, the one at `step` itself not counted. */
export function evaluationsAfter({ totalSteps, evaluateEverySteps: every }: TrainingPlan, step: number): number {
  const regular = Math.floor(totalSteps / every) - Math.floor(step / every);
  return regular + (totalSteps % every !== 0 && step < totalSteps ? 1 : 0);
}

export interface Batch {
  /** 0-based. */
  epoch: number;
  /** Positions in the list of training images, in batch order. */
  positions: Uint32Array;
}

/** Batches by 0-based step. Keeps the permutation of the last epoch asked for. */
export function createDataOrder(plan: TrainingPlan, seed: number): (step: number) => Batch {
  let cached: { epoch: number; order: Uint32Array } | null = null;
  return (step) => {
    const epoch = Math.floor(step / plan.stepsPerEpoch);
    if (cached?.epoch !== epoch) {
      cached = { epoch, order: permutation(plan.trainImages, new RandomStream(seed, 'order', epoch)) };
    }
    const start = (step % plan.stepsPerEpoch) * plan.batch;
    return { epoch, positions: cached.order.subarray(start, start + plan.batch) };
  };
}
