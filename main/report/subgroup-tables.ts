/** Parts of the test set: AUC, difference from the rest, error rates; and whether arms differ by another amount there. */
import { formatCount, formatP } from '../../shared/format.ts';
import { RULE_WORDS, type TestedDifference } from '../../shared/study-details.ts';
import { armCell, estimateCell, share, type DetailsInput } from './detail-cells.ts';
import { markup, type Markup, type MarkupValue } from './markup.ts';
import { groupedTable, noteMarks, type Row, type RowGroup } from './table.ts';

/** Null where the data name no groups. */
export function subgroupTable(input: DetailsInput): Markup | null {
  const { details, numbering } = input;
  if (details.subgroups.length === 0) return null;
  const marks = noteMarks();
  const cell = estimateCell((text) => marks.mark(text));
  const groups = [...Map.groupBy(details.subgroups, (group) => group.variable)].map(([title, members]): RowGroup => ({
    title,
    rows: members.flatMap((group): Row[] => {
      const facts = markup`${group.name}<br><span class="quiet">${formatCount(group.positives)} positive, ${formatCount(group.negatives)} negative, ${formatCount(group.patients)} patients</span>`;
      if (group.why !== null) {
        return [{ startsPart: true, cells: [facts, markup`–${marks.mark(group.why)}`, '', '', '', '', ''] }];
      }
      return group.arms.map((arm, index) => ({
        startsPart: index === 0,
        cells: [
          index === 0 ? facts : '',
          armCell(input, arm.armId),
          cell(arm, share),
          ...testCells(arm.difference, cell),
          cell(arm.sensitivity, share),
          cell(arm.specificity, share),
        ],
      }));
    }),
  }));
  return groupedTable({
    caption: markup`<b>Table ${numbering.table()}.</b> Parts of the test set, from ${String(details.leastInClass)} positive and ${String(details.leastInClass)} negative images on: means over seeds with 95 % intervals over seeds and patients (bootstrap, ${formatCount(details.draws)} draws, seed ${details.seed}). Difference: AUC there minus AUC of all other images whose group is known; of two groups one is compared. Beneath each p-value the one adjusted by Holm’s method over all subgroups compared, for each arm. Sensitivity and specificity at the threshold of each run (${RULE_WORDS[details.rule]}), which is the same for all groups: equal AUCs can hide unequal errors.`,
    columns: [
      { head: 'Subgroup' },
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
  const rows = details.subgroups.flatMap(({ variable, name, pairs }) =>
    pairs.map(({ armA, armB, gain, difference }, index): Row => ({
      startsPart: index === 0,
      cells: [
        index === 0 ? `${variable}: ${name}` : '',
        armCell(input, armA),
        armCell(input, armB),
        cell(gain, share),
        ...testCells(difference, cell),
      ],
    })),
  );
  if (rows.length === 0) return null;
  return groupedTable({
    caption: markup`<b>Table ${numbering.table()}.</b> Do arms differ by another amount in parts of the test set? Difference of the mean AUCs there, and that minus the same difference of all other images whose group is known; intervals and p-values as above, adjusted for each pair of arms.`,
    columns: [
      { head: 'Subgroup' },
      { head: 'Arm' },
      { head: 'against' },
      ...['Difference of AUC', 'Minus that of the rest', 'p'].map((head) => ({ head, number: true })),
    ],
    groups: [{ title: '', rows }],
    notes: marks.list(),
  });
}

function testCells(test: TestedDifference | null, cell: ReturnType<typeof estimateCell>): MarkupValue[] {
  if (test === null) return ['', ''];
  return [cell(test, share), markup`${formatP(test.p)}<br><span class="quiet">${formatP(test.adjustedP)}</span>`];
}
