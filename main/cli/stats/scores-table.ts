/** The user's own table of labels and scores for `stats`: which column is what, and every cell checked. */
import { AppError } from '../../../shared/system/errors.ts';
import { parseTextTable, readTextTable, type TextTable } from './text-table.ts';

export interface StatsColumns {
  label?: string | undefined;
  /** Empty: every other column that holds numbers. */
  score?: readonly string[] | undefined;
  /** `false`: no patient column even where one is recognised. */
  patient?: string | false | undefined;
  /** The label value that means positive; default 1 (with 0 as negative). */
  positive?: string | undefined;
  /** Leave out rows with an empty score instead of refusing the file. */
  skipMissing?: boolean | undefined;
  /** Columns that make subgroups; an empty cell is unknown. */
  subgroup?: readonly string[] | undefined;
}

export interface StatsData {
  labelColumn: string;
  patientColumn: string | null;
  labels: number[];
  scores: { name: string; values: Float64Array }[];
  patients: string[] | null;
  /** One subgroup name per row and column of subgroups, null for unknown. */
  groups: { name: string; values: (string | null)[] }[];
  /** Rows left out: no label, or (with `skipMissing`) no score. */
  leftOut: { noLabel: number; noScore: number };
  /** Rows whose `image_id` an earlier row has: they count as images of their own. */
  repeatedImages?: number;
}

const LABEL_NAMES = ['label', 'y', 'y_true', 'truth', 'target', 'outcome'];
const PATIENT_NAMES = ['patient', 'patient_id', 'patientid', 'subject', 'subject_id', 'cluster'];

/** Numbers that are no scores; named with `--score` they are taken all the same. */
const OTHER_NAMES = ['id', 'image_id', 'index', 'row', 'seed', 'fold', 'age'];

const IMAGE_NAMES = ['image_id', 'imageid', 'image'];

/** @throws AppError `not-found`, `io`, `bad-input` with the line and column of the first cell that cannot be used. */
export function readStatsCsv(file: string, columns: StatsColumns): StatsData {
  return readScores(readTextTable(file), columns);
}

/** See {@link readStatsCsv}. Comma, semicolon, tab and bar separate cells; without commas between them a decimal comma is understood. */
export function parseStatsCsv(text: string, columns: StatsColumns): StatsData {
  return readScores(parseTextTable(text), columns);
}

function readScores({ header, rows, number }: TextTable, columns: StatsColumns): StatsData {
  const labelColumn = chooseColumn({
    header,
    wanted: columns.label,
    known: LABEL_NAMES,
    option: '--label',
    what: 'labels',
  });
  const patientColumn = choosePatient(header, columns.patient);
  const groupColumns = (columns.subgroup ?? []).map((name) => requireColumn(header, name));
  const scoreColumns = chooseScores({
    header,
    rows,
    wanted: columns.score ?? [],
    taken: [labelColumn, patientColumn, ...groupColumns],
    number,
  });
  return collect({ header, rows, labelColumn, patientColumn, groupColumns, scoreColumns, columns, number });
}

const listNames = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

function chooseColumn(params: {
  header: readonly string[];
  wanted: string | undefined;
  known: readonly string[];
  option: string;
  what: string;
}): string {
  const { header, wanted, known, option, what } = params;
  if (wanted !== undefined) return requireColumn(header, wanted);
  const found = header.find((name) => known.includes(name.toLowerCase()));
  if (found !== undefined) return found;
  throw new AppError('bad-input', `Expected a column of ${what} (${listNames(known)}), found ${listNames(header)}.`, {
    action: `Name it with ${option} COLUMN.`,
  });
}

function requireColumn(header: readonly string[], name: string): string {
  if (header.includes(name)) return name;
  throw new AppError('bad-input', `Expected a column "${name}", found ${listNames(header)}.`);
}

function choosePatient(header: readonly string[], wanted: string | false | undefined): string | null {
  if (wanted === false) return null;
  if (wanted !== undefined) return requireColumn(header, wanted);
  return header.find((name) => PATIENT_NAMES.includes(name.toLowerCase())) ?? null;
}

/** The columns asked for, or every other one (but identifiers and the like) whose cells are all numbers or empty, with at least one number. */
function chooseScores(params: {
  header: readonly string[];
  rows: readonly string[][];
  wanted: readonly string[];
  taken: readonly (string | null)[];
  number: (cell: string) => number;
}): string[] {
  const { header, rows, wanted, taken, number } = params;
  if (wanted.length > 0) return wanted.map((name) => requireColumn(header, name));
  const candidates = header.flatMap((name, index) => {
    if (taken.includes(name) || [...PATIENT_NAMES, ...OTHER_NAMES].includes(name.toLowerCase())) return [];
    const cells = rows.map((row) => row[index] ?? '');
    const filled = cells.filter((cell) => cell !== '').length;
    const isWrong = (cell: string): boolean => cell !== '' && !Number.isFinite(number(cell));
    const wrong = cells.filter(isWrong).length;
    return filled === 0 ? [] : [{ name, filled, wrong, cell: cells.find(isWrong), row: cells.findIndex(isWrong) + 2 }];
  });
  const found = candidates.filter(({ wrong }) => wrong === 0).map(({ name }) => name);
  // A column of numbers with a few other cells is no label or note that may be passed over in silence.
  const nearly = candidates.find(({ wrong, filled }) => wrong > 0 && wrong * 2 < filled) ?? null;
  const culprit = nearly ?? (found.length === 0 ? (candidates[0] ?? null) : null);
  if (culprit !== null) {
    throw new AppError(
      'bad-input',
      `Expected numbers in every column of scores, found "${culprit.cell}" in row ${culprit.row}, column "${culprit.name}".`,
      {
        action: 'Correct it (0.5 or 50, not 50%; a decimal comma needs semicolons), or name the columns with --score.',
      },
    );
  }
  if (found.length > 0) return found;
  throw new AppError('bad-input', 'Expected at least one column of scores (numbers), found none.', {
    action: 'Name it with --score COLUMN.',
  });
}

function collect(params: {
  header: readonly string[];
  rows: readonly string[][];
  labelColumn: string;
  patientColumn: string | null;
  groupColumns: readonly string[];
  scoreColumns: readonly string[];
  columns: StatsColumns;
  number: (cell: string) => number;
}): StatsData {
  const { header, rows, labelColumn, patientColumn, groupColumns, scoreColumns, columns, number } = params;
  const at = (name: string): number => header.indexOf(name);
  const positive = positiveValue({
    values: rows.map((row) => row[at(labelColumn)] ?? ''),
    positive: columns.positive,
    column: labelColumn,
    number,
  });
  const labels: number[] = [];
  const patients: string[] = [];
  const groups = groupColumns.map((name) => ({ name, values: [] as (string | null)[] }));
  const values = scoreColumns.map((): number[] => []);
  const leftOut = { noLabel: 0, noScore: 0 };
  rows.forEach((row, index) => {
    const where = (column: string): string => `in row ${index + 2}, column "${column}"`;
    const label = readLabel(row[at(labelColumn)] ?? '', positive, where(labelColumn));
    if (label === null) {
      leftOut.noLabel++;
      return;
    }
    const cells = scoreColumns.map((column) => row[at(column)] ?? '');
    const empty = cells.findIndex((cell) => cell === '');
    if (empty !== -1) {
      if (columns.skipMissing !== true) {
        throw new AppError(
          'bad-input',
          `Expected a score, found an empty cell ${where(scoreColumns[empty] as string)}.`,
          {
            action: 'Fill it in, or leave such rows out with --skip-missing.',
          },
        );
      }
      leftOut.noScore++;
      return;
    }
    const patient = patientColumn === null ? '' : (row[at(patientColumn)] ?? '');
    if (patientColumn !== null && patient === '') {
      throw new AppError('bad-input', `Expected a patient, found an empty cell ${where(patientColumn)}.`, {
        action: 'Fill it in, or ignore the column with --no-patient.',
      });
    }
    cells.forEach((cell, k) => {
      const value = number(cell);
      if (!Number.isFinite(value)) {
        throw new AppError('bad-input', `Expected a number, found "${cell}" ${where(scoreColumns[k] as string)}.`);
      }
      (values[k] as number[]).push(value);
    });
    labels.push(label);
    patients.push(patient);
    for (const group of groups) group.values.push(row[at(group.name)] || null);
  });
  return {
    labelColumn,
    patientColumn,
    labels,
    scores: scoreColumns.map((name, k) => ({ name, values: Float64Array.from(values[k] as number[]) })),
    patients: patientColumn === null ? null : patients,
    groups,
    leftOut,
    repeatedImages: countRepeated(header, rows),
  };
}

function countRepeated(header: readonly string[], rows: readonly string[][]): number {
  const column = header.findIndex((name) => IMAGE_NAMES.includes(name.toLowerCase()));
  if (column < 0) return 0;
  const names = rows.map((row) => row[column] ?? '').filter((name) => name !== '');
  return names.length - new Set(names).size;
}

const SHOWN_VALUES = 12;

/**
 * The spellings of the value that `--positive` names; null where it was not given. Case, and a number's decimals, do not matter.
 * @throws AppError with the values that there are
 */
function positiveValue(params: {
  values: readonly string[];
  positive: string | undefined;
  column: string;
  number: (cell: string) => number;
}): ReadonlySet<string> | null {
  const { values, positive, column, number } = params;
  if (positive === undefined) return null;
  const found = [...new Set(values)].filter((value) => value !== '');
  const wanted = positive.trim().toLowerCase();
  const exact = found.filter((value) => value === positive.trim());
  const alike = found.filter((value) => value.toLowerCase() === wanted);
  const equal = found.filter((value) => wanted !== '' && number(value) === number(wanted));
  const fitting = [exact, alike, equal].find((list) => list.length > 0);
  if (fitting !== undefined) return new Set([...fitting, ...equal]);
  const more = found.length > SHOWN_VALUES ? `, … (${found.length} values)` : '';
  throw new AppError(
    'bad-input',
    `Expected "${positive}" among the values of the column "${column}", found ${listNames(found.slice(0, SHOWN_VALUES))}${more}.`,
    { action: 'Name one of these values with --positive VALUE.' },
  );
}

/** 1, 0, or null for an empty cell. */
function readLabel(cell: string, positive: ReadonlySet<string> | null, where: string): 0 | 1 | null {
  if (cell === '') return null;
  if (positive !== null) return positive.has(cell) ? 1 : 0;
  if (/^(1([.,]0*)?|true)$/i.test(cell)) return 1;
  if (/^(0([.,]0*)?|false)$/i.test(cell)) return 0;
  throw new AppError('bad-input', `Expected a label 0 or 1, found "${cell}" ${where}.`, {
    action: 'Say which value is positive with --positive VALUE; all others are then negative.',
  });
}
