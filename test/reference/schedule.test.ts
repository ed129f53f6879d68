/** Learning-rate schedule against its closed form (`schedule.json`). */
import { expect, test } from 'vitest';
import { learningRateAt } from '../../main/engine/train/schedule.ts';
import { notInThisSet, readReference } from './support/reference-set.ts';

interface ScheduleFile {
  steps_per_epoch: number;
  base_lr: number;
  warmup_epochs: number;
  decay_epochs: number[];
  decay_factor: number;
  steps: number[];
  lr: number[];
}

const file = readReference<ScheduleFile>('schedule.json');

if (!file) test(notInThisSet('schedule.json'), () => undefined);
else {
  test(`schedule, ${file.steps.length} steps`, () => {
    file.steps.forEach((step, index) => {
      const got = learningRateAt({
        optimizer: { learningRate: file.base_lr },
        schedule: {
          kind: 'warmup-step',
          warmupEpochs: file.warmup_epochs,
          decayEpochs: file.decay_epochs,
          decayFactor: file.decay_factor,
        },
        step,
        stepsPerEpoch: file.steps_per_epoch,
      });
      const want = file.lr[index] as number;
      expect(Math.abs(got - want), `step ${step}`).toBeLessThanOrEqual(1e-12 * Math.abs(want));
    });
  });
}
