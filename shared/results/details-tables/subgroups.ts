/** Parts of the test set: AUC, difference from the rest, error rates; and whether arms differ by another amount there. Pure. */
import { countOf, formatCount } from '../../words/numbers.ts';
import { EMPTY, estimate, missing } from '../../tables/cells.ts';
import { buildTable, type Table } from '../../tables/table.ts';
import { RULE_WORDS, type SubgroupArm, type SubgroupDetails, type SubgroupPair } from '../study-details.ts';
import { armCells } from '../tables/arm-cells.ts';
import { drawsWords, testedColumns, type DetailsInput } from './details-parts.ts';

const REST = 'that of all other images whose group is known; of two groups one is compared';

/** `Sex: F (20 positive, 70 negative, 45 patients)` */
export function subgroupTitle({
  variable,
  name,
  positives,
  negatives,
  patients,
}: Pick<SubgroupDetails, 'variable' | 'name' | 'positives' | 'negatives' | 'patients'>): string {
  return `${variable}: ${name} (${formatCount(positives)} positive, ${formatCount(negatives)} negative, ${countOf(patients, 'patient')})`;
}

/** `arm` is null where the group is too small for numbers. */
interface InSubgroup {
  group: SubgroupDetails;
  arm: SubgroupArm | null;
}

/** Null where the data name no groups. A group that is too small has one row, which says so. */
export function subgroupTable({ details, arms }: DetailsInput): Table | null {
  if (details.subgroups.length === 0) return null;
  const nameOf = armCells(arms);
  const least = details.leastInClass;
  const facts = (column: { key: 'sensitivity' | 'specificity'; head: string }) => ({
    ...{ ...column, number: true },
    cell: ({ arm }: InSubgroup) => (arm === null ? EMPTY : estimate(arm[column.key])),
  });
  return buildTable<InSubgroup>({
    caption: 'Arms in subgroups of the test images',
    notes: [
      `Parts of the test set with at least ${least} positive and ${least} negative images: means over seeds with 95 % intervals over seeds and patients (${drawsWords(details)}). Difference: AUC there minus ${REST}. P: by bootstrap; adjusted by Holm’s method over all subgroups compared, for each arm.`,
      `Sensitivity and specificity at the threshold of each run (${RULE_WORDS[details.rule]}), which is the same for all groups: equal AUCs can hide unequal errors.`,
    ],
    groupHead: 'subgroup',
    groups: details.subgroups.map((group) => ({
      title: subgroupTitle(group),
      items: group.why === null ? group.arms.map((arm) => ({ group, arm })) : [{ group, arm: null }],
    })),
    columns: [
      {
        ...{ key: 'arm', head: 'Arm' },
        cell: ({ group, arm }) => (arm === null ? missing(group.why, 'not shown') : nameOf(arm.armId)),
      },
      { key: 'auc', head: 'AUC', number: true, cell: ({ arm }) => (arm === null ? EMPTY : estimate(arm)) },
      ...testedColumns<InSubgroup>({ key: 'difference', head: 'Difference' }, ({ arm }) => arm?.difference),
      facts({ key: 'sensitivity', head: 'Sensitivity' }),
      facts({ key: 'specificity', head: 'Specificity' }),
    ],
  });
}

/** Null where no pair of arms was compared in a group. */
export function interactionTable({ details, arms }: DetailsInput): Table | null {
  if (details.subgroups.every(({ pairs }) => pairs.length === 0)) return null;
  const nameOf = armCells(arms);
  return buildTable<SubgroupPair>({
    caption: 'Differences of arms in subgroups of the test images',
    notes: [
      `Do arms differ by another amount in parts of the test set? Difference of the mean AUCs there, and that minus ${REST}. Intervals and p-values as for the arms, adjusted for each pair of arms.`,
    ],
    groupHead: 'subgroup',
    groups: details.subgroups.map((group) => ({ title: subgroupTitle(group), items: group.pairs })),
    columns: [
      { key: 'arm', head: 'Arm', cell: ({ armA, armB }) => nameOf(armA, { against: armB }) },
      {
        ...{ key: 'gain', head: 'Difference of AUC', number: true },
        cell: ({ gain }) => estimate(gain, { signed: true }),
      },
      ...testedColumns<SubgroupPair>(
        { key: 'interaction', head: 'Minus that of the rest' },
        ({ difference }) => difference,
      ),
    ],
  });
}
