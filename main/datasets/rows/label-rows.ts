/** The cells of the label columns become labels, row by row, and the part of a reading that they tell. */
import type { LabelReader } from '../labels/label-reader.ts';
import type { ProblemList } from '../problem-list.ts';
import { describeRow, type Reading, type ReadRow } from '../recognisers/recogniser.ts';
import type { JoinDecision } from './join-rule.ts';
import { joinWords } from './join-rows.ts';
import type { PendingRow } from './read-rows.ts';

/** Changes the rows: a copy of each of 250,000 would cost seconds. What the layout has left out keeps its reason. */
function labelRows(params: { pending: readonly PendingRow[]; reader: LabelReader; problems: ProblemList }): ReadRow[] {
  const { pending, reader, problems } = params;
  return pending.map(({ row, cells }) => {
    const read = reader.read(cells);
    row.codes = read.codes ?? null;
    if (read.ok) row.labels = read.labels;
    else row.excluded ??= { kind: 'unknown-label', message: read.reason, ...(read.meant ? { meant: true } : {}) };
    if (read.ok && read.masked !== null)
      problems.note('unknown-label', null, `In ${describeRow(row)}, ${read.masked}.`);
    return row;
  });
}

function withJoin(target: Reading['target'], { rule, evidence }: JoinDecision): Reading['target'] {
  if (rule === null || evidence === null) return target;
  return { ...target, mapping: `${target.mapping} ${evidence} They are joined: ${joinWords(rule, target.kind)}.` };
}

/** Changes the rows, and notes what the reader has to say. */
export function readLabels(params: {
  pending: readonly PendingRow[];
  reader: LabelReader;
  join: JoinDecision;
  problems: ProblemList;
}) {
  const { pending, reader, join, problems } = params;
  for (const { kind, message, rows } of reader.notes) problems.note(kind, null, message, rows);
  return {
    rows: labelRows({ pending, reader, problems }),
    target: withJoin(reader.target, join),
    availableOutputs: reader.availableOutputs,
    join: join.rule,
    labelValues: reader.values,
    dropped: reader.dropped,
    coded: reader.coded ?? [],
    questions: [...reader.questions, ...(join.question ? [join.question] : [])],
  } satisfies Partial<Reading>;
}
