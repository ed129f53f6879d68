/** Which of the candidates become the label: only what leaves no doubt, else a question. Pure. */
import type { ImportQuestion } from '../../../shared/dataset/import-question.ts';
import { readNumber } from '../labels/cell-values.ts';
import { quoteWord } from '../labels/missing-words.ts';
import { isCodeOf, type LabelCandidate } from './label-candidates.ts';

export interface LabelProposal {
  labels: LabelCandidate[];
  /** Candidates that are not proposed. */
  others: LabelCandidate[];
  /** Columns that repeat another one in numbers. */
  codes: LabelCandidate[];
  /** Null where the proposal is safe. */
  question: ImportQuestion | null;
}

const isFinding = ({ kind }: LabelCandidate): boolean => kind === 'two-codes';

const isNumber = ({ profile }: LabelCandidate): boolean => profile.filled.every((value) => readNumber(value) !== null);

/** Columns that only repeat another one in numbers, such as `class_id` beside `class_name`. */
function codesOf(candidates: readonly LabelCandidate[], sample: readonly string[][]): LabelCandidate[] {
  const words = candidates.filter(({ kind }) => kind === 'classes' || kind === 'findings-list');
  return candidates.filter(
    (candidate) => isNumber(candidate) && words.some((name) => isCodeOf(candidate.profile, name.profile, sample)),
  );
}

/** The columns next to each other that hold 0 and 1, from the first to the last one that is about a disease. */
function block(findings: readonly LabelCandidate[]): LabelCandidate[] {
  const known = findings.filter(({ rank }) => rank > 1);
  if (known.length === 0) return [...findings];
  if (known.length === 1) return known;
  const columns = known.map(({ profile }) => profile.column);
  const [from, to] = [Math.min(...columns), Math.max(...columns)];
  const all = new Set(findings.map(({ profile }) => profile.column));
  let end = to;
  // Names of findings are many, and most of them are not known here: what goes on without a gap belongs to them.
  while (known.length > 2 && all.has(end + 1)) end++;
  return findings.filter(({ profile }) => profile.column >= from && profile.column <= end);
}

export function proposeLabels(candidates: readonly LabelCandidate[], sample: readonly string[][]): LabelProposal {
  const codes = codesOf(candidates, sample);
  const sound = candidates.filter((candidate) => !codes.includes(candidate));
  const propose = (labels: readonly LabelCandidate[]): LabelProposal => ({
    labels: [...labels],
    others: sound.filter((candidate) => !labels.includes(candidate)),
    codes,
    question: null,
  });
  const single = sound.filter((candidate) => !isFinding(candidate));
  const findings = sound.filter(isFinding);
  const best = Math.max(0, ...single.map(({ rank }) => rank));
  const leading = single.filter(({ rank }) => rank === best);
  const named = findings.filter(({ rank }) => rank > 1);
  const strongest = Math.max(0, ...findings.map(({ rank }) => rank));
  const [only] = leading;

  if (only && best >= 2 && leading.length === 1) {
    // Grades beside one or two findings: the grades. Beside a list of findings it cannot be known.
    if (best === 3 && strongest < 3 && named.length < 3) return propose([only]);
    if (findings.length === 0) return propose([only]);
    if (best > strongest && named.length < 3) return propose([only]);
  } else if (leading.length === 0 || best === 1) {
    const proposed = proposeFindings(findings);
    if (proposed !== null && (best === 0 || named.length > 0)) return propose(proposed);
  }
  return { labels: [], others: sound, codes, question: askLabels(sound) };
}

function proposeFindings(findings: readonly LabelCandidate[]): LabelCandidate[] | null {
  const labelled = findings.filter(({ rank }) => rank === 3);
  const named = findings.filter(({ rank }) => rank > 1);
  if (labelled.length === 1 && named.length === 1) return labelled;
  if (findings.length === 0) return null;
  if (named.length > 0) return block(findings);
  // Flags of any kind are yes or no as well.
  const flags = findings.filter(({ profile }) => /^(is|has|in|was|can|needs|with) /.test(profile.words));
  return flags.length > 0 ? null : [...findings];
}

function askLabels(candidates: readonly LabelCandidate[]): ImportQuestion {
  const singles = candidates.filter((candidate) => !isFinding(candidate));
  const findings = block(candidates.filter(isFinding));
  const names = (list: readonly LabelCandidate[]): string[] => list.map(({ profile }) => profile.name);
  const choices = [
    ...singles.map((candidate) => [candidate]),
    ...(findings.length > 1 ? [findings] : []),
    ...findings.map((one) => [one]),
  ];
  return {
    id: 'label-columns',
    question: 'Which column holds the label, or which columns hold findings?',
    reasons:
      candidates.length === 0
        ? ['No column reads as a label.']
        : candidates.slice(0, 12).map(({ profile, reason }) => `"${profile.name}" could be it: ${reason}.`),
    answers: choices.slice(0, 12).map((list) => ({
      text:
        list.length === 1
          ? `"${list[0]?.profile.name ?? ''}"`
          : `${list.length} findings: ${names(list).slice(0, 4).join(', ')}${list.length > 4 ? ', …' : ''}`,
      option: `--label-columns ${names(list).map(quoteWord).join(',')}`,
      change: { columnHints: { labels: names(list) } },
    })),
  };
}
