/** How far layers moved, figure by figure: the app and the report draw and tabulate the same panels. Pure. */
import { MODEL_NAMES } from '../study/models.ts';
import { assignSlots } from './palette.ts';
import type { Arm } from '../study/study.ts';
import type { ArmMovement } from '../weights/weight-changes.ts';

export interface MovementSeries {
  armId: string;
  label: string;
  slot: number;
  runs: number;
  stages: ArmMovement['stages'];
}

/** Arms of one model and training-set size. */
export interface MovementPanel {
  group: string;
  stages: string[];
  series: MovementSeries[];
}

export function movementPanels(movement: readonly ArmMovement[], arms: readonly Arm[]): MovementPanel[] {
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
