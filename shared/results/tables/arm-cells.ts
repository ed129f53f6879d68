/** Arms as cells: their name, their mark, and the other arm of a pair. Pure. */
import { assignSlots } from '../../figures/palette.ts';
import type { ArmResult } from '../results.ts';
import { againstWords, armName } from '../../study/arms.ts';
import type { Cell } from '../../tables/cells.ts';

export interface ArmCellOptions {
  /** The other arm of a pair. */
  against?: string;
  /** `init`: where the group above names model and size. `full`: with the model even where the study has one. */
  name?: 'init' | 'full';
}

/** @param arms all of the study, so that its tables and figures agree on marks */
export function armCells(
  arms: readonly Pick<ArmResult, 'armId' | 'model' | 'initLabel' | 'trainSize'>[],
): (armId: string, options?: ArmCellOptions) => Cell {
  const slots = assignSlots(arms.map(({ initLabel }) => initLabel));
  return (armId, { against, name } = {}) => {
    const { init, rest } = armName(arms, armId, name === 'full');
    const parts = [
      ...(name === 'init' || rest === '' ? [] : [rest]),
      ...(against === undefined ? [] : [`against ${againstWords(arms, armId, against)}`]),
    ];
    return { kind: 'arm', armId, init, rest: parts.join(', '), slot: slots.get(init) ?? 0 };
  };
}
