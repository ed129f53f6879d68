/** Which mistakes arms share, which images every run gets wrong, and mistakes in parts of the test set. Pure. */
import { formatCount } from '../../../shared/words/numbers.ts';
import { subgroupTitle } from '../../../shared/results/details-tables/subgroups.ts';
import type { StudyResults } from '../../../shared/results/results.ts';
import { armCells } from '../../../shared/results/tables/arm-cells.ts';
import { groupArms } from '../../../shared/study/arms.ts';
import { count, EMPTY, list, missing, number, text } from '../../../shared/tables/cells.ts';
import { buildTable, ungrouped, type ColumnOf, type Table } from '../../../shared/tables/table.ts';
import type { FailureAnalysis, FailureArm, FailureOverlap, FailureSubgroup } from '../../analysis/mistakes/failures.ts';

type Arms = StudyResults['arms'];

/** Null where there is one arm, or a run has no threshold. */
export function sharedMistakesTable({ overlap, arms: found }: FailureAnalysis, arms: Arms): Table | null {
  if (overlap === null || found.length < 2) return null;
  const nameOf = armCells(arms);
  const column = (key: string, head: string, of: (arm: FailureArm) => number | null): ColumnOf<FailureArm> => ({
    ...{ key, head, number: true },
    cell: (arm) => count(of(arm)),
  });
  const wrong = ({ fn, fp }: { fn: number; fp: number }): number => fn + fp;
  return buildTable<FailureArm>({
    caption: 'Mistakes that arms share',
    notes: [
      'Images that more than half of an arm’s runs get wrong, how many of them every arm gets wrong, and how many no other arm does.',
    ],
    groupHead: 'model',
    groups: groupArms(arms).map(({ title, arms: members }) => ({
      title,
      items: members.flatMap(({ armId }) => found.filter((arm) => arm.armId === armId && arm.wrong !== null)),
    })),
    columns: [
      { key: 'arm', head: 'Arm', cell: ({ armId }) => nameOf(armId, { name: 'init' }) },
      column('missed', 'Missed', (arm) => arm.wrong?.fn ?? null),
      column('false_alarms', 'False alarms', (arm) => arm.wrong?.fp ?? null),
      column('wrong', 'Wrong', (arm) => arm.wrong && wrong(arm.wrong)),
      column('every_arm', 'of these: by every arm', () => wrong(overlap.everyArm)),
      column('this_arm_only', 'by this arm only', ({ alone }) => alone),
    ],
  });
}

/** Null where no image is wrong in every run. */
export function everyRunTable({ images, everyRun, runs }: FailureOverlap): Table | null {
  if (images.length === 0) return null;
  const all = everyRun.fn + everyRun.fp;
  const listed =
    images.length === all
      ? `${formatCount(all)} in all`
      : `the ${formatCount(images.length)} most confident of ${formatCount(all)}`;
  return buildTable<{ title: string; label: 0 | 1 }>({
    caption: `Images that all ${formatCount(runs)} runs get wrong (${listed})`,
    notes: ['By image id, most confidently wrong first. predictions.csv has the scores.'],
    groups: ungrouped([
      { title: 'positive, missed', label: 1 },
      { title: 'negative, called positive', label: 0 },
    ]),
    columns: [
      { key: 'reference', head: 'Reference standard', cell: ({ title }) => title },
      {
        ...{ key: 'images', head: 'Images' },
        cell: ({ label }) =>
          list(images.filter((image) => image.label === label).map(({ id }) => text(id, { mono: true }))),
      },
    ],
  });
}

interface InSubgroup {
  armId: string;
  group: FailureSubgroup;
  fn: number | null;
  fp: number | null;
}

/** Null where the data name no groups, or a run has no threshold. */
export function subgroupMistakesTable(found: FailureAnalysis, arms: Arms): Table | null {
  if (found.subgroups.length === 0 || found.overlap === null) return null;
  const nameOf = armCells(arms);
  const columns = (
    { key, head }: { key: 'fn' | 'fp'; head: string },
    of: (group: FailureSubgroup) => number,
  ): ColumnOf<InSubgroup>[] => {
    const share = key === 'fn' ? 'of the positive' : 'of the negative';
    return [
      {
        ...{ key, head, number: true },
        cell: (item) => (item[key] === null ? missing(null, 'too few') : number(item[key], 'mean-count')),
      },
      {
        ...{ key: `${key}_share`, head, unit: share, number: true, stacked: true },
        cell: (item) => (item[key] === null ? EMPTY : number(item[key] / of(item.group), 'percent')),
      },
    ];
  };
  return buildTable<InSubgroup>({
    caption: 'Mistakes in parts of the test set at the same thresholds',
    notes: [
      `Means over the runs of an arm, with the share of the part’s positive (missed) or negative (false alarms) images. “Too few”: fewer than ${found.leastInClass} such images. Without intervals: these are counts of this test set; AUCs by subgroup have theirs.`,
    ],
    groupHead: 'subgroup',
    groups: found.subgroups.map((group) => ({
      title: subgroupTitle(group),
      items: group.arms.map((arm) => ({ ...arm, group })),
    })),
    columns: [
      { key: 'arm', head: 'Arm', cell: ({ armId }) => nameOf(armId) },
      ...columns({ key: 'fn', head: 'Missed' }, ({ positives }) => positives),
      ...columns({ key: 'fp', head: 'False alarms' }, ({ negatives }) => negatives),
    ],
  });
}
