/** Which of the candidates become the label: only what leaves no doubt, else a question. Pure. */
import type { ImportQuestion } from '../../../shared/dataset/import-question.ts';
import { readFindingCell, readNumber } from '../labels/cell-values.ts';
import { quoteWord } from '../labels/missing-words.ts';
import { sideOfColumn, withoutSide } from './image-columns.ts';
import { isCodeOf, type LabelCandidate } from './label-candidates.ts';

interface LabelProposal {
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
  const words = candidates.filter(
    (candidate) => (candidate.kind === 'classes' || candidate.kind === 'findings-list') && !isNumber(candidate),
  );
  return candidates.filter(
    (candidate) => isNumber(candidate) && words.some((name) => isCodeOf(candidate.profile, name.profile, sample)),
  );
}

const isFlag = ({ profile }: LabelCandidate): boolean => /^(is|has|in|was|can|needs|with) /.test(profile.words);

/** Both hold the same word for 'present' and the same for 'absent'. */
function shareCodes(one: LabelCandidate, other: LabelCandidate): boolean {
  const shared = [...one.profile.distinct].filter((value) => other.profile.distinct.has(value)).map(readFindingCell);
  return shared.includes('present') && shared.includes('absent');
}

/**
 * The columns next to each other that hold 0 and 1, around those that are about a disease: names of findings are many, and most are not
 * known here. A finding that no image has does not end them.
 */
function block(findings: readonly LabelCandidate[], constant: ReadonlySet<number>): LabelCandidate[] {
  const known = findings.filter(({ rank }) => rank > 1);
  const [first] = known;
  if (first === undefined) return [...findings];
  const alike =
    known.length > 1 ? findings : findings.filter((one) => one === first || (!isFlag(one) && shareCodes(one, first)));
  const columns = known.map(({ profile }) => profile.column);
  let [from, to] = [Math.min(...columns), Math.max(...columns)];
  const all = new Set([...alike.map(({ profile }) => profile.column), ...constant]);
  while (all.has(from - 1)) from--;
  while (all.has(to + 1)) to++;
  return alike.filter(({ profile }) => profile.column >= from && profile.column <= to);
}

/** `left grade` and `right grade`: one label of two images. */
function isPairOfSides(candidates: readonly LabelCandidate[]): boolean {
  const [first, second] = candidates.map(({ profile }) => profile.words);
  if (first === undefined || second === undefined || candidates.length > 2) return false;
  const sides = new Set([first, second].map(sideOfColumn));
  return sides.size === 2 && !sides.has(null) && withoutSide(first) === withoutSide(second);
}

export function proposeLabels(params: {
  candidates: readonly LabelCandidate[];
  sample: readonly string[][];
  /** Columns of zeros: findings that no image has. */
  constant: ReadonlySet<number>;
  /** Every row names two images. */
  hasSides: boolean;
  /** Columns of measurements, which may be what the table is about. */
  hasMeasures: boolean;
}): LabelProposal {
  const { candidates, sample, constant, hasSides, hasMeasures } = params;
  const codes = codesOf(candidates, sample);
  const sound = candidates.filter((candidate) => !codes.includes(candidate));
  const propose = (labels: readonly LabelCandidate[]): LabelProposal => ({
    labels: [...labels],
    others: sound.filter((candidate) => !labels.includes(candidate)),
    codes,
    question: null,
  });
  const asked: LabelProposal = { labels: [], others: sound, codes, question: askLabels(sound, constant) };
  const single = sound.filter((candidate) => !isFinding(candidate));
  const findings = sound.filter(isFinding);
  const best = Math.max(0, ...single.map(({ rank }) => rank));
  const leading = single.filter(({ rank }) => rank === best);
  const named = findings.filter(({ rank }) => rank > 1);
  const strongest = Math.max(0, ...findings.map(({ rank }) => rank));
  const [only] = leading;
  if (hasSides && best >= 2 && isPairOfSides(leading)) return propose(leading);

  // `Not a brain` in one column says little of the other.
  if (only?.toldByValues && single.length > 1) return asked;
  if (only && best >= 2 && leading.length === 1) {
    // Grades beside one or two findings: the grades. Beside a list of findings it cannot be known.
    if (best === 3 && strongest < 3 && named.length < 3) return propose([only]);
    if (findings.length === 0) return propose([only]);
    if (best > strongest && named.length < 3) return propose([only]);
  } else if (leading.length === 0 || best === 1) {
    const proposed = proposeFindings(findings, constant);
    if (proposed !== null && (named.length > 0 || (best === 0 && !hasMeasures))) return propose(proposed);
  }
  return asked;
}

const READER =
  /\b(reader|grader|rater|rad|obs|expert|annotator|observer|reviewer|assessor|physician|doctor|radiologist|ophthalmologist)s? ?\d*\b/;

const namesReaders = (columns: readonly LabelCandidate[]): boolean =>
  columns.length > 1 && columns.some(({ profile }) => READER.test(profile.words));

/** `Expert 1`, `Expert 2`, `grader_A`: opinions of several readers on one label, which only look like several findings. */
function hasReaders(findings: readonly LabelCandidate[]): boolean {
  if (namesReaders(findings)) return true;
  const stems = Map.groupBy(findings, ({ profile }) => profile.words.replace(/\s*\d+$| [a-z]$/, ''));
  return [...stems].some(([stem, columns]) => columns.length > 1 && stem !== '');
}

function proposeFindings(findings: readonly LabelCandidate[], constant: ReadonlySet<number>): LabelCandidate[] | null {
  const labelled = findings.filter(({ rank }) => rank === 3);
  const named = findings.filter(({ rank }) => rank > 1);
  if (labelled.length === 1 && named.length === 1) return labelled;
  if (findings.length === 0 || hasReaders(findings)) return null;
  if (named.length > 0) return block(findings, constant);
  // Flags of any kind are yes or no as well.
  return findings.some(isFlag) ? null : [...findings];
}

function askLabels(candidates: readonly LabelCandidate[], constant: ReadonlySet<number>): ImportQuestion {
  const singles = candidates.filter((candidate) => !isFinding(candidate));
  const findings = block(candidates.filter(isFinding), constant);
  const names = (list: readonly LabelCandidate[]): string[] => list.map(({ profile }) => profile.name);
  const choices = [
    ...singles.map((candidate) => [candidate]),
    ...(findings.length > 1 && !namesReaders(findings) ? [findings] : []),
    ...findings.map((one) => [one]),
  ];
  return {
    id: 'label-columns',
    question: 'Which column holds the label, or which columns hold findings?',
    reasons:
      candidates.length === 0
        ? ['No column reads as a label.']
        : [
            ...(namesReaders(candidates)
              ? ['Some columns read as opinions of several readers on one label, of which one is to be chosen.']
              : []),
            ...candidates.slice(0, 12).map(({ profile, reason }) => `"${profile.name}" could be it: ${reason}.`),
          ],
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
