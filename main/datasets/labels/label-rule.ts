/** The labels of a known data set: which columns hold them, what they mean, and which of them are learned unless the user says otherwise. */
import type { LabelColumns, LabelOptions, LabelReader } from './label-reader.ts';
import { withMemory } from './label-reader.ts';
import { wordFor } from '../../../shared/words/numbers.ts';
import { readFindingCell } from './cell-values.ts';
import { classesReader } from './classes-reader.ts';
import { findingsReader } from './findings-reader.ts';
import { gradesReader, gradeOf, type GradeNaming, type GradeScale } from './grades-reader.ts';
import { readFindings } from './joined-reader.ts';
import type { FindingSeparator } from './joined-findings.ts';
import { noteSpellings, singleColumn, type SingleColumn } from './single-column.ts';
import { spellingKey } from './spellings.ts';

interface Columns {
  /** Those that the table lacks are passed over; a list is one column in its spellings. */
  columns: readonly (string | readonly [string, ...string[]])[];
  /** Where the labels are not the cells themselves: one for each column. */
  cells?: (cell: (...columns: string[]) => string) => string[];
}

/** One column of grades in order. */
export interface GradesRule extends Columns, GradeNaming {
  kind: 'grades';
  lowest: number;
  highest: number;
  positiveFrom: number;
  /** Values that are no grade of the scale, and why. */
  ungraded?: Readonly<Record<string, string>>;
}

/** One column of exclusive classes, in this order; those that do not occur are passed over. */
export interface ClassesRule extends Columns {
  kind: 'classes';
  classes: readonly string[];
  /** Of more than two. */
  positive?: readonly string[];
}

/** A column for each finding. */
export interface FindingsRule extends Columns {
  kind: 'findings';
  /** Default: all. */
  outputs?: readonly string[];
  /** Findings with fewer rows than this are learned only where the user names them. */
  fewest?: number;
  /** The column that says that nothing was found, and those of which it says nothing. */
  noFinding?: { column: string; besides: readonly string[] };
}

/** One column that names findings, several in a cell or one in each of several rows. */
export interface JoinedRule extends Columns {
  kind: 'joined';
  separator: FindingSeparator | null;
  /** All that there are; absent: those that occur. */
  findings?: readonly string[];
  outputs?: readonly string[];
}

export type LabelRule = GradesRule | ClassesRule | FindingsRule | JoinedRule;

/** A name for each column. */
export const columnNames = ({ columns }: LabelRule): string[] => columns.map((names) => [names].flat()[0] as string);

/** @returns a sentence where the columns do not hold what the rule says */
export function ruleReader(
  rule: LabelRule,
  labels: Omit<LabelColumns, 'oneHot'>,
  request: LabelOptions,
): LabelReader | { problem: string } {
  const column = labels.columns[0] as string;
  const counts = labels.counts[0] ?? new Map<string, number>();
  const reader = chooseReader();
  if ('problem' in reader) return reader;
  if (rule.kind === 'grades' || rule.kind === 'classes') {
    reader.notes.push(...noteSpellings(column, singleColumn(column, counts, request).rest));
  }
  return withMemory(reader, request);

  function chooseReader(): LabelReader | { problem: string } {
    switch (rule.kind) {
      case 'grades': {
        const options = { ...request, labelsAs: 'grades' as const };
        options.positiveFrom ??= rule.positiveFrom;
        const single = singleColumn(column, counts, options);
        return gradesReader(single, scaleOf(rule, single), rule);
      }
      case 'classes': {
        const single = singleColumn(column, counts, request);
        const found = new Set(single.rest.map(({ key }) => key));
        const classes = rule.classes.filter((name) => found.has(spellingKey(name)));
        const outputs = request.outputs ?? (request.positive && classes.length === 2 ? undefined : classes);
        const positive = request.positive ?? rule.positive?.filter((name) => found.has(spellingKey(name)));
        if (classes.length < 2) {
          const listed = rule.classes.map((name) => `"${name}"`).join(', ');
          return { problem: `Expected at least two of ${listed} in "${column}".` };
        }
        return classesReader({ ...single, options: { ...request, outputs, positive } });
      }
      case 'findings': {
        const usual = (rule.outputs ?? labels.columns).filter((name) => labels.columns.includes(name));
        const rare = request.outputs ? [] : rareFindings(rule.fewest ?? 0, usual, labels);
        const outputs = request.outputs ?? usual.filter((name) => !rare.some((one) => one.name === name));
        const found = findingsReader({ ...labels, oneHot: false }, { ...request, outputs }, rule.noFinding);
        if (rare.length > 0) found.notes.push({ kind: 'few-cases', message: describeRare(rare), rows: rare.length });
        return found;
      }
      case 'joined': {
        const { separator, findings, outputs } = rule;
        return readFindings({ column, counts, separator, options: request, known: { findings, outputs } });
      }
    }
  }
}

function rareFindings(
  fewest: number,
  names: readonly string[],
  { columns, counts }: Omit<LabelColumns, 'oneHot'>,
): { name: string; rows: number }[] {
  const all = names.map((name) => {
    const cells = [...(counts[columns.indexOf(name)] ?? new Map<string, number>())];
    const rows = cells.reduce((sum, [cell, n]) => sum + (readFindingCell(cell) === 'present' ? n : 0), 0);
    return { name, rows };
  });
  const rare = all.filter(({ rows }) => rows < fewest);
  return rare.length === all.length ? [] : rare;
}

function describeRare(rare: readonly { name: string; rows: number }[]): string {
  const listed = rare.map(({ name, rows }) => `${name} (${rows})`).join(', ');
  return `Too few rows have ${wordFor(rare.length, 'this finding', 'these findings')} to learn from; --outputs asks for ${wordFor(rare.length, 'it', 'them')} all the same: ${listed}.`;
}

function scaleOf({ lowest, highest, ungraded = {} }: GradesRule, { rest }: SingleColumn): GradeScale {
  const byKey = new Map<string, number>();
  for (const { key } of rest) {
    const grade = gradeOf(key);
    if (grade !== null && grade >= lowest && grade <= highest) byKey.set(key, grade);
  }
  const grades = [...new Set(byKey.values())].sort((a, b) => a - b);
  return { byKey, grades, lowest, highest, ungraded: new Map(Object.entries(ungraded)) };
}
