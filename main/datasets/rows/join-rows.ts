/** Several rows of one image (boxes, readers, findings) become one, by a rule that is shown. */
import type { JoinRule, LabelValue, Target } from '../../../shared/dataset/dataset.ts';
import { formatCount } from '../../../shared/words/numbers.ts';
import type { ProblemList } from '../problem-list.ts';
import { describeRow, type ReadRow } from '../recognisers/recogniser.ts';
import type { Candidate } from './assemble.ts';

/** So many repeated rows are listed one by one; more are counted. */
const LISTED = 50;

export function joinWords(rule: JoinRule, kind: Target['kind']): string {
  if (kind === 'multilabel') {
    return rule === 'majority'
      ? 'a finding is present where more than half of the rows that know it have it'
      : 'a finding is present where any row has it';
  }
  if (kind === 'ordinal' && rule !== 'majority') return 'the highest grade counts';
  return `the most frequent ${kind === 'ordinal' ? 'grade' : 'class'} counts`;
}

/** Null where as many rows say so as say otherwise. */
function joinFinding(values: readonly LabelValue[], rule: JoinRule): LabelValue {
  const present = values.filter((value) => value === 1).length;
  const absent = values.filter((value) => value === 0).length;
  if (rule !== 'majority') return present > 0 ? 1 : absent === values.length ? 0 : null;
  return present > absent ? 1 : absent > present ? 0 : null;
}

/** A reader has a row for each box: all of them together are what this reader says. */
function perReader(rows: readonly ReadRow[]): ReadRow[] {
  const groups = Map.groupBy(rows, (row) => row.reader ?? row);
  return [...groups.values()].map((own) => {
    const [first] = own as [ReadRow];
    return own.length === 1 ? first : { ...first, labels: joinLabels(own, 'any', 'multilabel') ?? first.labels };
  });
}

/** The labels of the group, null where no class has more rows than every other. */
function joinLabels(rows: readonly ReadRow[], rule: JoinRule, kind: Target['kind']): readonly LabelValue[] | null {
  const [first] = rows as [ReadRow];
  if (kind === 'multilabel') {
    const said = rule === 'majority' ? perReader(rows) : rows;
    return first.labels.map((_, k) =>
      joinFinding(
        said.map(({ labels }) => labels[k] ?? null),
        rule,
      ),
    );
  }
  const votes = new Map<number, number>();
  for (const { labels } of rows) votes.set(labels.indexOf(1), (votes.get(labels.indexOf(1)) ?? 0) + 1);
  if (kind === 'ordinal' && rule !== 'majority') {
    const highest = Math.max(...votes.keys());
    return rows.find(({ labels }) => labels.indexOf(1) === highest)?.labels ?? null;
  }
  const [best, next] = [...votes].sort(([, a], [, b]) => b - a);
  if (best === undefined || best[1] === next?.[1]) return null;
  return rows.find(({ labels }) => labels.indexOf(1) === best[0])?.labels ?? null;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

export interface Joined {
  rows: Candidate[];
  /** Rows that were joined with another one of their image. */
  joined: number;
  /** Rows left out because they contradict each other. */
  contradictory: number;
}

export function joinRows(params: {
  rows: readonly Candidate[];
  rule: JoinRule | null;
  kind: Target['kind'];
  problems: ProblemList;
}): Joined {
  const { rows, rule, kind, problems } = params;
  const groups = new Map<number, Candidate[]>();
  const single: Candidate[] = [];
  const firsts = new Map<number, Candidate>();
  for (const row of rows) {
    const first = firsts.get(row.image);
    const group = groups.get(row.image);
    if (first === undefined) {
      firsts.set(row.image, row);
      single.push(row);
    } else if (group === undefined) groups.set(row.image, [first, row]);
    else group.push(row);
  }
  if (groups.size === 0) return { rows: single, joined: 0, contradictory: 0 };
  const dropped = new Set<Candidate>();
  const repeats: [Candidate, Candidate][] = [];
  let joined = 0;
  let contradictory = 0;
  for (const group of groups.values()) {
    const [first, ...rest] = group as [Candidate, ...Candidate[]];
    const usable = group.filter((row) => row.excluded === null);
    const differs = rest.find((row) => row.labels.join() !== first.labels.join());
    if (differs === undefined) {
      if (rule === null) repeats.push(...rest.map((row): [Candidate, Candidate] => [first, row]));
      joined += rest.length;
      continue;
    }
    const labels = rule === null || usable.length === 0 ? null : joinLabels(usable, rule, kind);
    if (labels !== null) {
      first.labels = labels;
      const known = labels.some((label) => label !== null);
      first.excluded = known ? null : { kind: 'unknown-label', message: 'its rows disagree about every finding' };
      joined += rest.length;
      continue;
    }
    contradictory += group.length;
    dropped.add(first);
    problems.leaveOut('duplicate-name', first.file, contradiction({ first, differs, group, rule }), group.length);
  }
  noteRepeats(repeats, problems);
  const images = [...groups.values()].length;
  if (rule !== null) {
    problems.note(
      'joined-rows',
      null,
      `${formatCount(images)} images have several rows (${formatCount(images + joined + contradictory)} in all); they are joined: ${joinWords(rule, kind)} (--join).`,
      images,
    );
  }
  return { rows: single.filter((row) => !dropped.has(row)), joined, contradictory };
}

function contradiction(params: {
  first: Candidate;
  differs: Candidate;
  group: readonly Candidate[];
  rule: JoinRule | null;
}): string {
  const { first, differs, group, rule } = params;
  const rows = group.length === 2 ? 'both' : `all ${group.length}`;
  return `${capital(describeRow(first))} and ${describeRow(differs)} give this image different labels; ${
    rule === null ? 'which is right cannot be known' : 'none of them has a majority'
  }, so ${rows} rows are left out.`;
}

function noteRepeats(repeats: readonly [Candidate, Candidate][], problems: ProblemList): void {
  if (repeats.length > LISTED) {
    problems.note(
      'joined-rows',
      null,
      `${formatCount(repeats.length)} rows repeat another one of their image with the same label; the image counts once.`,
      repeats.length,
    );
    return;
  }
  for (const [first, row] of repeats) {
    problems.leaveOut(
      'duplicate-name',
      row.file,
      `${capital(describeRow(row))} repeats ${describeRow(first)} with the same label; the image counts once.`,
    );
  }
}
