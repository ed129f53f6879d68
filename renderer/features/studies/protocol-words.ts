/** Protocols in words. */
import { formatSetting } from '../../../shared/words/numbers.ts';
import type { Optimizer, Protocol, Schedule } from '../../../shared/study/protocol.ts';

export const PROTOCOL_NAMES: Record<Protocol['id'], string> = {
  retina: "the paper's fundus protocol",
  chexpert: "the paper's chest x-ray protocol",
};

export function describeOptimizer(optimizer: Optimizer): string {
  return optimizer.kind === 'adam'
    ? `Adam, learning rate ${optimizer.learningRate}`
    : `SGD with momentum ${optimizer.momentum}, learning rate ${formatSetting(optimizer.learningRate, 4)}`;
}

export function describeSchedule(schedule: Schedule): string {
  if (schedule.kind === 'constant') return 'constant learning rate';
  return `warm-up over ${schedule.warmupEpochs} epochs, divided by ${Math.round(1 / schedule.decayFactor)} at epochs ${schedule.decayEpochs.join(', ')}`;
}

/** `256 steps` or `20 epochs`. */
export function describeLength({ steps, epochs }: Pick<Protocol, 'steps' | 'epochs'>): string {
  return steps === undefined ? `${epochs} epochs` : `${steps} steps`;
}

export function describeProtocol(protocol: Protocol): string {
  const { size, batch } = protocol;
  const parts = [
    `${size} x ${size} pixels`,
    `batch ${batch}`,
    describeLength(protocol),
    describeOptimizer(protocol.optimizer),
    describeSchedule(protocol.schedule),
    ...(protocol.earlyStopping === null
      ? []
      : [`stops early after ${protocol.earlyStopping.patience} scorings without a gain`]),
    ...(protocol.classWeights === 'none' ? [] : ['balanced class weights']),
  ];
  return `Based on ${PROTOCOL_NAMES[protocol.id]}: ${parts.join(', ')}.`;
}
