/** Grades in order: whole numbers from 0 or 1, also as `Grade 2`, `DR3`, `2 - moderate`. */
import { wordFor } from '../../../shared/words/numbers.ts';
import type { ImportQuestion } from '../../../shared/dataset/import-question.ts';
import { isBlankCell } from './cell-values.ts';
import { gradeOfWord, meansNoFinding, meansUngradable } from './class-names.ts';
import { acceptedLabels, refusal } from './classes-reader.ts';
import type { LabelReader, RowLabels } from './label-reader.ts';
import { asMissing } from './missing-words.ts';
import { positivePositions } from './positive.ts';
import { endpointId, ordinalTarget } from './targets.ts';
import { spellingKey, type LabelValueGroup } from './spellings.ts';
import { inRows, meaningOf, missingMeanings, sum, type SingleColumn } from './single-column.ts';

const MAX_GRADE = 10;
/** Words before a number that stand for an order; `type 2` does not. */
const SCALE =
  /^(?:(?:grade|grad|grado|level|stage|stadium|stade|stufe|niveau|score|severity|degree|kl|dr|icdr|etdrs|r|m|g|bi[ -]?rads)[ :.#-]*)?(?:(\d{1,2})|(i{1,3}|iv|v))(?:\s*[:.)=-]\s*\p{L}.*| \(.*\))?$/u;
const ROMAN = ['', 'i', 'ii', 'iii', 'iv', 'v'];
/** Names of columns whose numbers are more likely codes of classes than grades. */
const NOMINAL = /class|categor|\btype|cluster|group|species|label|target|\by\b|finding|disease/i;
const ORDINAL =
  /grade|grading|level|stage|severity|score|degree|\bdr\b|\bdme\b|retinopathy|edema|icdr|rads|\bkl\b|stufe|grad\b/i;

export interface GradeScale {
  /** By key of the value. */
  byKey: ReadonlyMap<string, number>;
  /** The different grades, in order. */
  grades: number[];
  lowest: number;
  highest: number;
  /** Words that are read as grades: 'nothing found' as 0, and among 0 to 4 those for severity. */
  words?: readonly LabelValueGroup[];
  /** Values that are known to be no grade, by key, and why. */
  ungraded?: ReadonlyMap<string, string>;
}

/** What a known scale is called. */
export interface GradeNaming {
  id: string;
  name: string;
  mapping: (positiveFrom: number) => string;
}

export function gradeOf(key: string): number | null {
  const match = SCALE.exec(key);
  const [, number = '', roman = ''] = match ?? [];
  return match === null ? null : number === '' ? ROMAN.indexOf(roman) : Number(number);
}

/** Null where fewer than 80% of the labelled rows hold a grade, or the numbers are no scale. */
export function readGradeScale({ rest, options }: SingleColumn): GradeScale | null {
  const byKey = new Map<string, number>();
  let rows = 0;
  for (const group of rest) {
    const grade = gradeOf(group.key);
    if (grade === null || grade > MAX_GRADE) continue;
    byKey.set(group.key, grade);
    rows += group.rows;
  }
  const numbers = [...byKey.values()];
  const isSeverity = numbers.every((grade) => grade <= 4);
  const texts = rest.filter(
    ({ key, whole }) =>
      whole === null && !byKey.has(key) && (isSeverity ? gradeOfWord(key) !== null : meansNoFinding(key)),
  );
  const severities = texts.filter(({ key }) => !meansNoFinding(key));
  const words = numbers.length === 0 || numbers.length + severities.length < 2 ? [] : texts;
  const readable = sum(
    rest
      .filter((group) => group.whole !== -1 && !meansUngradable(group.key) && !words.includes(group))
      .map((group) => group.rows),
  );
  if (rows < 0.8 * readable) return null;
  for (const { key } of words) byKey.set(key, gradeOfWord(key) as number);
  const grades = [...new Set(byKey.values())].sort((a, b) => a - b);
  if (grades.length < 2) return null;
  const lowest = grades[0] as number;
  const highest = grades.at(-1) as number;
  const isSparse = grades.length < 0.6 * (highest - lowest + 1);
  return isSparse && options.labelsAs !== 'grades' ? null : { byKey, grades, lowest, highest, words };
}

/** The user's choice, else the third grade: referable retinopathy on both the scale from 0 and the paper's from 1. */
function lowestPositive(wanted: number | undefined, { lowest, highest }: GradeScale): number {
  return wanted ?? Math.min(lowest + 2, highest);
}

export function gradesReader(single: SingleColumn, scale: GradeScale, naming?: GradeNaming): LabelReader {
  const { column, rest, options } = single;
  const { byKey, lowest, highest } = scale;
  const count = highest - lowest + 1;
  const positiveFrom = options.positive === undefined ? lowestPositive(options.positiveFrom, scale) : highest;
  const target = ordinalTarget({
    grades: count,
    lowest,
    positiveFrom,
    id: naming?.id ?? `from-${positiveFrom}`,
    name: naming?.name ?? `${column} ${positiveFrom} or higher`,
    mapping:
      naming?.mapping(positiveFrom) ??
      `"${column}" from ${lowest} to ${highest}, one output per grade; ${positiveFrom} or higher is positive.`,
  });
  if (options.positive !== undefined) choosePositiveGrades(options.positive, single, scale, target);
  const others = rest.filter(({ key }) => !byKey.has(key));
  const ungraded = scale.ungraded ?? new Map<string, string>();
  const uncertain = others.filter(({ key, whole }) => whole === -1 || meansUngradable(key) || ungraded.has(key));
  const unreadable = others.filter((group) => !uncertain.includes(group));
  if (uncertain.length > 0) {
    target.mapping += ` No grade, and left out: ${uncertain.map(({ shown, rows }) => `"${shown}" (${inRows(rows)})`).join(', ')}.`;
  }
  const accepted = acceptedLabels(count);
  const expected = `a whole number from ${lowest} to ${highest}`;
  const empty = Array.from({ length: count }, (_, i) => lowest + i).filter((grade) => !scale.grades.includes(grade));
  return {
    target,
    availableOutputs: target.outputs,
    read([cell = '']): RowLabels {
      const grade = byKey.get(spellingKey(cell));
      if (grade !== undefined) return accepted[grade - lowest] as RowLabels;
      const why = ungraded.get(spellingKey(cell));
      if (why !== undefined) return { ok: false, reason: `"${column}" is ${cell.trim()}: ${why}`, meant: true };
      return { ok: false, reason: refusal(column, cell, expected) };
    },
    values: [
      ...rest.flatMap((group) => {
        const grade = byKey.get(group.key);
        return grade === undefined ? [] : [meaningOf(group, `grade ${grade}`)];
      }),
      ...uncertain.map((group) => meaningOf(group, `${ungraded.get(group.key) ?? 'not graded'}: left out`)),
      ...unreadable.map((group) => meaningOf(group, 'cannot be read: left out')),
      ...missingMeanings(single),
    ],
    notes: [
      ...(naming === undefined && lowest > 0 && options.positive === undefined && options.positiveFrom === undefined
        ? [
            {
              kind: 'assumed' as const,
              message: `"${column}" starts at ${lowest}: ${positiveFrom} or higher counts as positive; --positive-from changes it.`,
              rows: 1,
            },
          ]
        : []),
      ...(empty.length > 0
        ? [
            {
              kind: 'few-cases' as const,
              message: `No row of "${column}" has ${wordFor(empty.length, 'grade', 'the grades')} ${empty.join(', ')}; the output stays empty.`,
              rows: empty.length,
            },
          ]
        : []),
    ],
    questions: askWords(single, scale) ?? askReading(single, scale),
    dropped: dropped(column, unreadable),
  };
}

function choosePositiveGrades(
  wanted: readonly string[],
  { column, rest }: SingleColumn,
  { byKey, lowest }: GradeScale,
  target: LabelReader['target'],
): void {
  const positions = positivePositions({
    wanted,
    values: target.outputs,
    where: `the column "${column}"`,
    find: (key) => (byKey.get(rest.find((group) => group.key === key)?.key ?? '') ?? lowest - 1) - lowest,
  });
  const names = positions.map((i) => target.outputs[i] as string);
  const name = `${column} ${names.join(' or ')}`;
  target.endpoints = [{ id: endpointId(name), name, positiveOutputs: positions, score: 'share', headline: true }];
  target.mapping = `"${column}", one output per grade; ${names.join(', ')} ${wordFor(names.length, 'is', 'are')} positive, all others negative.`;
}

function dropped(column: string, groups: readonly LabelValueGroup[]): LabelReader['dropped'] {
  return groups.filter(({ key }) => !isBlankCell(key)).map(({ shown, rows }) => ({ column, value: shown, rows }));
}

/** 0 and `Normal`, or 2 and `moderate`, in one column may be one grade, or the word a row that nobody graded. */
function askWords(
  { column, options, missing }: SingleColumn,
  { words = [], byKey }: GradeScale,
): ImportQuestion[] | null {
  if (words.length === 0 || options.labelsAs !== undefined) return null;
  const listed = words.map(({ key, shown }) => `"${shown}" grade ${byKey.get(key)}`).join(', ');
  return [
    {
      id: 'labels-as',
      question: `Is ${listed} of "${column}"?`,
      reasons: words.map(({ shown, rows }) => `"${shown}" stands in ${inRows(rows)} of a column of numbers.`),
      answers: [
        { text: listed, option: '--labels-as grades', change: { labelsAs: 'grades' } },
        asMissing([...missing, ...words]),
        {
          text: 'A class of its own, as is each number',
          option: '--labels-as classes',
          change: { labelsAs: 'classes' },
        },
      ],
    },
  ];
}

/** Numbers in a column called `class` may be names of classes: to order them would be a silent mistake. */
function askReading({ column, options, rest }: SingleColumn, { lowest, highest }: GradeScale): ImportQuestion[] {
  const bare = rest.filter(({ whole }) => whole !== null).length > rest.length / 2;
  if (options.labelsAs !== undefined || !bare || !NOMINAL.test(column) || ORDINAL.test(column)) return [];
  if (options.positiveFrom !== undefined) return [];
  return [
    {
      id: 'labels-as',
      question: `Are the numbers ${lowest} to ${highest} of "${column}" grades in order, or codes of classes?`,
      reasons: [
        `The name "${column}" does not tell; as grades, ${lowestPositive(undefined, { lowest, highest } as GradeScale)} or higher would be positive.`,
      ],
      answers: [
        { text: 'Grades in order', option: '--labels-as grades', change: { labelsAs: 'grades' } },
        { text: 'Codes of classes', option: '--labels-as classes', change: { labelsAs: 'classes' } },
      ],
    },
  ];
}
