/** Decision curves in the report: figure, table, and whether the probabilities allow them. */
import { calibrationSentence, PROBABILITY_WORDS } from '../../shared/study-details.ts';
import { decisionFigure } from './decision-figure.ts';
import { armCell, estimateCell, share, type DetailsInput } from './detail-cells.ts';
import { markup, type Markup } from './markup.ts';
import { groupedTable, noteMarks } from './table.ts';

/** Rows of the table; all numbers are in details.csv. */
const ROWS = 10;

/** Null where a class is missing. */
export function decisionPart(input: DetailsInput): Markup | null {
  const { results, details, slots, numbering } = input;
  const { arms, decision } = details;
  const { thresholds, all, range, probabilities } = decision;
  if (all.length === 0) return null;
  const marks = noteMarks();
  const cell = estimateCell((text) => marks.mark(text));
  const step = Math.max(1, Math.ceil((thresholds.length - 1) / (ROWS - 1)));
  const shown = thresholds.flatMap((value, at) =>
    at % step === 0 || at === thresholds.length - 1 ? [{ value, at }] : [],
  );
  const figure = decisionFigure({ arms: results.arms, details: arms, decision, slots });
  return markup`${
    figure.length > 0 &&
    markup`<figure>${figure}<figcaption><b>Figure ${numbering.figure()}.</b> Decision curves: net benefit (true positives less false positives weighed by t/(1 − t), per image) of acting where the probability is at least t, for threshold probabilities t from ${String(range.from)} to ${String(range.to)}: from ${odds(range.from)} to ${odds(range.to)} needless actions accepted for a needed one. Mean over the runs of each arm, probabilities ${PROBABILITY_WORDS[probabilities]}; bands are pointwise 95 % intervals over seeds and patients (bootstrap). The dotted line is acting on everybody; acting on nobody is 0.</figcaption></figure>`
  }
${groupedTable({
  caption: markup`<b>Table ${numbering.table()}.</b> Net benefit at some threshold probabilities, as in the figure; every one is in details.csv.`,
  columns: [
    { head: 'Threshold' },
    { head: 'Everybody', number: true },
    ...arms.map(({ armId }) => ({ head: plainName(input, armId), number: true })),
  ],
  groups: [
    {
      title: '',
      rows: shown.map(({ value, at }) => ({
        cells: [
          String(value),
          share(all[at] ?? 0),
          ...arms.map(({ netBenefit, whyNoCurve }) => {
            const mean = netBenefit[at];
            return mean === undefined ? markup`–${marks.mark(whyNoCurve)}` : cell(mean, share);
          }),
        ],
      })),
    },
  ],
  notes: marks.list(),
})}
<p>A decision curve takes probabilities at their word: where they are not calibrated it can only be read as what acting on these very numbers would have brought, and better use of the same network may be had after recalibration. Means of this study, judged by whether the 95 % intervals hold 0 and 1:</p>
<ul class="plain">${arms.map((arm) => markup`<li>${armCell(input, arm.armId)}: ${calibrationSentence(arm, probabilities)}.</li>`)}</ul>`;
}

function plainName({ results }: DetailsInput, armId: string): Markup {
  const arm = results.arms.find((candidate) => candidate.armId === armId);
  const size = arm === undefined || arm.trainSize === 'all' ? '' : ` ${arm.trainSize}`;
  return markup`<span class="init">${arm?.modelName ?? armId}${size}<br>${(arm?.initLabel ?? '').replace('(', ' (')}</span>`;
}

const odds = (threshold: number): string => Number(((1 - threshold) / threshold).toPrecision(2)).toString();
