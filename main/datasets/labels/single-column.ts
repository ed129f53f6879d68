/** One column with one value a row: two classes, grades in order, or several classes. */
import type { LabelValueMeaning } from '../../../shared/dataset/dataset.ts';
import type { ImportQuestion } from '../../../shared/dataset/import-question.ts';
import { countOf } from '../../../shared/words/numbers.ts';
import { binaryReader } from './binary-reader.ts';
import { meansUngradable } from './class-names.ts';
import { classesReader } from './classes-reader.ts';
import { gradesReader, readGradeScale } from './grades-reader.ts';
import type { LabelOptions, LabelReader } from './label-reader.ts';
import { asMissing, separateMissing, type MissingWords } from './missing-words.ts';
import { readFindingCell } from './cell-values.ts';
import { groupSpellings, listSpellings, type LabelValueGroup } from './spellings.ts';

const MAX_CLASSES = 100;

/** What all readers of one column get. */
export interface SingleColumn extends MissingWords {
  column: string;
  blankRows: number;
  options: LabelOptions;
}

export function singleColumn(column: string, counts: ReadonlyMap<string, number>, options: LabelOptions): SingleColumn {
  const filled = new Map([...counts].filter(([cell]) => cell.trim() !== ''));
  const blankRows = sum([...counts].filter(([cell]) => cell.trim() === '').map(([, rows]) => rows));
  const groups = groupSpellings(filled);
  return { column, blankRows, options, ...separateMissing({ column, groups, wanted: options.missing }) };
}

export function singleColumnReader(
  column: string,
  counts: ReadonlyMap<string, number>,
  options: LabelOptions,
): LabelReader | { problem: string } {
  const single = singleColumn(column, counts, options);
  const reader = chooseReader(single);
  if ('problem' in reader) return reader;
  reader.notes.push(...noteSpellings(column, single.rest));
  if (single.question) reader.questions.push(single.question);
  return reader;
}

function chooseReader(single: SingleColumn): LabelReader | { problem: string } {
  const { column, rest, options } = single;
  const { labelsAs } = options;
  const scale = labelsAs === 'classes' || labelsAs === 'findings' ? null : readGradeScale(single);
  if (labelsAs === 'grades') {
    return scale === null
      ? { problem: `The column "${column}" holds no whole numbers in order; expected grades.` }
      : gradesReader(single, scale);
  }
  const coded = rest.filter(({ key }) => readCode(key, rest) !== 'unreadable');
  const present = coded.some(({ key }) => readCode(key, rest) === 'present');
  const absent = coded.some(({ key }) => readCode(key, rest) === 'absent');
  const codedRows = sum(coded.map(({ rows }) => rows));
  const restRows = sum(rest.map(({ rows }) => rows));
  const isTick = present && !absent && single.blankRows > 0 && coded.length === rest.length;
  if (restRows > 0 && codedRows >= 0.8 * restRows && (isTick || (present && absent && !hasGrades(rest)))) {
    return binaryReader(single);
  }
  if (scale !== null && (scale.grades.length > 2 || (scale.words?.length ?? 0) > 0)) return gradesReader(single, scale);
  if (rest.length > MAX_CLASSES) {
    return {
      problem: `The column "${column}" has more than ${MAX_CLASSES} different values, which reads as a measurement or an identifier; expected a grade, a class, or several columns of findings.`,
    };
  }
  if (rest.length < 2) {
    return {
      problem: `The column "${column}" has ${rest.length === 0 ? 'no values' : 'only one value'}; expected at least two classes.`,
    };
  }
  const reader = classesReader(single);
  reader.questions.push(...askMixed(single));
  return reader;
}

/** Two numbers and a word that is no grade: a class each, or a slip of whoever filled the table. */
function askMixed({ column, rest, missing, options }: SingleColumn): ImportQuestion[] {
  const words = rest.filter(({ whole, key }) => whole === null && !meansUngradable(key));
  if (options.labelsAs !== undefined || options.missing !== undefined || options.outputs !== undefined) return [];
  if (words.length === 0 || rest.filter(({ whole }) => whole !== null).length < 2) return [];
  const listed = words.slice(0, 4).map(({ shown }) => `"${shown}"`);
  return [
    {
      id: 'labels-as',
      question: `Are ${listed.join(', ')} classes of "${column}" beside its numbers?`,
      reasons: words
        .slice(0, 4)
        .map(({ shown, rows }) => `"${shown}" stands in ${inRows(rows)} of a column of numbers.`),
      answers: [
        { text: 'A class each, as is each number', option: '--labels-as classes', change: { labelsAs: 'classes' } },
        asMissing([...missing, ...words]),
      ],
    },
  ];
}

/** As {@link readFindingCell}, but `-` beside `+` is 'absent'. */
export function readCode(key: string, groups: readonly LabelValueGroup[]): ReturnType<typeof readFindingCell> {
  return key === '-' && groups.some((group) => group.key === '+') ? 'absent' : readFindingCell(key);
}

/** 0 and 1 are two classes, unless 2 comes too. */
function hasGrades(groups: readonly LabelValueGroup[]): boolean {
  return groups.some(({ whole }) => whole !== null && whole > 1);
}

export function noteSpellings(column: string, groups: readonly LabelValueGroup[]): LabelReader['notes'] {
  return groups
    .filter(({ spellings }) => new Set(spellings.map(({ cell }) => cell.trim())).size > 1)
    .map((group) => ({
      kind: 'merged-values' as const,
      message: `In "${column}", ${listSpellings(group)} are one value: "${group.shown}".`,
      rows: sum(group.spellings.slice(1).map(({ rows }) => rows)),
    }));
}

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

export function meaningOf(group: LabelValueGroup, meaning: string): LabelValueMeaning {
  return { value: group.shown, rows: group.rows, meaning };
}

/** What is said of the rows whose label is not known. */
export function missingMeanings({ missing, blankRows }: SingleColumn): LabelValueMeaning[] {
  const blank = blankRows > 0 ? [{ value: '', rows: blankRows, meaning: 'not known: left out' }] : [];
  return [...missing.map((group) => meaningOf(group, 'not known: left out')), ...blank];
}

/** `3 rows`. */
export const inRows = (rows: number): string => countOf(rows, 'row');
