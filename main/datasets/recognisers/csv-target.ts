/** What the label columns of an unknown table mean: grades, classes or findings; and the labels of each row. */
import type { LabelValue, Target, UnknownPolicy } from '../../../shared/dataset/dataset.ts';
import { findingLabel, isBlankCell, oneHot, plainNumber, readFindingCell, readGrade } from '../cell-values.ts';
import { chooseOutputs, classesTarget, multilabelTarget, ordinalTarget, orderClasses } from '../targets.ts';

const MAX_CLASSES = 100;
const MAX_GRADE = 10;

export type RowLabels = { ok: true; labels: LabelValue[]; masked: string | null } | { ok: false; reason: string };

export interface LabelReader {
  target: Target;
  availableOutputs: string[];
  /** `cells`: one per label column. */
  read(cells: readonly string[]): RowLabels;
}

export interface LabelOptions {
  outputs?: readonly string[] | undefined;
  positiveFrom?: number | undefined;
  unknown: UnknownPolicy;
}

/**
 * @param counts distinct non-blank cells of the label column with how often they come (only used for a single column)
 * @returns a sentence where the column cannot be a label
 */
export function labelReader(
  columns: readonly string[],
  counts: ReadonlyMap<string, number>,
  options: LabelOptions,
): LabelReader | { problem: string } {
  if (columns.length > 1) return findingsReader(columns, options);
  const column = columns[0] as string;
  const total = [...counts.values()].reduce((sum, n) => sum + n, 0);
  const isGrade = (cell: string): boolean => (readGrade(cell) ?? MAX_GRADE + 1) <= MAX_GRADE;
  const graded = [...counts].filter(([cell]) => isGrade(cell));
  const gradedRows = graded.reduce((sum, [, n]) => sum + n, 0);
  const highest = Math.max(0, ...graded.map(([cell]) => readGrade(cell) as number));
  if (total > 0 && gradedRows >= 0.8 * total && highest >= 2) return gradesReader(column, highest + 1, options);
  const names = new Set([...counts.keys()].map(plainNumber));
  if (names.size > MAX_CLASSES) {
    return {
      problem: `The column "${column}" has more than ${MAX_CLASSES} different values, which reads as a measurement or an identifier; expected a grade, a class, or several columns of findings.`,
    };
  }
  if (names.size < 2) {
    return {
      problem: `The column "${column}" has ${names.size === 0 ? 'no values' : 'only one value'}; expected at least two classes.`,
    };
  }
  return classesReader(column, names, options);
}

/** One answer per grade or class, shared by all rows: a table may have 250,000. */
function acceptedLabels(length: number): RowLabels[] {
  return Array.from({ length }, (_, i) => ({ ok: true, labels: oneHot(i, length), masked: null }));
}

function gradesReader(column: string, grades: number, options: LabelOptions): LabelReader {
  const positiveFrom = options.positiveFrom ?? Math.min(2, grades - 1);
  const target = ordinalTarget({
    grades,
    positiveFrom,
    id: `from-${positiveFrom}`,
    name: `${column} ${positiveFrom} or higher`,
    mapping: `"${column}" from 0 to ${grades - 1}, one output per grade; ${positiveFrom} or higher is positive.`,
  });
  const accepted = acceptedLabels(grades);
  return {
    target,
    availableOutputs: target.outputs,
    read([cell = '']) {
      const grade = readGrade(cell);
      if (grade !== null && grade < grades) return accepted[grade] as RowLabels;
      return { ok: false, reason: refusal(column, cell, `a whole number from 0 to ${grades - 1}`) };
    },
  };
}

function classesReader(column: string, names: ReadonlySet<string>, options: LabelOptions): LabelReader {
  const available = orderClasses(names);
  const outputs = chooseOutputs(options.outputs, available, available);
  const numeric = outputs.every((name) => /^-?\d+$/.test(name));
  const accepted = acceptedLabels(outputs.length);
  const shown = outputs.map((name) => (numeric ? `${column} = ${name}` : name));
  return {
    target: classesTarget(shown),
    availableOutputs: available,
    read([cell = '']) {
      const position = outputs.indexOf(plainNumber(cell));
      if (position >= 0) return accepted[position] as RowLabels;
      const expected =
        outputs.length <= 6 ? outputs.map((name) => `"${name}"`).join(' or ') : 'one of the chosen classes';
      return { ok: false, reason: refusal(column, cell, expected) };
    },
  };
}

function findingsReader(columns: readonly string[], options: LabelOptions): LabelReader {
  const outputs = chooseOutputs(options.outputs, columns, columns);
  const positions = outputs.map((name) => columns.indexOf(name));
  const { uncertain, blank } = options.unknown;
  const mapping =
    `${outputs.length} independent findings, one output each. Blank cells ${blank === 'zeros' ? 'count as absent' : 'are masked'}; ` +
    `uncertain (-1) cells ${uncertain === 'ignore' ? 'are masked' : uncertain === 'ones' ? 'count as present' : 'count as absent'}.`;
  return {
    target: multilabelTarget(outputs, mapping),
    availableOutputs: [...columns],
    read(cells) {
      const found = positions.map((position) => readFindingCell(cells[position] ?? ''));
      const bad = found.indexOf('unreadable');
      const labels = found.map((cell) => findingLabel(cell, options.unknown));
      if (labels.every((label) => label === null)) return { ok: false, reason: 'none of the findings is known' };
      const masked =
        bad < 0
          ? null
          : `expected 1, 0, -1 or blank for "${outputs[bad]}", got "${cells[positions[bad] as number]}"; it is masked`;
      return { ok: true, labels, masked };
    },
  };
}

function refusal(column: string, cell: string, expected: string): string {
  return isBlankCell(cell)
    ? `"${column}" is blank (expected ${expected})`
    : `expected ${expected} in "${column}", got "${cell}"`;
}
