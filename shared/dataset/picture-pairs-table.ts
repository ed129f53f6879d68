/** Pictures that an import found twice, as a table. Pure. */
import { number, text } from '../tables/cells.ts';
import { buildTable, ungrouped, type Table } from '../tables/table.ts';
import { SPLIT_WORDS } from './dataset-words.ts';
import { describeLikeness, OUTCOME_WORDS, type ListedPair } from './picture-pairs.ts';

/** Both parts, or the one of them; `not used` where neither picture is. */
export function partsText({ splits }: Pick<ListedPair, 'splits'>): string {
  const parts = new Set(splits.flatMap((split) => (split === null ? [] : [SPLIT_WORDS[split]])));
  return parts.size === 0 ? 'not used' : [...parts].join(' and ');
}

export function picturePairsTable(pairs: readonly ListedPair[]): Table {
  return buildTable<ListedPair>({
    caption: 'Pictures found twice',
    groups: ungrouped(pairs),
    columns: [
      { key: 'first', head: 'First', cell: ({ first }) => first.file },
      { key: 'firstId', head: '', stacked: true, cell: ({ first }) => text(first.id, { mono: true, tone: 'quiet' }) },
      { key: 'second', head: 'Second', cell: ({ second }) => second.file },
      {
        key: 'secondId',
        head: '',
        stacked: true,
        cell: ({ second }) => text(second.id, { mono: true, tone: 'quiet' }),
      },
      { key: 'why', head: 'Why', cell: describeLikeness },
      { key: 'distance', head: 'Distance', number: true, cell: ({ distance }) => number(distance, 1) },
      { key: 'done', head: 'What was done', cell: ({ outcome }) => OUTCOME_WORDS[outcome] },
      { key: 'part', head: 'Part', cell: partsText },
      {
        ...{ key: 'reason', head: 'Declared different', when: pairs.some(({ reason }) => reason !== null) },
        cell: ({ reason }) => reason ?? '',
      },
    ],
    notes: ['The distance is the root mean square of the differences of 16 x 16 grey values (0 to 255).'],
  });
}
