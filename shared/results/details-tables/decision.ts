/** Net benefit at some threshold probabilities, and whether the probabilities allow to read it. Pure. */
import { estimate, missing, share, text } from '../../tables/cells.ts';
import { buildTable, type Table } from '../../tables/table.ts';
import { cellText } from '../../tables/words.ts';
import { PROBABILITY_WORDS, type ArmDetails, type CalibrationMeans, type ProbabilityKind } from '../study-details.ts';
import { armCells } from '../tables/arm-cells.ts';
import { detailGroups, meansNote, type DetailsInput } from './details-parts.ts';

/** Columns for threshold probabilities, which hold an A4 page whatever the number of arms; details.csv has all. */
const COLUMNS = 6;

export function decisionTable(input: DetailsInput): Table {
  const { details, arms } = input;
  const { thresholds, all, probabilities } = details.decision;
  const nameOf = armCells(arms);
  return buildTable<ArmDetails | null>({
    caption: `Net benefit at some threshold probabilities t, probabilities ${PROBABILITY_WORDS[probabilities]}`,
    notes: [`${meansNote(details)} Acting on nobody: 0. Every t is in details.csv.`, calibrationNote(input)],
    groupHead: 'model',
    groups: [{ title: '', items: [null] }, ...detailGroups(input)],
    columns: [
      {
        key: 'arm',
        head: 'Arm',
        cell: (arm) => (arm === null ? text('act on everybody') : nameOf(arm.armId, { name: 'init' })),
      },
      ...printedThresholds(thresholds).map(({ value, at }) => ({
        ...{ key: `net_benefit_at_${value}`, head: `t = ${value}`, number: true },
        cell: (arm: ArmDetails | null) => {
          if (arm === null) return share(all[at], all[at] === undefined ? 'A class is missing.' : undefined);
          const mean = arm.netBenefit[at];
          return mean === undefined ? missing(arm.whyNoCurve) : estimate(mean);
        },
      })),
    ],
  });
}

/** Both ends and the tenths between them, where these are few enough; else evenly spaced ones. */
function printedThresholds(thresholds: readonly number[]): { value: number; at: number }[] {
  const last = thresholds.length - 1;
  const every = thresholds.map((value, at) => ({ value, at }));
  const tenths = every.filter(
    ({ value, at }) => at === 0 || at === last || Math.abs(value * 10 - Math.round(value * 10)) < 1e-9,
  );
  if (tenths.length > 2 && tenths.length <= COLUMNS) return tenths;
  const step = Math.max(1, Math.ceil(last / (COLUMNS - 1)));
  return every.filter(({ at }) => at % step === 0 || at === last);
}

/** `not calibrated: A, B; no sign of miscalibration: C.` */
export function calibrationNote({ details, arms }: DetailsInput): string {
  const { probabilities } = details.decision;
  const groups = [...Map.groupBy(details.arms, (arm) => calibrationVerdict(calibrationOf(arm, probabilities)))];
  const nameOf = armCells(arms);
  const found =
    groups.length === 1 && details.arms.length > 1
      ? `${groups[0]?.[0] ?? ''} in any arm.`
      : `${groups.map(([words, members]) => `${words}: ${members.map(({ armId }) => cellText(nameOf(armId))).join('; ')}`).join('. ')}.`;
  return `A decision curve assumes calibrated probabilities: where they are not, it only says what acting on these very numbers would have brought, and recalibration may make better use of the same network. Probabilities ${PROBABILITY_WORDS[probabilities]}, judged by whether the 95 % intervals of mean intercept and slope hold 0 and 1: ${found}`;
}

/** Of the probabilities that an arm's decision curve rests on. */
function calibrationOf(arm: ArmDetails, kind: ProbabilityKind): CalibrationMeans {
  return arm.recalibration.find(({ method }) => method === kind)?.after ?? arm;
}

/** No evidence against calibration is no proof of it. */
function calibrationVerdict({ intercept, slope }: CalibrationMeans): string {
  if (intercept.low === null || intercept.high === null || slope.low === null || slope.high === null)
    return 'cannot be judged';
  const holds = intercept.low <= 0 && intercept.high >= 0 && slope.low <= 1 && slope.high >= 1;
  return holds ? 'no sign of miscalibration' : 'not calibrated';
}
