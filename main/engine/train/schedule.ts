/** Learning rate by update. */
import type { Optimizer, Schedule } from '../../../shared/study/protocol.ts';

/**
 * Learning rate of the update number `step` (from 0). `warmup-step` (CheXpert, Appendix A): linear from 0 to the base rate
 * over `warmupEpochs`, then the base rate times `decayFactor` for each of `decayEpochs` that has begun.
 */
export function learningRateAt(params: {
  optimizer: Pick<Optimizer, 'learningRate'>;
  schedule: Schedule;
  step: number;
  stepsPerEpoch: number;
}): number {
  const { optimizer, schedule, step, stepsPerEpoch } = params;
  const base = optimizer.learningRate;
  if (schedule.kind === 'constant') return base;
  const warmupSteps = schedule.warmupEpochs * stepsPerEpoch;
  if (step < warmupSteps) return (base * step) / warmupSteps;
  const decays = schedule.decayEpochs.filter((epoch) => step >= epoch * stepsPerEpoch).length;
  return base * schedule.decayFactor ** decays;
}
