/** Which classes are positive: as the user says, by their names, or by a question. */
import type { ImportQuestion } from '../../../shared/dataset/import-question.ts';
import { AppError } from '../../../shared/system/errors.ts';
import { meansNegative, tellsPositive } from './class-names.ts';
import { quoteWord } from './missing-words.ts';
import { spellingKey } from './spellings.ts';

const SHOWN = 12;

const listWords = (words: readonly string[]): string =>
  words
    .slice(0, SHOWN)
    .map((word) => `"${word}"`)
    .join(', ') + (words.length > SHOWN ? `, … (${words.length} values)` : '');

/**
 * The positions of the values that `--positive` names, in rising order, without regard to case.
 * @param where `the column "dx"`, `the folders`
 * @param find another way to tell which value is meant, by its key
 * @throws AppError with the values that there are, and when all of them were named
 */
export function positivePositions(params: {
  wanted: readonly string[];
  values: readonly string[];
  where: string;
  find?: (key: string) => number;
}): number[] {
  const { wanted, values, where, find = () => -1 } = params;
  const keys = values.map(spellingKey);
  const positions = wanted.map((word) => {
    const key = spellingKey(word);
    return keys.includes(key) ? keys.indexOf(key) : find(key);
  });
  const missing = wanted.filter((_, i) => positions[i] === -1);
  if (missing.length > 0) {
    throw new AppError(
      'bad-input',
      `Expected ${listWords(missing)} among the values of ${where}, found ${listWords(values)}.`,
      {
        action: 'Name the positive ones of these values (--positive).',
      },
    );
  }
  const unique = [...new Set(positions)].sort((a, b) => a - b);
  if (unique.length === values.length) {
    throw new AppError(
      'bad-input',
      `Expected at least one negative value in ${where}, but all were called positive: ${listWords(values)}.`,
      {
        action: 'Name only the positive ones (--positive).',
      },
    );
  }
  return unique;
}

/** Null where order or names tell which of two classes is positive. */
export function askPositive(params: { names: readonly string[]; where: string; told: boolean }): ImportQuestion | null {
  const { names, where, told } = params;
  const [first, second] = names;
  if (told || first === undefined || second === undefined || names.length > 2 || tellsPositive([first, second]))
    return null;
  return {
    id: 'positive',
    question: `Which of the two classes of ${where} is positive, "${first}" or "${second}"?`,
    reasons: [
      meansNegative(first) && meansNegative(second)
        ? 'Both names read as negative.'
        : 'Neither name says that something, or nothing, was found.',
    ],
    answers: [second, first].map((name) => ({
      text: `"${name}" is positive`,
      option: `--positive ${quoteWord(name)}`,
      change: { positive: [name] },
    })),
  };
}
