/** The lengths that the study wizard offers: what a preset means for these models and images on this machine. Pure. */
import type { DatasetDetail } from '../../../shared/dataset/dataset.ts';
import {
  fitLength,
  type BudgetId,
  LENGTHS,
  REFERENCE_SIDE,
  type LengthFacts,
  type LengthId,
  type MachineSpeed,
  type StudyLength,
} from '../../../shared/study/length.ts';
import type { ModelId, ModelInfo } from '../../../shared/study/models.ts';
import type { Protocol } from '../../../shared/study/protocol.ts';
import { expandArms, type Arm, type StudyEstimate, type StudySpec } from '../../../shared/study/study.ts';
import type { ProtocolOverrides, StudyInput } from './study-input.ts';

/** Of a processor of 2020 with two cores, until this one was measured. */
const USUAL_SPEED: MachineSpeed = { secondsPerMac: 5e-11, device: 'cpu' };

/** Seconds of a training step at {@link REFERENCE_SIDE}, by model. */
export type StepCosts = Partial<Record<ModelId, number>>;

/** From an estimate of a study at `size`. */
export function measuredCosts({ arms }: StudyEstimate, planned: readonly Arm[], size: number): StepCosts {
  const seconds = new Map(
    arms.map(({ armId, secondsPerStep }) => [armId, secondsPerStep * (REFERENCE_SIDE / size) ** 2]),
  );
  const costs: StepCosts = {};
  for (const { id, model } of planned) costs[model] = Math.max(costs[model] ?? 0, seconds.get(id) ?? 0);
  return costs;
}

/** What a step costs by the measured speed of the machine. */
export function stepSeconds(
  { forwardMacs, size, batch }: Pick<ModelInfo, 'forwardMacs' | 'size' | 'batch'>,
  speed: MachineSpeed | null,
): number {
  const macs = (forwardMacs ?? 0) * (REFERENCE_SIDE / size) ** 2;
  return macs * batch * (speed ?? USUAL_SPEED).secondsPerMac;
}

export interface LengthSources {
  spec: StudySpec;
  protocol: Protocol;
  models: readonly ModelInfo[];
  data: DatasetDetail;
  speed: MachineSpeed | null;
  /** Of this study, where they were measured. */
  measured: StepCosts;
}

export function lengthFacts({ spec, protocol, models, data, speed, measured }: LengthSources): LengthFacts {
  const [train = 0, validation = 0, test = 0] = (['train', 'validation', 'test'] as const).map(
    (split) => data.splits.find((counts) => counts.split === split)?.images,
  );
  const arms = expandArms(spec).flatMap(({ model, trainSize }) => {
    const info = models.find(({ id }) => id === model);
    if (info === undefined) return [];
    const secondsPerStep = measured[model] ?? stepSeconds(info, speed);
    return [{ secondsPerStep, minimumSize: info.minimumSize, trainImages: trainSize === 'all' ? train : trainSize }];
  });
  return { arms, validation, test, protocol };
}

/** What the wizard's fields become; those of the paper's own are left to the protocol. */
export function lengthChange(
  id: LengthId,
  { size, steps, evaluateEverySteps, seeds: count }: StudyLength,
): LengthChange {
  const seeds = Array.from({ length: count }, (_, seed) => seed).join(', ');
  const fitted =
    id === 'paper' ? { size: null, steps: null, evaluateEverySteps: null } : { size, steps, evaluateEverySteps };
  return { length: id, seeds, overrides: { ...fitted, epochs: null } };
}

type LengthChange = Pick<StudyInput, 'length' | 'seeds'> & {
  overrides: Pick<ProtocolOverrides, 'size' | 'steps' | 'evaluateEverySteps' | 'epochs'>;
};

/** A study that takes more than this part of the time is no way out. */
const SHORTER = 0.7;

/** The shorter studies that are offered in place of one that takes `seconds`; none where it is as short as was asked for. */
export function shorterLengths(
  current: LengthId | null,
  seconds: number,
  facts: LengthFacts,
): { id: BudgetId; length: StudyLength }[] {
  const allowed =
    current === null || current === 'paper' ? LENGTHS.night.budgetSeconds : LENGTHS[current].budgetSeconds;
  if (seconds <= 1.5 * allowed) return [];
  const fitted = (Object.keys(LENGTHS) as BudgetId[]).map((id) => ({ id, length: fitLength(id, facts) }));
  return fitted.filter(({ length }) => length.seconds < SHORTER * seconds);
}
