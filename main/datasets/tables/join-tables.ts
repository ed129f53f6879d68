/** One table names the images, another one holds the labels of their studies or patients: joined by the columns that both have. */
import path from 'node:path';
import { suggestColumns, type ColumnSuggestion } from '../columns/suggest-columns.ts';
import { nameWords } from '../columns/profile.ts';
import type { ImageResolver } from '../image-resolver.ts';
import { isBlankCell, plainNumber } from '../labels/cell-values.ts';
import { ProblemList } from '../problem-list.ts';
import { readTable, type Table } from './table.ts';

const KEY = /\b(id|ids|study|patient|subject|accession|exam|case|series|visit|key|nr|no|number|code)\b|id$/;

interface Judged {
  table: Table;
  suggestion: ColumnSuggestion;
}

const keyOf = (cells: readonly string[]): string => cells.map((cell) => plainNumber(cell).toLowerCase()).join('\u0001');

/** Columns of both that name the same thing, by name. */
function sharedColumns(images: Table, labels: Table): [number, number][] {
  return images.header.flatMap((name, i): [number, number][] => {
    const words = nameWords(name);
    const j = labels.header.findIndex((other) => nameWords(other) === words);
    return j >= 0 && KEY.test(words) ? [[i, j]] : [];
  });
}

/** @param byKey cells of the label table that are added to a row with this key; several where a study has several rows */
function joined(params: {
  images: Table;
  labels: Table;
  keys: [number, number][];
  byKey: ReadonlyMap<string, string[][]>;
  added: readonly string[];
}): Table {
  const { images, labels, keys, byKey, added } = params;
  const width = images.header.length;
  const none = added.map(() => '');
  const extend = (row: readonly string[]): string[][] => {
    const cells = Array.from({ length: width }, (_, i) => row[i] ?? '');
    const key = keyOf(keys.map(([i]) => cells[i] ?? ''));
    // Cells under no column stay at the end, where they are noticed.
    return (byKey.get(key) ?? [none]).map((more) => [...cells, ...more, ...row.slice(width)]);
  };
  const names = keys.map(([i]) => `"${images.header[i] as string}"`).join(', ');
  return {
    ...images,
    file: `${images.file} + ${path.posix.basename(labels.file)}`,
    header: [...images.header, ...added],
    sample: images.sample.flatMap(extend),
    remarks: [
      ...images.remarks,
      `${images.file} names the images and ${labels.file} holds labels; their rows are joined by ${names}.`,
    ],
    async *rows() {
      let number = 0;
      for await (const row of images.rows()) {
        if (++number <= images.leadingRows || row.every((cell) => cell === '')) yield row;
        else yield* extend(row);
      }
    },
  };
}

/** The rows of `images` with the columns of `labels` that go with them by the columns `on`. */
export async function joinTables(
  images: Table,
  labels: Table,
  on: readonly string[],
  signal?: AbortSignal,
): Promise<Table> {
  const at = ({ header }: Table, name: string): number =>
    header.findIndex((column) => nameWords(column) === nameWords(name));
  const keys = on.map((name): [number, number] => [at(images, name), at(labels, name)]);
  return {
    ...joined({ images, labels, keys, ...(await readByKey({ images, labels, keys, signal })) }),
    file: images.file,
  };
}

async function join(images: Table, labels: Table, signal: AbortSignal | undefined): Promise<Table | null> {
  const keys = sharedColumns(images, labels);
  if (keys.length === 0) return null;
  const read = await readByKey({ images, labels, keys, signal });
  const hits = images.sample.filter((row) => read.byKey.has(keyOf(keys.map(([i]) => row[i] ?? '')))).length;
  if (hits < images.sample.length / 2 || hits === 0) return null;
  return joined({ images, labels, keys, ...read });
}

async function readByKey(params: {
  images: Table;
  labels: Table;
  keys: [number, number][];
  signal: AbortSignal | undefined;
}): Promise<{ byKey: Map<string, string[][]>; added: string[] }> {
  const { images, labels, keys, signal } = params;
  const keyColumns = new Set(keys.map(([, j]) => j));
  const taken = new Set(images.header);
  const kept = labels.header.flatMap((name, j) =>
    keyColumns.has(j) ? [] : [{ j, name: taken.has(name) ? `${name} (${path.posix.basename(labels.file)})` : name }],
  );
  const byKey = new Map<string, string[][]>();
  await readTable(
    labels,
    (cells) => {
      const own = keys.map(([, j]) => cells[j] ?? '');
      if (own.every(isBlankCell)) return;
      const key = keyOf(own);
      const row = kept.map(({ j }) => cells[j] ?? '');
      const known = byKey.get(key);
      if (known === undefined) byKey.set(key, [row]);
      else if (!known.some((other) => other.join('\u0001') === row.join('\u0001'))) known.push(row);
    },
    new ProblemList(),
    signal,
  );
  return { byKey, added: kept.map(({ name }) => name) };
}

/**
 * The joined table, where no table has both images and labels; null where one has, or where none belong together. The first label table
 * that fits is taken: others (another labeller's) would be another data set.
 */
export async function joinLabelTable(
  tables: readonly Table[],
  resolver: ImageResolver,
  signal?: AbortSignal,
): Promise<Table | null> {
  if (tables.length < 2) return null;
  const judged = tables.map((table): Judged => ({ table, suggestion: suggestColumns(table, resolver) }));
  const hasImages = ({ suggestion }: Judged): boolean =>
    suggestion.columns.image !== undefined && suggestion.imageShare > 0.5;
  const hasLabels = ({ suggestion }: Judged): boolean => suggestion.columns.labels !== undefined;
  if (judged.some((one) => hasImages(one) && hasLabels(one))) return null;
  for (const images of judged.filter(hasImages)) {
    for (const labels of judged.filter((one) => hasLabels(one) && !hasImages(one))) {
      const table = await join(images.table, labels.table, signal);
      if (table !== null) return table;
    }
  }
  return null;
}
