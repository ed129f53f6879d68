/** Images that a reader marked as probable label noise: which, why, and what the AUC is without them. */
import { INTERVAL_WORDS } from '../../../shared/words/intervals.ts';
import type { StudyFailures } from '../../analysis/mistakes/failures.ts';
import { countOf, formatCount, formatInterval, formatNumber, wordFor } from '../../../shared/words/numbers.ts';
import type { MistakesAuc } from '../../../shared/mistakes/mistakes.ts';
import type { StudyResults } from '../../../shared/results/results.ts';
import { groupArms } from '../../../shared/study/arms.ts';
import { markup, type Markup, type MarkupValue } from '../markup.ts';
import { formatDateTime } from '../../../shared/words/times.ts';
import type { Numbering } from '../numbering.ts';
import { joinWords } from '../text/phrases.ts';
import { initCell } from '../figures/swatch.ts';
import { groupedTable, noteMarks, table, type Row, type RowGroup } from '../table.ts';

export interface ErrorsInput {
  results: StudyResults;
  failures: StudyFailures;
  slots: Map<string, number>;
  numbering: Numbering;
}

/** Marks are listed up to this many; the rest are counted. */
const LISTED_MARKS = 40;

export function marksPart(input: ErrorsInput): Markup {
  const { marks } = input.failures;
  if (marks.length === 0) {
    return markup`<h3>Doubtful labels</h3>
<p>No image of the dataset was marked as probable label noise.</p>`;
  }
  const parts = ['train', 'validation', 'test']
    .map((split) => ({ split, count: marks.filter((mark) => mark.split === split).length }))
    .filter(({ count }) => count > 0)
    .map(({ split, count }) => `${formatCount(count)} in ${split}`);
  return markup`<h3>Doubtful labels</h3>
<p>${countOf(marks.length, 'image')} of the dataset ${wordFor(marks.length, 'was', 'were')} marked by readers as probable label noise (${joinWords(parts)}). A mark changes no label, no training and no result of this report.</p>
${markTable(input)}
${withoutTable(input)}`;
}

function markTable({ failures, numbering }: ErrorsInput): Markup {
  const shown = failures.marks.slice(0, LISTED_MARKS);
  const endpoints = failures.endpoints.filter(({ overlap }) => overlap !== null);
  const wrongRuns = (imageId: string): MarkupValue => {
    const found = endpoints.flatMap(({ marked, runs }) => {
      const image = marked.find(({ id }) => id === imageId);
      return image === undefined ? [] : [`${formatCount(image.wrongRuns)} of ${formatCount(runs.length)}`];
    });
    return found.length === 0 ? '–' : found.join('; ');
  };
  const more =
    shown.length === failures.marks.length
      ? ''
      : ` The latest ${formatCount(shown.length)} of ${formatCount(failures.marks.length)}.`;
  const several = endpoints.length > 1 ? ', one number a headline endpoint' : '';
  return table({
    caption: markup`<b>Table ${numbering.table()}.</b> Images marked as probable label noise, with the reason as it was typed, and how many runs get a test image wrong${several}.${more}`,
    columns: [
      { head: 'Image' },
      { head: 'Set' },
      { head: 'Reason' },
      { head: 'Runs wrong', number: true },
      { head: 'Marked' },
    ],
    rows: shown.map(({ imageId, split, reason, markedAt }) => ({
      cells: [
        markup`<span class="mono">${imageId}</span>`,
        split,
        reason,
        wrongRuns(imageId),
        formatDateTime(markedAt, 'utc'),
      ],
    })),
  });
}

/** The study's AUC and the exploratory one; null where no test image is marked. */
function withoutTable({ results, failures, slots, numbering }: ErrorsInput): Markup | null {
  if (failures.withoutMarked.length === 0) return null;
  const notes = noteMarks();
  const cell = ({ mean, low, high, why }: MistakesAuc): MarkupValue =>
    markup`${formatNumber(mean)} ${formatInterval(low, high)}${notes.mark(why)}`;
  const several = failures.endpoints.length > 1;
  const groups = failures.endpoints.flatMap(({ endpointId }) => {
    const name = results.endpoints.find(({ id }) => id === endpointId)?.name ?? '';
    return groupArms(results.arms).map(({ title, arms }): RowGroup => ({
      title: [several ? name : '', title].filter((part) => part !== '').join(', '),
      rows: arms.flatMap((arm): Row[] => {
        const found = failures.withoutMarked.find((one) => one.armId === arm.armId && one.endpointId === endpointId);
        if (found === undefined) return [];
        const left = found.all.images - found.without.images;
        return [{ cells: [initCell(arm.initLabel, slots), cell(found.all), cell(found.without), formatCount(left)] }];
      }),
    }));
  });
  return groupedTable({
    caption: markup`<b>Table ${numbering.table()}.</b> Exploratory: mean test AUC without the marked images, with 95 % intervals over test patients (${INTERVAL_WORDS[results.intervalKind].short}). It replaces no result: images are looked at because a network got them wrong, and leaving out a network’s own mistakes raises its AUC, however good the labels are.`,
    columns: [
      { head: 'Initialisation' },
      { head: 'All test images', number: true },
      { head: 'Without the marked', number: true },
      { head: 'Left out', number: true },
    ],
    groups,
    notes: notes.list(),
  });
}
