/** Decision curves in the report: figure, table, and whether the probabilities allow them. */
import { formatNumber } from '../../../shared/words/numbers.ts';
import {
  calibrationOfCurve,
  looksCalibrated,
  PROBABILITY_WORDS,
  type ArmDetails,
} from '../../../shared/results/study-details.ts';
import { decisionFigure } from '../figures/decision-figure.ts';
import { ARM_COLUMN, armName, estimateCell, meanGroups, type DetailsInput } from './detail-cells.ts';
import { markup, type Markup } from '../markup.ts';
import { groupedTable, noteMarks } from '../table.ts';

/** Columns of the table, which hold an A4 page whatever the number of arms; all numbers are in details.csv. */
const COLUMNS = 6;

/** Null where a class is missing. */
export function decisionPart(input: DetailsInput): Markup | null {
  const { results, details, slots, numbering } = input;
  const { arms, decision } = details;
  const { thresholds, all, range, probabilities } = decision;
  if (all.length === 0) return null;
  const marks = noteMarks();
  const cell = estimateCell((text) => marks.mark(text));
  const shown = printedThresholds(thresholds);
  const figure = decisionFigure({ arms: results.arms, details: arms, decision, slots });
  return markup`${
    figure.length > 0 &&
    markup`<figure>${figure}<figcaption><b>Figure ${numbering.figure()}.</b> Decision curves: net benefit (true positives less false positives weighed by t/(1 − t), per image) of acting where the probability is at least t, for threshold probabilities t from ${String(range.from)} to ${String(range.to)}: from ${odds(range.from)} to ${odds(range.to)} needless actions accepted for a needed one. Mean over the runs of each arm, probabilities ${PROBABILITY_WORDS[probabilities]}; bands are pointwise 95 % intervals over seeds and patients (bootstrap). The dotted line is acting on everybody; acting on nobody is 0.</figcaption></figure>`
  }
${groupedTable({
  caption: markup`<b>Table ${numbering.table()}.</b> Net benefit at some threshold probabilities t, as in the figure, with 95 % intervals; every t is in details.csv. Acting on nobody: 0.`,
  columns: [ARM_COLUMN, ...shown.map(({ value }) => ({ head: `t = ${String(value)}`, number: true }))],
  groups: [
    { title: '', rows: [{ cells: ['act on everybody', ...shown.map(({ at }) => formatNumber(all[at] ?? 0))] }] },
    ...meanGroups(input, ({ netBenefit, whyNoCurve }) =>
      shown.map(({ at }) => {
        const mean = netBenefit[at];
        return mean === undefined ? markup`–${marks.mark(whyNoCurve)}` : cell(mean, formatNumber);
      }),
    ),
  ],
  notes: marks.list(),
})}
<p>A decision curve takes probabilities at their word: where they are not calibrated it can only be read as what acting on these very numbers would have brought, and better use of the same network may be had after recalibration. Probabilities ${PROBABILITY_WORDS[probabilities]}, judged by whether the 95 % intervals of the mean intercept and slope hold 0 and 1: ${judgement(input)}</p>`;
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
function judgement({ results, details }: DetailsInput): string {
  const { arms, decision } = details;
  const verdict = (arm: ArmDetails): string => {
    const judged = looksCalibrated(calibrationOfCurve(arm, decision.probabilities));
    return judged === null ? 'cannot be judged' : judged ? 'no sign of miscalibration' : 'not calibrated';
  };
  const groups = [...Map.groupBy(arms, verdict)];
  if (groups.length === 1 && arms.length > 1) return `${groups[0]?.[0] ?? ''} in any arm.`;
  return `${groups.map(([words, found]) => `${words}: ${found.map(({ armId }) => armName({ results }, armId)).join('; ')}`).join('. ')}.`;
}

const odds = (threshold: number): string => Number(((1 - threshold) / threshold).toPrecision(2)).toString();
