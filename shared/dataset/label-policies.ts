/** What a cell of a finding says, and what label it gives under each policy for uncertain, blank and implied ones. Pure. */
import { z } from 'zod';
import { count, type Cell } from '../tables/cells.ts';
import { buildTable, type ColumnOf, type Table } from '../tables/table.ts';
import type { LabelValue } from './dataset.ts';

/** How an uncertain (-1) or a blank finding is read; `ignore` masks it. */
export const unknownPolicySchema = z.object({
  uncertain: z.enum(['ignore', 'zeros', 'ones']).default('ignore'),
  blank: z.enum(['ignore', 'zeros']).default('zeros'),
  /** Where the data set says 'No Finding', its uncertain and blank findings are `absent`, or read `as-written`. */
  noFinding: z.enum(['absent', 'as-written']).default('absent'),
});
export type UnknownPolicy = z.infer<typeof unknownPolicySchema>;

/** `unknown`: a word says that it is not known, as `k.A.`; no policy makes a label of it. */
export type FindingCell = 'unknown' | 'present' | 'absent' | 'uncertain' | 'blank' | 'unreadable';
/** `clear-`: the row says 'No Finding'. */
export type FindingCode = FindingCell | 'clear-uncertain' | 'clear-blank';

/** Images by what their cell of one finding says. */
export interface FindingCells {
  output: string;
  codes: Partial<Record<FindingCode, number>>;
}

export function labelUnder(code: FindingCode, { uncertain, blank, noFinding }: UnknownPolicy): LabelValue {
  if (code === 'present') return 1;
  if (code === 'absent') return 0;
  if (code === 'unreadable' || code === 'unknown') return null;
  if (code.startsWith('clear-') && noFinding === 'absent') return 0;
  const policy = code.endsWith('uncertain') ? uncertain : blank;
  return policy === 'ignore' ? null : policy === 'ones' ? 1 : 0;
}

export function countUnder({ codes }: FindingCells, policy: UnknownPolicy): Record<'1' | '0' | 'null', number> {
  const counts = { '1': 0, '0': 0, null: 0 };
  for (const [code, images] of Object.entries(codes)) {
    counts[`${labelUnder(code as FindingCode, policy)}`] += images;
  }
  return counts;
}

const has = (cells: readonly FindingCells[], codes: readonly FindingCode[]): boolean =>
  cells.some((row) => codes.some((code) => (row.codes[code] ?? 0) > 0));

/** Whether a choice makes a difference. */
export function openPolicies(cells: readonly FindingCells[]): Record<keyof UnknownPolicy, boolean> {
  return {
    uncertain: has(cells, ['uncertain', 'clear-uncertain']),
    blank: has(cells, ['blank', 'clear-blank']),
    noFinding: has(cells, ['clear-uncertain', 'clear-blank']),
  };
}

const UNCERTAIN = { ignore: 'masked', zeros: 'absent', ones: 'present' } as const;
const BLANK = { zeros: 'Blank counts as absent', ignore: 'Blank is masked' } as const;
const LABELS = [
  ['1', 'Present'],
  ['0', 'Absent'],
  ['null', 'Masked'],
] as const;

/** Positive, negative and masked images that every policy would give; null where no cell is uncertain or blank. */
export function policiesTable(cells: readonly FindingCells[], chosen: UnknownPolicy): Table | null {
  const open = openPolicies(cells);
  if (!open.uncertain && !open.blank) return null;
  const uncertain = open.uncertain ? (['ignore', 'zeros', 'ones'] as const) : ([chosen.uncertain] as const);
  const blank = open.blank ? (['zeros', 'ignore'] as const) : ([chosen.blank] as const);
  const mark = (isChosen: boolean): string => (isChosen ? ' (chosen)' : '');
  const columns = uncertain.flatMap((policy) =>
    LABELS.map(([label, head]): ColumnOf<PolicyRow> => ({
      key: `${open.uncertain ? `uncertain_${UNCERTAIN[policy]}_` : ''}${head.toLowerCase()}`,
      head,
      ...(open.uncertain ? { unit: `-1 ${UNCERTAIN[policy]}` } : {}),
      number: true,
      cell: ({ row, blank: own }): Cell => count(countUnder(row, { ...chosen, uncertain: policy, blank: own })[label]),
    })),
  );
  return buildTable<PolicyRow>({
    caption: 'Images under each policy',
    notes: [
      ...(open.uncertain
        ? [`An uncertain finding (-1) is ${UNCERTAIN[chosen.uncertain]} as chosen (--uncertain).`]
        : []),
      ...(open.blank ? [`${BLANK[chosen.blank]} as chosen (--blank).`] : []),
      ...(open.noFinding
        ? [
            chosen.noFinding === 'absent'
              ? 'Where the table says "No Finding", uncertain and blank findings are absent (--if-no-finding).'
              : 'Where the table says "No Finding", other findings are read as written (--if-no-finding).',
          ]
        : []),
    ],
    groupHead: 'Blank cells',
    groups: blank.map((policy) => ({
      title: open.blank ? `${BLANK[policy]}${mark(policy === chosen.blank)}` : '',
      items: cells.map((row) => ({ row, blank: policy })),
    })),
    columns: [{ key: 'finding', head: 'Finding', cell: ({ row }) => row.output }, ...columns],
  });
}

interface PolicyRow {
  row: FindingCells;
  blank: UnknownPolicy['blank'];
}
