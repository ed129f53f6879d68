/** Where a table's header is and what its columns are called; how its rows fit under it. Pure. */
import { wordFor } from '../../../shared/words/numbers.ts';
import { hasImageEnding } from '../folder-index.ts';

export interface TableShape {
  /** Without empty columns at the end; a column without a name is `(column 3)`, a second `grade` is `grade (column 5)`. */
  header: string[];
  /** Rows before the first one of data, blank ones included. */
  leadingRows: number;
  /** A row has one cell more in front: the names of the rows, as R writes them. */
  namesRows: boolean;
  /** What is unusual about the table, one sentence each. */
  remarks: string[];
}

const MAX_TITLES = 10;

export const isBlankRow = (row: readonly string[]): boolean => row.every((cell) => cell === '');

function widthOf(row: readonly string[]): number {
  let width = row.length;
  while (width > 0 && row[width - 1] === '') width--;
  return width;
}

function mostFrequentWidth(rows: readonly string[][]): number {
  const groups = [...Map.groupBy(rows, widthOf)].sort(
    ([a, first], [b, second]) => second.length - first.length || b - a,
  );
  return groups[0]?.[0] ?? 0;
}

/** Words of every header that could be used: one column names the images. */
const HEADER_WORD =
  /(?:^|[^\p{L}])(image|images|img|photo|picture|scan|file|file ?name|path|dicom|study|patient|subject|case|bild|bilddatei|datei|dateiname|aufnahme|fichier|nom|imagen|archivo|paciente|imagem|arquivo|prontuário|immagine|paziente|id)(?![\p{L}\d])/iu;

/** As wide as the rows, only words, one of them known. */
function readsAsHeader(row: readonly string[], width: number): boolean {
  const names = row.slice(0, width);
  return (
    widthOf(row) === width &&
    new Set(names).size === width &&
    names.every((name) => /\p{L}/u.test(name) && !hasImageEnding(name)) &&
    names.some((name) => HEADER_WORD.test(name.replace(/(?<=\p{Ll})(?=\p{Lu})|_/gu, ' ')))
  );
}

/** Titles stand above many exports: lines of one cell over a table of several columns, or of several cells where a title has commas. */
function findHeader(rows: readonly string[][]): number {
  const filled = rows.flatMap((row, i) => (isBlankRow(row) ? [] : [i]));
  const usual = mostFrequentWidth(filled.map((i) => rows[i] as string[]));
  const first = filled.slice(0, MAX_TITLES);
  const header = first.find((i) => {
    const row = rows[i] as string[];
    // Over two columns R writes the one name that is left beside the numbers of the rows; it has no spaces.
    return usual < 2 || widthOf(row) > 1 || (usual === 2 && !row.some((cell) => /\s/.test(cell)));
  });
  const isNarrow = header !== undefined && widthOf(rows[header] as string[]) < usual;
  const wide = isNarrow ? first.find((i) => i > header && readsAsHeader(rows[i] as string[], usual)) : undefined;
  return wide ?? header ?? filled[0] ?? -1;
}

/** `Size[Width`, `Height]` (a comma inside brackets that was taken for a separator) become `Size[Width]`, `Size[Height]`. */
function splitBrackets(names: readonly string[]): string[] {
  let stem: string | null = null;
  return names.map((name) => {
    if (stem === null) {
      const open = /^([^[\]]*)\[([^[\]]*)$/.exec(name);
      if (!open) return name;
      stem = (open[1] as string).trim();
      return `${stem}[${(open[2] as string).trim()}]`;
    }
    const inner = name.replace(']', '').trim();
    const whole = `${stem}[${inner}]`;
    if (name.includes(']')) stem = null;
    return whole;
  });
}

/** Where the cells keep together what the header's comma separates, so does the header: `Size[Width, Height]`. */
function joinBrackets(names: readonly string[]): string[] {
  const joined: string[] = [];
  let open = false;
  for (const name of names) {
    if (open) joined.push(`${joined.pop() as string}, ${name}`);
    else joined.push(name);
    open = open ? !name.includes(']') : /\[[^\]]*$/.test(name);
  }
  return joined;
}

function uniqueNames(row: readonly string[], width: number): string[] {
  const seen = new Set<string>();
  return Array.from({ length: width }, (_, i) => {
    const name = row[i] ?? '';
    const unique = name === '' ? `(column ${i + 1})` : seen.has(name) ? `${name} (column ${i + 1})` : name;
    seen.add(unique);
    return unique;
  });
}

const namesPlace = (cell: string): boolean => hasImageEnding(cell) || /[^/]\/[^/]+\//.test(cell);

/** A header that holds the name of an image, or the path of a folder, is no header: the first image would be lost. */
function isData(row: readonly string[], next: readonly string[] | undefined): boolean {
  return next !== undefined && row.some((cell, i) => namesPlace(cell) && namesPlace(next[i] ?? ''));
}

/** @param rows the first rows as they come, trimmed cells, blank rows included; null where there is nothing but blank rows */
export function shapeTable(rows: readonly string[][]): TableShape | null {
  const at = findHeader(rows);
  if (at < 0) return null;
  const remarks: string[] = [];
  const row = rows[at] as string[];
  const data = rows.slice(at + 1).filter((cells) => !isBlankRow(cells));
  const usual = mostFrequentWidth(data);
  const skipped = rows.slice(0, at).filter((cells) => !isBlankRow(cells)).length;
  if (skipped > 0)
    remarks.push(
      `${wordFor(skipped, 'A line', `${skipped} lines`)} above the header ${wordFor(skipped, 'is', 'are')} passed over.`,
    );
  if (isData(row, data[0])) {
    remarks.push('The table has no header: the first row already names an image.');
    return { header: uniqueNames([], Math.max(usual, widthOf(row))), leadingRows: at, namesRows: false, remarks };
  }
  let names = row.slice(0, widthOf(row));
  if (usual < names.length && joinBrackets(names).length === usual) names = joinBrackets(names);
  else names = splitBrackets(names);
  const namesRows = data.length > 0 && usual === names.length + 1 && data.every((cells) => widthOf(cells) === usual);
  if (namesRows) {
    names = ['', ...names];
    remarks.push('Every row has one cell more than the header; the first one is taken for the number of the row.');
  }
  return { header: uniqueNames(names, names.length), leadingRows: at + 1, namesRows, remarks };
}
