/** How far layers moved, figure by figure: the app and the report draw and tabulate the same panels. Pure. */
import { MODEL_NAMES } from '../study/models.ts';
import { assignSlots } from './palette.ts';
import type { Arm } from '../study/study.ts';
import type { ArmWeightMovement } from '../weights/weight-changes.ts';

export interface WeightMovementSeries {
  armId: string;
  label: string;
  slot: number;
  runs: number;
  stages: ArmWeightMovement['stages'];
}

/** Arms of one model and training-set size. */
export interface WeightMovementPanel {
  group: string;
  stages: string[];
  series: WeightMovementSeries[];
}

export function weightMovementPanels(
  movement: readonly ArmWeightMovement[],
  arms: readonly Arm[],
): WeightMovementPanel[] {
  const slots = assignSlots(arms.map(({ initLabel }) => initLabel));
  const known = arms.flatMap((arm) => {
    const own = movement.find(({ armId }) => armId === arm.id);
    return own === undefined || own.stages.length === 0 ? [] : [{ arm, own }];
  });
  const groups = Map.groupBy(
    known,
    ({ arm }) => `${MODEL_NAMES[arm.model]}${arm.trainSize === 'all' ? '' : `, ${arm.trainSize} images`}`,
  );
  return [...groups].map(([group, members]) => ({
    group,
    stages: members[0]?.own.stages.map(({ stage }) => stage) ?? [],
    series: members.map(({ arm, own }) => ({
      armId: arm.id,
      label: arm.initLabel,
      slot: slots.get(arm.initLabel) ?? 0,
      runs: own.runs,
      stages: own.stages,
    })),
  }));
}
