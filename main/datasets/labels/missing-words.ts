/** Words such as `None`, `NA`, `unknown` in a column of labels: a class, or 'not known'? Pure. */
import type { ImportAnswer, ImportQuestion } from '../../../shared/dataset/import-question.ts';
import { formatCount } from '../../../shared/words/numbers.ts';
import { isBlankCell, readFindingCell } from './cell-values.ts';
import { spellingKey, type LabelValueGroup } from './spellings.ts';

/** Below this share of the rows a word that usually means 'not known' is left out with a note, above it is asked. */
const NOTED_SHARE = 0.05;
/** Codes for 'not known' in statistics programs. */
const CODES = new Set([-999, -99, -9, -8, -7, 8, 9, 77, 88, 98, 99, 777, 888, 998, 999]);

export interface MissingWords {
  missing: LabelValueGroup[];
  rest: LabelValueGroup[];
  question: ImportQuestion | null;
}

const isNone = ({ key }: LabelValueGroup): boolean => key === 'none' || key === 'nil';

/** A code far above the grades, or below 0; -1 beside grades is uncertain and left to the reader of grades. */
function isCode({ whole }: LabelValueGroup, others: readonly number[]): boolean {
  if (whole === null || !CODES.has(whole)) return false;
  const usual = others.filter((value) => !CODES.has(value));
  if (whole < 0) return usual.length > 0 && usual.every((value) => value >= -1);
  const highest = Math.max(...usual);
  return Number.isFinite(highest) && whole - highest > 2;
}

/**
 * `None` beside words is a class ('nothing found'), beside numbers it is a blank. Other such words are blanks; where they are many beside
 * words, it is asked.
 * @param wanted the user's list, which is final
 */
export function separateMissing(params: {
  column: string;
  groups: readonly LabelValueGroup[];
  wanted: readonly string[] | undefined;
}): MissingWords {
  const { column, groups, wanted } = params;
  if (wanted !== undefined) {
    const keys = new Set(wanted.map(spellingKey));
    return {
      missing: groups.filter(({ key }) => keys.has(key)),
      rest: groups.filter(({ key }) => !keys.has(key)),
      question: null,
    };
  }
  const wholes = groups.flatMap(({ whole }) => whole ?? []);
  const codes = groups.filter((group) => isCode(group, wholes));
  const words = groups.filter(({ key }) => isBlankCell(key));
  const others = groups.filter((group) => !words.includes(group) && !codes.includes(group));
  const amongNumbers = others.every(({ whole }) => whole !== null);
  const amongCodes = others.every(({ key }) => readFindingCell(key) !== 'unreadable');
  // `-` beside `+` is its opposite.
  const signs = others.some(({ key }) => key === '+') ? words.filter(({ key }) => key === '-') : [];
  const classes = amongNumbers || amongCodes ? [] : words.filter(isNone);
  const missing = words.filter((group) => !classes.includes(group) && !signs.includes(group));
  const total = groups.reduce((sum, { rows }) => sum + rows, 0);
  const lowest = Math.min(...others.flatMap(({ whole }) => (whole !== null && whole >= 0 ? [whole] : [])));
  const asked = missing.filter((group) =>
    amongNumbers || amongCodes
      ? // 1, 2, 3 and None: is None the grade below 1?
        isNone(group) && lowest === 1 && group.rows > 1
      : group.rows > 1 && group.rows >= NOTED_SHARE * total,
  );
  const question = [...asked, ...codes];
  return {
    missing: [...missing, ...codes],
    rest: groups.filter((group) => !missing.includes(group) && !codes.includes(group)),
    question: question.length === 0 ? null : askMissing(column, question, total),
  };
}

function askMissing(column: string, groups: readonly LabelValueGroup[], total: number): ImportQuestion {
  const listed = groups.map(({ shown }) => `"${shown}"`).join(', ');
  return {
    id: 'missing-values',
    question: `Does ${listed} in "${column}" mean that the label is not known, or is it a class?`,
    reasons: groups.map(
      ({ shown, rows }) => `"${shown}" stands in ${formatCount(rows)} of ${formatCount(total)} labelled rows.`,
    ),
    answers: [
      asMissing(groups, `${listed} is not known: these rows are left out`),
      { text: `${listed} is a class`, option: '--no-missing', change: { missing: [] } },
    ],
  };
}

/** The answer that takes these values, and no others, for 'not known'. */
export function asMissing(groups: readonly LabelValueGroup[], text = 'Not known: left out'): ImportAnswer {
  const missing = groups.map(({ shown }) => shown);
  return { text, option: `--missing ${missing.map(quoteWord).join(',')}`, change: { missing } };
}

/** A word for the command line. */
export function quoteWord(word: string): string {
  return /^[\w.+:/-]+$/.test(word) ? word : `"${word.replaceAll('"', '\\"')}"`;
}
