/** What the tables of the details have in common: runs under their arm with the mean below, and cells with intervals. */
import type { ArmResult, StudyResults } from '../../shared/results.ts';
import type { ArmDetails, DetailEstimate, RunDetails, StudyDetails } from '../../shared/study-details.ts';
import { groupArms } from './arm-groups.ts';
import { markup, type Markup, type MarkupValue } from './markup.ts';
import type { Numbering } from './numbering.ts';
import { initCell } from './swatch.ts';
import type { Row, RowGroup } from './table.ts';

export interface DetailsInput {
  results: StudyResults;
  details: StudyDetails;
  slots: Map<string, number>;
  numbering: Numbering;
}

type Mark = (text: string | null) => Markup | null;

export const share = (value: number): string => value.toFixed(3).replace('-', '−');
export const ratio = (value: number): string => (value >= 10 ? value.toFixed(1) : value.toFixed(2)).replace('-', '−');

/** The number with its interval beneath; a dash with the reason where undefined. */
export function estimateCell(mark: Mark): (found: DetailEstimate, text: (value: number) => string) => Markup {
  return (found, text) => {
    if (found.value === null) return markup`–${mark(found.why)}`;
    const interval =
      found.low === null || found.high === null
        ? null
        : markup`<br><span class="quiet">${text(found.low)}${found.low < 0 ? ' to ' : '–'}${text(found.high)}</span>`;
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

/** One row a run, and the mean over the runs where there are several. The first column is the arm, the second the seed. */
export function runGroups(
  input: DetailsInput,
  cells: { run: (run: RunDetails) => MarkupValue[]; mean: (arm: ArmDetails) => MarkupValue[] },
): RowGroup[] {
  return armGroups(input, (arm, found) => {
    const runs = input.details.runs.filter((run) => run.armId === arm.armId);
    return [
      ...runs.map((run, index) => ({
        startsPart: index === 0,
        cells: [index === 0 ? initCell(arm.initLabel, input.slots) : '', String(run.seed), ...cells.run(run)],
      })),
      ...(runs.length < 2 ? [] : [{ cells: ['', markup`<b>mean</b>`, ...cells.mean(found)] }]),
    ];
  });
}

/** `Model, initialisation`, without the model where the study has one. */
export function armCell({ results, slots }: DetailsInput, armId: string): Markup {
  const arm = results.arms.find((candidate) => candidate.armId === armId);
  if (arm === undefined) return markup`${armId}`;
  const several = results.arms.some((other) => other.model !== arm.model);
  const size = arm.trainSize === 'all' ? '' : ` (${arm.trainSize} images)`;
  const name = `${several ? `${arm.modelName}, ` : ''}${arm.initLabel}${size}`;
  return initCell(name, new Map([[name, slots.get(arm.initLabel) ?? 0]]));
}
