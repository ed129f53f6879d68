/** What the label columns of an unknown table mean: grades, classes or findings; and the labels of each row. */
import type { LabelValue, LabelValueMeaning, PreviewRequest, Target } from '../../../shared/dataset/dataset.ts';
import type { ProblemKind } from '../../../shared/dataset/problem-kinds.ts';
import type { FindingCode } from '../../../shared/dataset/label-policies.ts';
import type { ImportQuestion } from '../../../shared/dataset/import-question.ts';
import { findingsReader } from './findings-reader.ts';
import { joinedReader } from './joined-reader.ts';
import { spellingKey } from './spellings.ts';
import { singleColumnReader } from './single-column.ts';

/** `meant`: the user asked for it, so that nothing is lost. */
export type RowLabels = (
  { ok: true; labels: LabelValue[]; masked: string | null } | { ok: false; reason: string; meant?: true }
) & {
  /** Of findings: what each cell says, whatever the policy. */
  codes?: readonly FindingCode[];
};

/** A value that is neither a class nor a known word for 'not known'. */
export interface DroppedValue {
  column: string;
  value: string;
  rows: number;
}

export interface LabelReader {
  target: Target;
  availableOutputs: string[];
  /** `cells`: one per label column. */
  read(cells: readonly string[]): RowLabels;
  /** The findings of {@link RowLabels.codes}. */
  coded?: readonly string[];
  values: LabelValueMeaning[];
  notes: { kind: ProblemKind; message: string; rows: number }[];
  questions: ImportQuestion[];
  dropped: DroppedValue[];
}

export type LabelOptions = Pick<
  PreviewRequest,
  'outputs' | 'positive' | 'positiveFrom' | 'labelsAs' | 'missing' | 'unknown'
>;

export interface LabelColumns {
  columns: readonly string[];
  /** Rows by cell, for every column; blank cells included. */
  counts: readonly ReadonlyMap<string, number>[];
  /** In every row exactly one of the columns is 1 and all others are 0. */
  oneHot: boolean;
}

/** @returns a sentence where the column cannot be a label */
export function labelReader(labels: LabelColumns, options: LabelOptions): LabelReader | { problem: string } {
  if (labels.columns.length > 1) return withMemory(findingsReader(labels, options), options);
  const column = labels.columns[0] as string;
  const counts = labels.counts[0] ?? new Map<string, number>();
  const reader = joinedReader(column, counts, options) ?? singleColumnReader(column, counts, options);
  return 'problem' in reader ? reader : withMemory(reader, options);
}

/** What the user has called 'not known' is left out as wished. */
function isMeant(cell: string, { missing, unknown }: LabelOptions): boolean {
  if (cell.trim() === '') return unknown?.blank === 'ignore';
  return missing?.some((word) => spellingKey(word) === spellingKey(cell)) === true;
}

/** A table of 250,000 rows has few different cells, and few patterns of findings: rows of one pattern share their labels. */
export function withMemory(reader: LabelReader, options: LabelOptions): LabelReader {
  const known = new Map<string, RowLabels>();
  return {
    ...reader,
    read(cells) {
      const key = cells.join('\u0001');
      const before = known.get(key);
      if (before !== undefined) return before;
      const read = reader.read(cells);
      const isSingle = cells.length === 1 && isMeant(cells[0] as string, options);
      const labels: RowLabels = !read.ok && isSingle ? { ...read, meant: true } : read;
      known.set(key, labels);
      return labels;
    },
  };
}
