/** Parts of the test set: AUC, difference from the rest, error rates; and whether arms differ by another amount there. */
import { countOf, formatCount, formatNumber, formatP, formatSigned } from '../../../shared/words/numbers.ts';
import { RULE_WORDS, type TestedDifference } from '../../../shared/results/study-details.ts';
import { armCell, armName, estimateCell, type DetailsInput } from './detail-cells.ts';
import { markup, type Markup, type MarkupValue } from '../markup.ts';
import { groupedTable, noteMarks, type RowGroup } from '../table.ts';

/** Null where the data name no groups. */
export function subgroupTable(input: DetailsInput): Markup | null {
  const { details, numbering } = input;
  if (details.subgroups.length === 0) return null;
  const marks = noteMarks();
  const cell = estimateCell((text) => marks.mark(text));
  const groups = details.subgroups.map((group): RowGroup => ({
    title: `${group.variable}: ${group.name} (${formatCount(group.positives)} positive, ${formatCount(group.negatives)} negative, ${countOf(group.patients, 'patient')})`,
    rows:
      group.why !== null
        ? [{ cells: [markup`–${marks.mark(group.why)}`, '', '', '', '', ''] }]
        : group.arms.map((arm) => ({
            cells: [
              armCell(input, arm.armId),
              cell(arm, formatNumber),
              ...testCells(arm.difference, cell),
              cell(arm.sensitivity, formatNumber),
              cell(arm.specificity, formatNumber),
            ],
          })),
  }));
  return groupedTable({
    caption: markup`<b>Table ${numbering.table()}.</b> Parts of the test set, from ${String(details.leastInClass)} positive and ${String(details.leastInClass)} negative images on: means over seeds with 95 % intervals over seeds and patients (bootstrap, ${formatCount(details.draws)} draws, seed ${details.seed}). Difference: AUC there minus AUC of all other images whose group is known; of two groups one is compared. Beneath each p-value the one adjusted by Holm’s method over all subgroups compared, for each arm. Sensitivity and specificity at the threshold of each run (${RULE_WORDS[details.rule]}), which is the same for all groups: equal AUCs can hide unequal errors.`,
    columns: [
      { head: 'Arm' },
      ...['AUC', 'Difference', 'p', 'Sensitivity', 'Specificity'].map((head) => ({ head, number: true })),
    ],
    groups,
    notes: marks.list(),
  });
}

/** Null where no pair of arms was compared in a group. */
export function gainTable(input: DetailsInput): Markup | null {
  const { details, numbering } = input;
  const marks = noteMarks();
  const cell = estimateCell((text) => marks.mark(text));
  const groups = details.subgroups.map(({ variable, name, pairs }): RowGroup => ({
    title: `${variable}: ${name}`,
    rows: pairs.map(({ armA, armB, gain, difference }) => ({
      cells: [
        markup`${armCell(input, armA)}<br><span class="quiet">against ${armName(input, armB)}</span>`,
        cell(gain, formatSigned),
        ...testCells(difference, cell),
      ],
    })),
  }));
  if (groups.every(({ rows }) => rows.length === 0)) return null;
  return groupedTable({
    caption: markup`<b>Table ${numbering.table()}.</b> Do arms differ by another amount in parts of the test set? Difference of the mean AUCs there, and that minus the same difference of all other images whose group is known; intervals and p-values as above, adjusted for each pair of arms.`,
    columns: [
      { head: 'Arm' },
      ...['Difference of AUC', 'Minus that of the rest', 'p'].map((head) => ({ head, number: true })),
    ],
    groups,
    notes: marks.list(),
  });
}

function testCells(test: TestedDifference | null, cell: ReturnType<typeof estimateCell>): MarkupValue[] {
  if (test === null) return ['', ''];
  return [
    cell(test, formatSigned),
    markup`${formatP(test.p)}<br><span class="quiet">${formatP(test.adjustedP)}</span>`,
  ];
}
