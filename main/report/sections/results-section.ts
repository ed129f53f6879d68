/** AUCs, paired comparisons, and what training cost. */
import { INTERVAL_WORDS } from '../../../shared/words/intervals.ts';
import { formatCount, formatNumber, formatP, formatRange, formatSigned } from '../../../shared/words/numbers.ts';
import {
  resampledArm,
  resampledComparison,
  type ArmResult,
  type StudyResults,
} from '../../../shared/results/results.ts';
import { judgeComparisons } from '../../../shared/results/verdict.ts';
import { groupArms } from './arm-groups.ts';
import { forestFigure } from '../figures/forest-figure.ts';
import { marginText, modelTable } from './margin-section.ts';
import { markup, type Markup, type MarkupValue } from '../markup.ts';
import { formatDuration } from '../../../shared/words/times.ts';
import type { Numbering } from '../numbering.ts';
import { endSentence } from '../text/phrases.ts';
import { runLink } from '../run-link.ts';
import { initCell } from '../figures/swatch.ts';
import { groupedTable, noteMarks, type Column, type RowGroup } from '../table.ts';

export interface ResultsSectionInput {
  results: StudyResults;
  slots: Map<string, number>;
  numbering: Numbering;
}

export function resultsSection({ results, slots, numbering }: ResultsSectionInput): Markup {
  const ordered = [...results.endpoints].sort((a, b) => Number(b.headline) - Number(a.headline));
  return markup`${ordered.map(
    (
      endpoint,
    ) => markup`<h3>${endpoint.name}${!endpoint.headline && markup` <span class="quiet">(further endpoint)</span>`}</h3>
${aucTable({ results, endpointId: endpoint.id, slots, numbering })}
${
  endpoint.headline &&
  markup`<figure>${forestFigure({ results, endpointId: endpoint.id, slots })}<figcaption><b>Figure ${numbering.figure()}.</b> ${endpoint.name}: mean test AUC (square) with its 95 % interval (${INTERVAL_WORDS[results.intervalKind].short}) and the AUC of each seed (dots).</figcaption></figure>`
}
${endpoint.headline && comparisonTable({ results, endpointId: endpoint.id, slots, numbering })}`,
  )}
${modelTable({ results, numbering })}
<h3>Margin</h3>
${marginText({ results, numbering })}
<h3>Speed and size</h3>
${speedTable({ results, slots, numbering })}`;
}

interface EndpointInput extends ResultsSectionInput {
  endpointId: string;
}

function aucTable({ results, endpointId, slots, numbering }: EndpointInput): Markup {
  const endpoint = results.endpoints.find((candidate) => candidate.id === endpointId);
  const marks = noteMarks();
  const columns: Column[] = [
    ARM_COLUMN,
    { head: 'Runs', number: true },
    { head: 'Mean AUC', number: true },
    { head: 'SD', number: true },
    {
      head: markup`95 % interval<br><span class="quiet">${INTERVAL_WORDS[results.intervalKind].short}</span>`,
      number: true,
    },
    {
      head: markup`95 % interval<br><span class="quiet">seeds and patients, bootstrap</span>`,
      number: true,
    },
    { head: 'AUC of each seed' },
  ];
  const groups = armGroups(results, slots, (arm) => {
    const value = arm.endpoints.find((candidate) => candidate.endpointId === endpointId);
    const resampled = resampledArm(results, arm.armId, endpointId);
    const seeds = (value?.runs ?? []).map(
      (run) =>
        markup`<span class="pair"><span class="quiet">${runLink(run.runId, `${run.seed}:`)}</span> ${formatNumber(run.auc)}${run.why !== value?.why && marks.mark(run.why)}</span> `,
    );
    return [
      arm.runsFinished === arm.runsTotal ? String(arm.runsFinished) : `${arm.runsFinished} of ${arm.runsTotal}`,
      markup`${formatNumber(value?.mean ?? null)}${marks.mark(value?.why ?? null)}`,
      value?.sd == null ? '–' : value.sd.toFixed(3),
      formatRange(value?.low, value?.high),
      markup`${formatRange(resampled?.low, resampled?.high)}${marks.mark(resampled === null || resampled.why === value?.why ? null : resampled.why)}`,
      seeds.length === 0 ? '–' : seeds,
    ];
  });
  const unknown =
    endpoint !== undefined && endpoint.unknown > 0 ? `, ${formatCount(endpoint.unknown)} left out (label unknown)` : '';
  return groupedTable({
    caption: markup`<b>Table ${numbering.table()}.</b> Test AUC for ${endpoint?.name}: ${formatCount(endpoint?.positives ?? 0)} positive and ${formatCount(endpoint?.negatives ?? 0)} negative images${unknown}, ${formatCount(results.test.patients)} patients in the test set. The first interval carries the sampling of test patients, the SD the variation between seeds; the second interval carries both${drawsText(results)}.`,
    columns,
    groups,
    notes: marks.list(),
  });
}

/** ` (2,000 draws, seed 1)`. */
function drawsText({ bootstrap }: StudyResults): string {
  return bootstrap === null ? '' : ` (${formatCount(bootstrap.draws)} draws, seed ${bootstrap.seed})`;
}

function comparisonTable({ results, endpointId, slots, numbering }: EndpointInput): Markup | null {
  const comparisons = judgeComparisons(results).filter((comparison) => comparison.endpointId === endpointId);
  if (comparisons.length === 0) return null;
  const marks = noteMarks();
  const name = results.endpoints.find((endpoint) => endpoint.id === endpointId)?.name;
  const groups = armGroups(results, slots, (arm) => {
    const comparison = comparisons.find((candidate) => candidate.armA === arm.armId);
    if (comparison === undefined) return null;
    const { difference, low, high, p, why, total, whyNoTotal, adjustedP } = comparison;
    const resampled = resampledComparison(results, comparison);
    const reference = results.arms.find((candidate) => candidate.armId === comparison.armB);
    return [
      reference?.initLabel ?? comparison.armB,
      markup`${formatSigned(difference)}${marks.mark(why)}`,
      formatRange(low, high, formatSigned),
      formatP(p),
      markup`${formatRange(total?.low, total?.high, formatSigned)}${why === null && whyNoTotal !== null && marks.mark(endSentence(whyNoTotal))}`,
      formatP(total?.p ?? null),
      formatP(adjustedP),
      formatRange(resampled?.low, resampled?.high, formatSigned),
    ];
  });
  return groupedTable({
    caption: markup`<b>Table ${numbering.table()}.</b> Paired differences of the mean AUC for ${name} on the same test images. Over patients: the trained networks taken as given (covariances: ${INTERVAL_WORDS[results.intervalKind].short}). Over patients and seeds: with the variation between seeds of both arms, t with Satterthwaite’s degrees of freedom. P-values are two-sided; the adjusted ones by Holm’s method over all comparisons of the study. The last column is the hierarchical bootstrap over seeds and patients${drawsText(results)}; statements rest on the t interval before it, which holds its level better with few seeds.`,
    columns: [
      ARM_COLUMN,
      { head: 'against' },
      { head: 'Difference', number: true },
      { head: markup`95 % interval<br><span class="quiet">over patients</span>`, number: true },
      { head: 'p', number: true },
      { head: markup`95 % interval<br><span class="quiet">patients and seeds</span>`, number: true },
      { head: 'p', number: true },
      { head: markup`p<br><span class="quiet">adjusted</span>`, number: true },
      { head: markup`95 % interval<br><span class="quiet">bootstrap</span>`, number: true },
    ],
    groups,
    notes: marks.list(),
  });
}

function speedTable({ results, slots, numbering }: ResultsSectionInput): Markup {
  const marks = noteMarks();
  const paper = results.arms.some((arm) => arm.paperParameters !== null && arm.paperParameters !== arm.parameters);
  const groups = armGroups(results, slots, (arm) => [
    arm.stepsToThreshold.length === 0
      ? '–'
      : markup`${arm.medianStepsToThreshold === null ? '–' : formatCount(arm.medianStepsToThreshold)}${
          arm.medianStepsToThreshold === null && marks.mark('At least half of the runs never reached the threshold.')
        }`,
    arm.stepsToThreshold.length === 0
      ? '–'
      : arm.stepsToThreshold.map(
          (run) =>
            markup`<span class="pair"><span class="quiet">${runLink(run.runId, `${run.seed}:`)}</span> ${run.steps === null ? 'never' : formatCount(run.steps)}</span> `,
        ),
    formatDuration(arm.meanSeconds),
    arm.meanStepMs === null ? '–' : arm.meanStepMs.toFixed(0),
    formatCount(arm.parameters),
    ...(paper ? [arm.paperParameters === null ? '–' : formatCount(arm.paperParameters)] : []),
  ]);
  return groupedTable({
    caption: markup`<b>Table ${numbering.table()}.</b> Steps to a validation AUC of ${results.thresholdAuc} (runs that never reached it are censored), time and size. ${paper && 'The paper’s table counts convolutions after the first and the output layer only; both counts are given.'}`,
    columns: [
      ARM_COLUMN,
      { head: 'Median steps', number: true },
      { head: 'Steps of each seed' },
      { head: 'Mean time of a run', number: true },
      { head: 'ms per step', number: true },
      { head: 'Parameters', number: true },
      ...(paper ? [{ head: 'Paper, Table 1', number: true }] : []),
    ],
    groups,
    notes: marks.list(),
  });
}

const ARM_COLUMN: Column = { head: 'Initialisation' };

function armGroups(
  results: StudyResults,
  slots: Map<string, number>,
  cellsOf: (arm: ArmResult) => MarkupValue[] | null,
): RowGroup[] {
  return groupArms(results.arms).map(({ title, arms }) => ({
    title,
    rows: arms.flatMap((arm) => {
      const cells = cellsOf(arm);
      return cells === null ? [] : [{ cells: [initCell(arm.initLabel, slots), ...cells] }];
    }),
  }));
}
