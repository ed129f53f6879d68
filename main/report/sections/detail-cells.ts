/** What the tables of the details have in common: one row an arm, with means over its runs, and cells with intervals. */
import { DASH, type NumberText, formatRange } from '../../../shared/words/numbers.ts';
import type { ArmResult, StudyResults } from '../../../shared/results/results.ts';
import type { ArmDetails, DetailEstimate, StudyDetails } from '../../../shared/results/study-details.ts';
import { groupArms } from '../../../shared/study/arms.ts';
import { markup, type Markup, type MarkupValue } from '../markup.ts';
import type { Numbering } from '../numbering.ts';
import { initCell } from '../figures/swatch.ts';
import type { Column, Row, RowGroup } from '../table.ts';

export interface DetailsInput {
  results: StudyResults;
  details: StudyDetails;
  slots: Map<string, number>;
  numbering: Numbering;
}

export const ARM_COLUMN: Column = { head: 'Initialisation' };

type Mark = (text: string | null) => Markup | null;

/** The number with its interval beneath; a dash with the reason where undefined. */
export function estimateCell(mark: Mark): (found: DetailEstimate, text: NumberText) => Markup {
  return (found, text) => {
    if (found.value === null) return markup`–${mark(found.why)}`;
    const range = formatRange(found.low, found.high, text);
    const interval = range === DASH ? null : markup`<br><span class="quiet">${range}</span>`;
    return markup`${text(found.value)}${mark(found.why)}${interval}`;
  };
}

/** Arms that have details, under their model and size. */
export function armGroups(input: DetailsInput, rows: (arm: ArmResult, found: ArmDetails) => Row[]): RowGroup[] {
  return groupArms(input.results.arms).map(({ title, arms }) => ({
    title,
    rows: arms.flatMap((arm) => {
      const found = input.details.arms.find((candidate) => candidate.armId === arm.armId);
      return found === undefined ? [] : rows(arm, found);
    }),
  }));
}

/** One row an arm: its initialisation, then `cells` of the mean over its runs. */
export function meanGroups(input: DetailsInput, cells: (arm: ArmDetails) => MarkupValue[]): RowGroup[] {
  return armGroups(input, (arm, found) => [{ cells: [initCell(arm.initLabel, input.slots), ...cells(found)] }]);
}

/** `Model, initialisation`, without the model where the study has one. */
export function armName({ results }: Pick<DetailsInput, 'results'>, armId: string): string {
  const arm = results.arms.find((candidate) => candidate.armId === armId);
  if (arm === undefined) return armId;
  const several = results.arms.some((other) => other.model !== arm.model);
  const size = arm.trainSize === 'all' ? '' : ` (${arm.trainSize} images)`;
  return `${several ? `${arm.modelName}, ` : ''}${arm.initLabel}${size}`;
}

/** The name with the line of its initialisation. */
export function armCell(input: DetailsInput, armId: string): Markup {
  const label = input.results.arms.find((arm) => arm.armId === armId)?.initLabel;
  const name = armName(input, armId);
  return initCell(name, new Map([[name, input.slots.get(label ?? '') ?? 0]]));
}
