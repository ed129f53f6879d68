/** Which tables of a folder label its images: the best one, and those that go on with it (a table for each part). */
import { suggestColumns, type ColumnSuggestion } from '../columns/suggest-columns.ts';
import type { FolderFacts } from '../recognisers/recogniser.ts';
import { foldersByPart, partOfPath, placeOf, type PartFolders, type Place } from './parts.ts';
import type { Table } from './table.ts';

export interface ChosenTable extends Place {
  table: Table;
  suggestion: ColumnSuggestion;
}

export interface ChosenTables {
  /** The best one first, then in the order of parts. */
  used: ChosenTable[];
  /** Tables that have the columns as well, and label the same images. */
  unused: Table[];
  /** Sheets of the same workbook that could be meant as well. */
  rivals: Table[];
}

/** A submission to a contest has the columns, with a made-up label for every image. */
const isSubmission = (table: Table): boolean => /submission/i.test(table.file);

function describe(table: Table, facts: FolderFacts, folders: PartFolders): ChosenTable {
  const place = placeOf(table.file, folders.size > 0 ? partOfPath(table.file) : null, folders);
  return { ...place, table, suggestion: suggestColumns(table, facts.resolver, place.near, facts.groups) };
}

function score({ table, suggestion: { columns, imageShare } }: ChosenTable): number {
  return (columns.image ? 1 + imageShare : 0) + (columns.labels ? 1 : 0) - (isSubmission(table) ? 3 : 0);
}

/** The files that the first rows mean. */
function sampledFiles({ table, near }: ChosenTable, column: string, facts: FolderFacts): Set<number> {
  const at = table.header.indexOf(column);
  const files = table.sample.flatMap((row) => {
    const resolution = facts.resolver.resolve(row[at] ?? '', near);
    return resolution.kind === 'found' ? [resolution.image] : [];
  });
  return new Set(files);
}

/** The codes of a legend, 1 to 5, are no names of the few images that have these numbers. */
function isLegend(other: ChosenTable, covered: number, facts: FolderFacts): boolean {
  const { image = '' } = other.suggestion.columns;
  const at = other.table.header.indexOf(image);
  const byNumber = other.table.sample.every((row) => /^\d*$/.test(row[at] ?? ''));
  return byNumber && 2 * sampledFiles(other, image, facts).size < covered;
}

/** Null where there is no table at all. */
export function chooseTables(facts: FolderFacts): ChosenTables | null {
  const folders = foldersByPart(facts.index.images);
  const tables = facts.joined === null ? facts.tables : [facts.joined, ...facts.tables];
  const all = tables.map((table) => describe(table, facts, folders));
  const [best, ...others] = all.sort((a, b) => score(b) - score(a) || (a.table.file < b.table.file ? -1 : 1));
  if (!best) return null;
  const { image, labels } = best.suggestion.columns;
  const needed = facts.request.columns
    ? [facts.request.columns.image, ...facts.request.columns.labels]
    : [image, ...(facts.request.columnHints?.labels ?? labels ?? [])].filter((name) => name !== undefined);
  const alike = others.filter(
    ({ table }) => !isSubmission(table) && needed.length > 1 && needed.every((name) => table.header.includes(name)),
  );
  const used = [best];
  const unused: Table[] = [];
  const files = sampledFiles(best, needed[0] as string, facts);
  for (const candidate of alike) {
    const own = sampledFiles(candidate, needed[0] as string, facts);
    const again = [...own].filter((file) => files.has(file)).length;
    if (own.size === 0 || again > own.size / 10) {
      unused.push(candidate.table);
      continue;
    }
    for (const file of own) files.add(file);
    used.push(candidate);
  }
  const isRival = (other: ChosenTable): boolean =>
    best.table.separator === null &&
    other.table.absolute === best.table.absolute &&
    !used.includes(other) &&
    score(best) - score(other) < 0.5 &&
    !isLegend(other, files.size, facts);
  const rivals = others.filter(isRival).map(({ table }) => table);
  const order = (chosen: ChosenTable): number => ['train', null, 'validation', 'test'].indexOf(chosen.part);
  return {
    used: used.sort((a, b) => order(a) - order(b)),
    unused: unused.filter((table) => !rivals.includes(table)),
    rivals,
  };
}
