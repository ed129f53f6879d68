/** Whether images have several rows that differ, and by which rule these become one. Pure. */
import type { JoinRule, PreviewRequest } from '../../../shared/dataset/dataset.ts';
import type { ImportQuestion } from '../../../shared/dataset/import-question.ts';
import { formatCount } from '../../../shared/words/numbers.ts';
import { acceptAnswer } from '../questions.ts';
import type { PendingRow } from './read-rows.ts';

/** Fewer contradictions than this are slips, which are listed and left out. */
const SLIPS = 0.05;

export interface JoinDecision {
  rule: JoinRule | null;
  /** A column of classes is read as findings, which come together. */
  asFindings: boolean;
  question: ImportQuestion | null;
  /** What was seen, a sentence; null where no image has several rows. */
  evidence: string | null;
}

/** Images with several rows, and with several rows that differ in their labels. */
function countRepeats(pending: readonly PendingRow[]): {
  images: number;
  repeated: number;
  differing: number;
  most: number;
} {
  const groups = new Map<string, { cells: string; rows: number; differs: boolean }>();
  for (const { row, cells } of pending) {
    const key = `${row.near[0] ?? ''}\n${row.reference.toLowerCase()}`;
    const group = groups.get(key);
    const joined = cells.join('\u0001');
    if (group === undefined) groups.set(key, { cells: joined, rows: 1, differs: false });
    else {
      group.rows++;
      group.differs ||= group.cells !== joined;
    }
  }
  const several = [...groups.values()].filter(({ rows }) => rows > 1);
  return {
    images: groups.size,
    repeated: several.length,
    differing: several.filter(({ differs }) => differs).length,
    most: several.reduce((most, { rows }) => Math.max(most, rows), 1),
  };
}

export function decideJoin(params: {
  pending: readonly PendingRow[];
  /** The rule where the user names none; null: it is asked. */
  usual: JoinRule | null;
  /** One column that holds one class in each row. */
  isSingle: boolean;
  request: Pick<PreviewRequest, 'join' | 'accept' | 'labelsAs'>;
}): JoinDecision {
  const { pending, usual, isSingle, request } = params;
  const { images, repeated, differing, most } = countRepeats(pending);
  if (repeated === 0) return { rule: null, asFindings: false, question: null, evidence: null };
  const evidence = `${formatCount(repeated)} of ${formatCount(images)} images have several rows (up to ${most})${
    differing === 0 ? ', which agree' : `; of ${formatCount(differing)} they differ`
  }.`;
  const asFindings = (rule: JoinRule): boolean => rule === 'any' && isSingle && request.labelsAs === undefined;
  if (request.join !== undefined) {
    return { rule: request.join, asFindings: asFindings(request.join), question: null, evidence };
  }
  if (usual !== null) return { rule: usual, asFindings: asFindings(usual), question: null, evidence };
  if (differing === 0) return { rule: null, asFindings: false, question: null, evidence };
  const isSlip = differing < SLIPS * images || request.accept?.includes('lost-rows') === true;
  return { rule: null, asFindings: false, question: isSlip ? null : askJoin(evidence, request), evidence };
}

function askJoin(evidence: string, request: Pick<PreviewRequest, 'accept'>): ImportQuestion {
  return {
    id: 'join-rows',
    question: 'Why do images have several rows that differ, and how do these become one?',
    reasons: [evidence, 'No column says who read the image, or where in it something is.'],
    answers: [
      { text: 'Each row is a finding: an image has all of its rows', option: '--join any', change: { join: 'any' } },
      { text: 'Each row is a reader: the majority counts', option: '--join majority', change: { join: 'majority' } },
      { text: 'Each row is a reader: the highest grade counts', option: '--join highest', change: { join: 'highest' } },
      acceptAnswer('lost-rows', 'The rows are wrong: leave these images out', request),
    ],
  };
}
