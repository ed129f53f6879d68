/** EyePACS (Kaggle diabetic retinopathy, 2015): `trainLabels.csv` with `image,level`, images `<patient>_<eye>.jpeg`. */
import path from 'node:path';
import { formatCount, formatPercent } from '../../../shared/words/numbers.ts';
import type { LabelValue, Target } from '../../../shared/dataset/dataset.ts';
import { isBlankCell, oneHot, readGrade } from '../labels/cell-values.ts';
import { readTable, type Table } from '../tables/table.ts';
import { ordinalTarget } from '../labels/targets.ts';
import {
  mentionUnused,
  UNASKED,
  UNSAID,
  type FolderFacts,
  type Reading,
  type ReadRow,
  type Recogniser,
} from './recogniser.ts';

const GRADES = 5;
const NAME = /^(\d+)_(left|right)$/i;

function columnsOf(table: Table): { image: number; level: number } | null {
  const names = table.header.map((name) => name.toLowerCase());
  const image = names.indexOf('image');
  const level = names.indexOf('level');
  const others = names.filter((name) => !['image', 'level', 'usage'].includes(name));
  return image < 0 || level < 0 || others.length > 0 ? null : { image, level };
}

function share(table: Table, test: (row: string[]) => boolean): number {
  return table.sample.length === 0 ? 0 : table.sample.filter(test).length / table.sample.length;
}

const baseName = (reference: string): string =>
  path.posix.basename(reference.replaceAll('\\', '/')).replace(/\.[a-z]{3,5}$/i, '');

/** Labels of the public test part were published later, in a file of their own. */
const isTestPart = (table: Table): boolean => /test|solution/i.test(path.posix.basename(table.file));

/** The names under which the labels were published. */
const PUBLISHED = /^(trainlabels|testlabels|retinopathy_solution)(15)?\./i;
/** Has the same columns, with a level of 0 for every image of the test part. */
const SUBMISSION = /submission/i;

/** The published tables, else the first that fits; `unused`: others that look the same. */
function fittingTables(facts: FolderFacts): { used: Table[]; unused: Table[] } {
  const nameOf = (table: Table): string => path.basename(table.file);
  const named = facts.request.labelsFile !== undefined;
  const fitting = facts.tables.filter(
    (table) => columnsOf(table) !== null && (named || !SUBMISSION.test(nameOf(table))),
  );
  const published = fitting.filter((table) => PUBLISHED.test(nameOf(table)));
  const used = (published.length > 0 ? published : fitting.slice(0, 1)).sort(
    (a, b) => Number(isTestPart(a)) - Number(isTestPart(b)),
  );
  return { used, unused: fitting.filter((table) => !used.includes(table)) };
}

export function referableTarget(positiveFrom: number): Target {
  return ordinalTarget({
    grades: GRADES,
    positiveFrom,
    id: 'referable',
    name: 'Referable diabetic retinopathy',
    mapping:
      `Levels 0 to 4 (no, mild, moderate, severe, proliferative diabetic retinopathy), one output each; level ${positiveFrom} or ` +
      'higher is referable' +
      (positiveFrom === 2 ? ", which is the paper's grade 3 and up on its scale from 1 to 5." : '.'),
  });
}

export const eyepacs: Recogniser = {
  layout: 'eyepacs',
  name: 'EyePACS (diabetic retinopathy grades)',

  recognise(facts) {
    const { used, unused } = fittingTables(facts);
    const [table] = used;
    const columns = table && columnsOf(table);
    if (!table || !columns) return null;
    const names = share(table, (row) => NAME.test(baseName(row[columns.image] as string)));
    const grades = share(table, (row) => (readGrade(row[columns.level] as string) ?? GRADES) < GRADES);
    if (names < 0.5 || grades < 0.5) return null;
    return {
      confidence: names > 0.98 && grades > 0.98 ? 'certain' : 'likely',
      evidence: [
        `${table.file} has the columns "image" and "level".`,
        `${formatPercent(names, 0)} of the first ${formatCount(table.sample.length)} names read as <patient number>_left or _right.`,
        `${formatPercent(grades, 0)} of their levels are whole numbers from 0 to 4.`,
        ...mentionUnused(unused),
      ],
    };
  },

  async read(facts, problems, signal): Promise<Reading> {
    const tables = fittingTables(facts).used;
    const target = referableTarget(facts.request.positiveFrom ?? 2);
    // Shared by all rows of a grade: 250,000 small arrays would be slow to make and to keep.
    const labelsOf = target.outputs.map((_, grade) => oneHot(grade, GRADES));
    const rows: ReadRow[] = [];
    for (const table of tables) {
      const columns = columnsOf(table) as { image: number; level: number };
      const part = isTestPart(table) ? 'test' : 'train';
      const home = path.posix.dirname(table.file) === '.' ? '' : path.posix.dirname(table.file);
      const near = [home === '' ? part : `${home}/${part}`, home];
      await readTable(
        table,
        (cells, number) => {
          const reference = cells[columns.image] as string;
          const level = cells[columns.level] as string;
          const name = NAME.exec(baseName(reference));
          const grade = readGrade(level);
          const known = grade !== null && grade < GRADES;
          rows.push({
            ...UNSAID,
            table: table.file,
            row: number,
            reference,
            near,
            labels: known ? (labelsOf[grade] as LabelValue[]) : [],
            patient: name?.[1] ?? null,
            eye: name?.[2]?.toLowerCase() ?? null,
            givenSplit: part,
            excluded: known
              ? null
              : {
                  kind: 'unknown-label',
                  message: isBlankCell(level)
                    ? 'the level is blank (expected 0 to 4)'
                    : `expected a level from 0 to 4, got "${level}"`,
                },
          });
        },
        problems,
        signal,
      );
    }
    return {
      ...UNASKED,
      rows,
      target,
      availableOutputs: target.outputs,
      modality: 'fundus',
      patientRule: 'The number before _left or _right in the image name; both eyes of a patient stay together.',
      labelsFiles: tables.map((table) => table.file),
      columns: tables[0]?.header ?? [],
      suggestedColumns: null,
      givenSplits: new Set(tables.map(isTestPart)).size > 1,
    };
  },
};
