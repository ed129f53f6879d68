/** Do probabilities mean what they say, as trained and after recalibration? */
import { formatCoefficient, formatNumber, formatSigned } from '../../../shared/words/numbers.ts';
import { PROBABILITY_WORDS, type CalibrationMeans } from '../../../shared/results/study-details.ts';
import { ARM_COLUMN, armGroups, estimateCell, meanGroups, type DetailsInput } from './detail-cells.ts';
import { markup, type Markup, type MarkupValue } from '../markup.ts';
import { reliabilityFigure } from '../figures/reliability-figure.ts';
import { initCell } from '../figures/swatch.ts';
import { groupedTable, noteMarks, type Row } from '../table.ts';

/** Means over the runs of each arm; those of each run are in details.csv. */
export function calibrationTable(input: DetailsInput): Markup {
  const { details, numbering } = input;
  const marks = noteMarks();
  const cell = estimateCell((text) => marks.mark(text));
  const graded = details.arms.some((arm) => arm.kappa !== null);
  const groups = meanGroups(input, (arm) => [
    cell(arm.averagePrecision, formatNumber),
    cell(arm.brier, formatNumber),
    cell(arm.scaledBrier, formatNumber),
    cell(arm.intercept, formatCoefficient),
    cell(arm.slope, formatCoefficient),
    formatNumber(arm.ece.value),
    ...(graded ? [arm.kappa === null ? '–' : cell(arm.kappa, formatNumber)] : []),
  ]);
  return groupedTable({
    caption: markup`<b>Table ${numbering.table()}.</b> Average precision (AP) and calibration on the test images, probabilities as trained: means over the runs of each arm with 95 % intervals over seeds and patients. Ideal: Brier score 0, scaled Brier score 1 (0: as good as the prevalence), intercept 0, slope 1. ECE: expected calibration error in ten groups of equal size, above 0 even for a perfect model.${graded ? ' Kappa: quadratic weighted, of the grade with the largest probability.' : ''}`,
    columns: [
      ARM_COLUMN,
      ...['AP', 'Brier', 'Scaled Brier', 'Intercept', 'Slope', 'ECE', ...(graded ? ['Kappa'] : [])].map((head) => ({
        head,
        number: true,
      })),
    ],
    groups,
    notes: marks.list(),
  });
}

/** Null where no run has a curve. `updated`: after Platt scaling. */
export function reliabilityPart(input: DetailsInput, updated = false): Markup | null {
  const { results, details, slots, numbering } = input;
  const arms = results.arms.map((arm) => ({
    arm,
    runs: details.runs
      .filter((run) => run.armId === arm.armId)
      .map((run) => {
        const after = run.recalibration.find(({ method }) => method === 'platt')?.after?.reliability ?? [];
        return updated ? { ...run, reliability: after } : run;
      }),
  }));
  if (arms.every(({ runs }) => runs.every((run) => run.reliability.length === 0))) return null;
  const name = updated
    ? 'Reliability after Platt scaling, fitted on validation images'
    : 'Reliability of the probabilities as trained';
  return markup`<figure>${reliabilityFigure({ arms, slots })}<figcaption><b>Figure ${numbering.figure()}.</b> ${name}: share of positive test images over the mean predicted probability, in ten groups of equal size, one line a seed. Bars are 95 % Wilson intervals, which take images as independent; the dotted line is perfect calibration.</figcaption></figure>`;
}

export function recalibrationTable(input: DetailsInput): Markup {
  const marks = noteMarks();
  const cell = estimateCell((text) => marks.mark(text));
  const cells = (means: CalibrationMeans): MarkupValue[] => [
    cell(means.brier, formatNumber),
    formatNumber(means.ece.value),
    cell(means.intercept, formatCoefficient),
    cell(means.slope, formatCoefficient),
  ];
  const groups = armGroups(input, (arm, found): Row[] => [
    ...found.recalibration.map(({ method, after, brierChange }, index) => ({
      startsPart: index === 0,
      cells: [
        index === 0 ? initCell(arm.initLabel, input.slots) : '',
        PROBABILITY_WORDS[method],
        ...cells(after),
        cell(brierChange, formatSigned),
      ],
    })),
  ]);
  return groupedTable({
    caption: markup`<b>Table ${input.numbering.table()}.</b> Recalibration (model updating), to be read against the table before: means over the runs of each arm with 95 % intervals over seeds and patients: probabilities were mapped through logit p → a + b logit p, with a and b (Platt scaling) or b alone (temperature 1/b, a = 0) fitted by maximum likelihood on the validation images of each run and applied to its test images. The fit is taken as it is; validation also chose the checkpoint, so that it is not wholly fresh. The maps rise, so that AUCs, and calls at a threshold that is mapped along, stay as they are. All other results of this report are of probabilities as trained.`,
    columns: [
      ARM_COLUMN,
      { head: 'Method' },
      ...['Brier', 'ECE', 'Intercept', 'Slope', 'Change of Brier'].map((head) => ({ head, number: true })),
    ],
    groups,
    notes: marks.list(),
  });
}
