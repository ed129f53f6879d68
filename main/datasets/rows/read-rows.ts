/** The rows of the label tables, one per image that they name, with the cells of their label columns; what they mean comes later. */
import path from 'node:path';
import type { ColumnMapping, Split } from '../../../shared/dataset/dataset.ts';
import { countOf, wordFor } from '../../../shared/words/numbers.ts';
import { nameWords } from '../columns/profile.ts';
import { sideOfColumn, withoutSide } from '../columns/image-columns.ts';
import { readFlagName } from '../columns/suggest-columns.ts';
import { withoutImageEnding } from '../folder-index.ts';
import {
  isBlankCell,
  readAge,
  readEye,
  readEyeName,
  readFindingCell,
  readSplitName,
  sexReader,
} from '../labels/cell-values.ts';
import type { ProblemList } from '../problem-list.ts';
import { UNSAID, type FolderFacts, type ReadRow } from '../recognisers/recogniser.ts';
import type { ChosenTable } from '../tables/choose-tables.ts';
import { readTable } from '../tables/table.ts';

export interface PendingRow {
  row: ReadRow;
  /** One per label, as in `RowsRead.labels`. */
  cells: string[];
}

export interface RowsRead {
  pending: PendingRow[];
  /** Names of the labels: the columns, or what columns of two sides have in common. */
  labels: string[];
  /** Rows by cell, for every label. */
  counts: Map<string, number>[];
  /** Rows whose image has the name of an eye. */
  eyeNames: number;
  /** Images of one row without a column of patients belong together. */
  patientsByRow: boolean;
}

export function eyeNameOf(reference: string): ReturnType<typeof readEyeName> {
  return readEyeName(withoutImageEnding(path.posix.basename(reference.replaceAll('\\', '/'))));
}

/** `left grade` and `right grade` are one label of two images. Null where the label columns have no sides. */
function labelsBySide(mapping: ColumnMapping): Map<string, { left: string; right: string }> | null {
  if (mapping.otherImages === undefined || sideOfColumn(nameWords(mapping.image)) === null) return null;
  const stems = new Map<string, { left?: string; right?: string }>();
  for (const name of mapping.labels) {
    const words = nameWords(name);
    const side = sideOfColumn(words);
    if (side === null) return null;
    const stem = withoutSide(words);
    stems.set(stem, { ...stems.get(stem), [side]: name });
  }
  const whole = [...stems].flatMap(([stem, { left, right }]) =>
    left === undefined || right === undefined ? [] : [[stem, { left, right }] as const],
  );
  return whole.length === stems.size ? new Map(whole) : null;
}

/** Equal cells share one string: a table of 250,000 rows has few different labels. */
export function createInterner(): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    known.set(text, text);
    return text;
  };
}

/** A word for a part, or a flag such as `is_train`. */
function splitReader(column: string | undefined): (cell: string) => Split | null {
  const flag = column === undefined ? null : readFlagName(nameWords(column));
  return (cell) => {
    const named = readSplitName(cell);
    if (named !== null || flag === null) return named;
    const value = readFindingCell(cell);
    if (value === 'present') return flag;
    return value === 'absent' ? (flag === 'train' ? 'test' : 'train') : null;
  };
}

export async function readRows(params: {
  tables: readonly ChosenTable[];
  mapping: ColumnMapping;
  facts: Pick<FolderFacts, 'index' | 'groups'>;
  problems: ProblemList;
  signal: AbortSignal | undefined;
}): Promise<RowsRead> {
  const { tables, mapping, facts, problems, signal } = params;
  const sides = labelsBySide(mapping);
  const labels = sides ? [...sides.keys()] : [...mapping.labels];
  const images = [mapping.image, ...(mapping.otherImages ?? [])];
  const isGrouped = tables.some(({ suggestion }) => suggestion.hasGroups && suggestion.columns.image === mapping.image);
  const read: RowsRead = {
    pending: [],
    labels,
    counts: labels.map(() => new Map<string, number>()),
    eyeNames: 0,
    patientsByRow: (images.length > 1 || isGrouped) && mapping.patient === undefined,
  };
  const intern = createInterner();
  let numbers = 0;
  /** What a cell means: one file, or all files of a study; itself where there are none. */
  const referencesOf = (cell: string): string[] => {
    const { images: found, byNumber } = isGrouped ? facts.groups.find(cell) : { images: [], byNumber: false };
    if (byNumber) numbers++;
    return found.length > 0 ? found.map((i) => facts.index.images[i] as string) : [cell];
  };
  for (const { table, part, near, within } of tables) {
    const at = (name: string | undefined): number => (name === undefined ? -1 : table.header.indexOf(name));
    const columns = {
      patient: at(mapping.patient),
      eye: at(mapping.eye),
      sex: at(mapping.sex),
      age: at(mapping.age),
      view: at(mapping.view),
      site: at(mapping.site),
      split: at(mapping.split),
      reader: at(mapping.reader),
    };
    const splitOf = splitReader(mapping.split);
    const sexOf = sexReader(table.sample.map((row) => row[columns.sex] ?? ''));
    const imageColumns = images.map((name) => {
      const side = sideOfColumn(nameWords(name));
      const own = sides === null ? mapping.labels : [...sides.values()].map((pair) => pair[side ?? 'left']);
      return { column: at(name), side: images.length > 1 ? side : null, labels: own.map(at) };
    });

    const onRow = (cells: string[], number: number): void => {
      const cell = (column: number): string => cells[column] ?? '';
      for (const [i, image] of imageColumns.entries()) {
        const reference = cell(image.column);
        // A second image may be lacking; a row without its first one is listed as such.
        if (i > 0 && isBlankCell(reference)) continue;
        const labelCells = image.labels.map((column) => intern(cell(column)));
        labelCells.forEach((value, k) => {
          const counts = read.counts[k] as Map<string, number>;
          counts.set(value, (counts.get(value) ?? 0) + 1);
        });
        for (const file of referencesOf(reference)) {
          const name = eyeNameOf(file);
          if (name) read.eyeNames++;
          const row: ReadRow = {
            ...UNSAID,
            table: table.file,
            row: number,
            reference: file,
            near,
            within,
            labels: [],
            patient:
              cell(columns.patient) ||
              (read.patientsByRow ? (isGrouped ? reference : `${table.file}:${number}`) : null),
            eye: readEye(cell(columns.eye)) ?? image.side ?? name?.eye ?? null,
            sex: sexOf(cell(columns.sex)),
            age: readAge(cell(columns.age)),
            view: intern(cell(columns.view)) || null,
            site: intern(cell(columns.site)) || null,
            reader: intern(cell(columns.reader)) || null,
            givenSplit: splitOf(cell(columns.split)) ?? part,
          };
          read.pending.push({ row, cells: labelCells });
        }
      }
    };
    await readTable(table, onRow, problems, signal);
  }
  if (numbers > 0) {
    const message = `${countOf(numbers, 'row')} ${wordFor(numbers, 'names its study or patient', 'name their studies or patients')} by number alone, without the zeros in front, as a spreadsheet leaves it.`;
    problems.note('matched-loosely', null, message, numbers);
  }
  return read;
}

const ONE_HOT_ROWS = 20;

/** In every row exactly one label is present and all others are absent or empty; told from twenty rows on. */
export function isOneHot({ pending, labels, counts }: RowsRead): boolean {
  if (labels.length < 2 || pending.length < ONE_HOT_ROWS) return false;
  const meanings = counts.map((column) => new Map([...column.keys()].map((cell) => [cell, readFindingCell(cell)])));
  return pending.every(({ cells }) => {
    let present = 0;
    for (const [k, cell] of cells.entries()) {
      const meaning = meanings[k]?.get(cell);
      if (meaning === 'present') present++;
      else if (meaning !== 'absent' && cell !== '') return false;
    }
    return present === 1;
  });
}
