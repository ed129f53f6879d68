/** Images that a reader marked as probable label noise: which, why, and what the AUC is without them. */
import { markedImagesTable } from '../../../shared/mistakes/image-tables.ts';
import { endpointName } from '../../../shared/results/endpoint-name.ts';
import type { StudyResults } from '../../../shared/results/results.ts';
import { armCells } from '../../../shared/results/tables/arm-cells.ts';
import { groupArms } from '../../../shared/study/arms.ts';
import { count, estimate, list, text as textCell, type Cell } from '../../../shared/tables/cells.ts';
import { buildTable, type Table } from '../../../shared/tables/table.ts';
import { INTERVAL_WORDS } from '../../../shared/words/intervals.ts';
import { countOf, formatCount, wordFor } from '../../../shared/words/numbers.ts';
import type { AucWithoutMarked, StudyFailures } from '../../analysis/mistakes/failures.ts';
import { table, text, under, type Block } from '../blocks.ts';
import { joinWords } from '../text/phrases.ts';

/** Marks are listed up to this many; the rest are counted. */
const LISTED_MARKS = 40;

export function marksPart({ failures, results }: { failures: StudyFailures; results: StudyResults }): Block[] {
  const { marks } = failures;
  if (marks.length === 0) {
    return under('Doubtful labels', [text('No image of the dataset was marked as probable label noise.')]);
  }
  const parts = ['train', 'validation', 'test']
    .map((split) => ({ split, count: marks.filter((mark) => mark.split === split).length }))
    .filter(({ count }) => count > 0)
    .map(({ split, count }) => `${formatCount(count)} in ${split}`);
  return under('Doubtful labels', [
    text(
      `${countOf(marks.length, 'image')} of the dataset ${wordFor(marks.length, 'was', 'were')} marked by readers as probable label noise (${joinWords(parts)}). A mark changes no label, no training and no result of this report.`,
    ),
    ...table(marksTable(failures)),
    ...table(withoutMarkedTable(failures, results)),
  ]);
}

export function marksTable({ marks, endpoints }: StudyFailures): Table {
  const shown = marks.slice(0, LISTED_MARKS);
  const compared = endpoints.filter(({ overlap }) => overlap !== null);
  const wrongRuns = (imageId: string): Cell => {
    const found = compared.flatMap(({ marked, runs }) => {
      const image = marked.find(({ id }) => id === imageId);
      return image === undefined ? [] : [textCell(`${formatCount(image.wrongRuns)} of ${formatCount(runs.length)}`)];
    });
    return list(found, '; ');
  };
  const several = compared.length > 1 ? ', one number a headline endpoint' : '';
  const more =
    shown.length === marks.length ? [] : [`The latest ${formatCount(shown.length)} of ${formatCount(marks.length)}.`];
  return markedImagesTable(shown, {
    wrongRuns,
    notes: [`“Runs wrong”: how many runs get a test image wrong${several}.`, ...more],
  });
}

/** The study's AUC and the exploratory one; null where no test image is marked. */
export function withoutMarkedTable({ withoutMarked, endpoints }: StudyFailures, results: StudyResults): Table | null {
  if (withoutMarked.length === 0) return null;
  const nameOf = armCells(results.arms);
  const auc = (found: AucWithoutMarked['all']): Cell => estimate({ ...found, value: found.mean });
  return buildTable<AucWithoutMarked>({
    caption: 'Exploratory: mean test AUC without the marked images',
    notes: [
      `95 % intervals over test patients (${INTERVAL_WORDS[results.intervalKind].short}). It replaces no result: images are looked at because a network got them wrong, and leaving out a network’s own mistakes raises its AUC, however good the labels are.`,
    ],
    groupHead: 'endpoint',
    groups: endpoints.flatMap(({ endpointId }) => {
      const endpoint = endpointName(results.endpoints, endpointId);
      return groupArms(results.arms).map(({ title, arms }) => ({
        title: [endpoints.length > 1 ? endpoint : '', title].filter((part) => part !== '').join(', '),
        items: arms.flatMap(({ armId }) =>
          withoutMarked.filter((found) => found.armId === armId && found.endpointId === endpointId),
        ),
      }));
    }),
    columns: [
      { key: 'arm', head: 'Arm', cell: ({ armId }) => nameOf(armId, { name: 'init' }) },
      { key: 'auc_all', head: 'All test images', number: true, cell: ({ all }) => auc(all) },
      { key: 'auc_without', head: 'Without the marked', number: true, cell: ({ without }) => auc(without) },
      {
        ...{ key: 'left_out', head: 'Left out', number: true },
        cell: ({ all, without }) => count(all.images - without.images),
      },
    ],
  });
}
