/** Operating points, calibration and subgroups, one endpoint after the other. */
import { formatAuc, formatCount, formatInterval } from '../../shared/format.ts';
import type { StudyResults } from '../../shared/results.ts';
import { RULE_WORDS, type DetailEstimate, type RunDetails, type StudyDetails } from '../../shared/study-details.ts';
import { groupArms } from './arm-groups.ts';
import { markup, type Markup, type MarkupValue } from './markup.ts';
import type { Numbering } from './numbering.ts';
import { reliabilityFigure } from './reliability-figure.ts';
import { initCell } from './swatch.ts';
import { groupedTable, noteMarks, type Column, type RowGroup } from './table.ts';

interface DetailsInput {
  results: StudyResults;
  details: StudyDetails;
  slots: Map<string, number>;
  numbering: Numbering;
}

/** Null where no run has finished. */
export function detailsSection(params: {
  results: StudyResults;
  details: readonly StudyDetails[];
  slots: Map<string, number>;
  numbering: Numbering;
}): Markup | null {
  const { results, slots, numbering } = params;
  if (params.details.length === 0) return null;
  return markup`${params.details.map((details) => {
    const input = { results, details, slots, numbering };
    const name = results.endpoints.find((endpoint) => endpoint.id === details.endpointId)?.name;
    return markup`<h3>${name}</h3>
${pointTable(input)}
${calibrationTable(input)}
${reliabilityPart(input)}
${subgroupTable(input)}`;
  })}`;
}

const RUN_COLUMNS: Column[] = [{ head: 'Initialisation' }, { head: 'Seed', number: true }];

function pointTable(input: DetailsInput): Markup {
  const { details, numbering } = input;
  const marks = noteMarks();
  const cell = estimateCell((text) => marks.mark(text));
  const groups = runGroups(input, (run) => {
    const { point } = run;
    if (point === null) return [markup`–${marks.mark(run.whyNoPoint)}`, '–', '–', '–', '–', '–', '–'];
    const { rates, threshold } = point;
    return [
      threshold === null ? '∞' : threshold.toFixed(3),
      cell(rates.sensitivity, share),
      cell(rates.specificity, share),
      cell(rates.ppv, share),
      cell(rates.npv, share),
      cell(rates.lrPositive, ratio),
      cell(rates.lrNegative, ratio),
    ];
  });
  const kind =
    details.intervalKind === 'wilson'
      ? 'Wilson’s intervals'
      : `intervals by bootstrap of patients (${formatCount(details.draws)} draws, seed ${details.seed})`;
  return groupedTable({
    caption: markup`<b>Table ${numbering.table()}.</b> Operating points: the threshold of each run was chosen on its validation images (${RULE_WORDS[details.rule]}), frozen, and applied to the test images; 95 % ${kind}. Predictive values are at the prevalence of the test images, ${(details.positives / (details.positives + details.negatives)).toFixed(3)}.`,
    columns: [
      ...RUN_COLUMNS,
      ...['Threshold', 'Sensitivity', 'Specificity', 'PPV', 'NPV', 'LR+', 'LR−'].map((head) => ({
        head,
        number: true,
      })),
    ],
    groups,
    notes: marks.list(),
  });
}

function calibrationTable(input: DetailsInput): Markup {
  const { details, numbering } = input;
  const marks = noteMarks();
  const cell = estimateCell((text) => marks.mark(text));
  const graded = details.runs.some((run) => run.kappa !== null);
  const groups = runGroups(input, (run) => [
    cell(run.averagePrecision, share),
    cell(run.brier, share),
    cell(run.scaledBrier, share),
    cell(run.intercept, ratio),
    cell(run.slope, ratio),
    run.ece === null ? '–' : run.ece.toFixed(3),
    ...(graded ? [run.kappa === null ? '–' : cell(run.kappa, share)] : []),
  ]);
  return groupedTable({
    caption: markup`<b>Table ${numbering.table()}.</b> Average precision (AP) and calibration on the test images, with 95 % intervals by patient. Ideal: Brier score 0, scaled Brier score 1 (0: as good as the prevalence), intercept 0, slope 1. ECE: expected calibration error in ten bins of equal mass, above 0 even for a perfect model.${graded ? ' Kappa: quadratic weighted, of the grade with the largest probability.' : ''} Nothing was recalibrated.`,
    columns: [
      ...RUN_COLUMNS,
      ...['AP', 'Brier', 'Scaled', 'Intercept', 'Slope', 'ECE', ...(graded ? ['Kappa'] : [])].map((head) => ({
        head,
        number: true,
      })),
    ],
    groups,
    notes: marks.list(),
  });
}

function reliabilityPart({ results, details, slots, numbering }: DetailsInput): Markup | null {
  const arms = results.arms.map((arm) => ({ arm, runs: details.runs.filter((run) => run.armId === arm.armId) }));
  if (arms.every(({ runs }) => runs.every((run) => run.reliability.length === 0))) return null;
  return markup`<figure>${reliabilityFigure({ arms, slots })}<figcaption><b>Figure ${numbering.figure()}.</b> Reliability: share of positive test images over the mean predicted probability, in ten groups of equal size, one line a seed. Bars are 95 % Wilson intervals, which take images as independent; the dotted line is perfect calibration.</figcaption></figure>`;
}

function subgroupTable({ results, details, slots, numbering }: DetailsInput): Markup | null {
  if (details.subgroups.length === 0) return null;
  const marks = noteMarks();
  const arms = results.arms.filter((arm) => details.runs.some((run) => run.armId === arm.armId));
  const groups = [...Map.groupBy(details.subgroups, (group) => group.variable)].map(([title, rows]): RowGroup => ({
    title,
    rows: rows.flatMap((row) =>
      row.why === null
        ? arms.map((arm, index) => {
            const found = row.arms.find((item) => item.armId === arm.armId);
            return {
              startsPart: index === 0,
              cells: [
                index === 0 ? row.name : '',
                index === 0 ? `${formatCount(row.positives)}, ${formatCount(row.negatives)}` : '',
                index === 0 ? formatCount(row.patients) : '',
                markup`${arms.length > 1 && results.arms.some((other) => other.model !== arm.model) && `${arm.modelName} `}${initCell(arm.initLabel, slots)}`,
                markup`${formatAuc(found?.value ?? null)} ${formatInterval(found?.low ?? null, found?.high ?? null)}${marks.mark(found?.why ?? null)}`,
              ],
            };
          })
        : [
            {
              startsPart: true,
              cells: [
                row.name,
                `${formatCount(row.positives)}, ${formatCount(row.negatives)}`,
                formatCount(row.patients),
                '',
                markup`–${marks.mark(row.why)}`,
              ],
            },
          ],
    ),
  }));
  return groupedTable({
    caption: markup`<b>Table ${numbering.table()}.</b> AUC in parts of the test set: mean over seeds with the 95 % interval over seeds and patients (bootstrap, ${formatCount(details.draws)} draws, seed ${details.seed}), from ${String(details.leastInClass)} positive and ${String(details.leastInClass)} negative images on. Not adjusted for the number of subgroups.`,
    columns: [
      { head: 'Subgroup' },
      { head: 'Positive, negative', number: true },
      { head: 'Patients', number: true },
      { head: 'Arm' },
      { head: 'AUC (95 % interval)', number: true },
    ],
    groups,
    notes: marks.list(),
  });
}

/** One row a run, under its model and size. */
function runGroups({ results, details, slots }: DetailsInput, cells: (run: RunDetails) => MarkupValue[]): RowGroup[] {
  return groupArms(results.arms).map(({ title, arms }) => ({
    title,
    rows: arms.flatMap((arm) =>
      details.runs
        .filter((run) => run.armId === arm.armId)
        .map((run, index) => ({
          startsPart: index === 0,
          cells: [index === 0 ? initCell(arm.initLabel, slots) : '', String(run.seed), ...cells(run)],
        })),
    ),
  }));
}

function estimateCell(
  mark: (text: string | null) => Markup | null,
): (found: DetailEstimate, text: (value: number) => string) => Markup {
  return (found, text) => {
    if (found.value === null) return markup`–${mark(found.why)}`;
    const interval =
      found.low === null || found.high === null
        ? null
        : markup`<br><span class="quiet">${text(found.low)}${found.low < 0 ? ' to ' : '–'}${text(found.high)}</span>`;
    return markup`${text(found.value)}${mark(found.why)}${interval}`;
  };
}

const share = (value: number): string => value.toFixed(3).replace('-', '−');
const ratio = (value: number): string => (value >= 10 ? value.toFixed(1) : value.toFixed(2)).replace('-', '−');
