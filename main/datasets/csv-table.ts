/** Reading tables as they come: byte-order marks, any separator, gzip, spaces and empty columns at the end. Streamed. */
import { createReadStream } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { parse, type Parser } from 'csv-parse';

const SAMPLE_ROWS = 500;
const SNIFF_BYTES = 65_536;
const SEPARATORS = [',', ';', '\t', '|'] as const;

export interface CsvTable {
  /** Relative to the imported folder, or absolute when it lies outside. */
  file: string;
  absolute: string;
  separator: string;
  encoding: 'utf-8' | 'utf-16le' | 'windows-1252';
  /** Trimmed, without empty columns at the end; a column without a name is `(column 3)`, a second `grade` is `grade (column 5)`. */
  header: string[];
  /** The first rows, trimmed, as wide as the header. */
  sample: string[][];
}

export type CsvProblem = { message: string };

function openBytes(absolute: string): Readable {
  const file = createReadStream(absolute);
  if (!/\.gz$/i.test(absolute)) return file;
  const gunzip = createGunzip();
  file.on('error', (error) => gunzip.destroy(error));
  gunzip.on('close', () => file.destroy());
  return file.pipe(gunzip);
}

async function readHead(absolute: string): Promise<Buffer> {
  const stream = openBytes(absolute);
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= SNIFF_BYTES) break;
    }
  } finally {
    stream.destroy();
  }
  return Buffer.concat(chunks).subarray(0, SNIFF_BYTES);
}

function detectEncoding(head: Buffer): CsvTable['encoding'] {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  try {
    // `stream`: a character that the sample cuts in two is no error.
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    return 'utf-8';
  } catch {
    return 'windows-1252';
  }
}

/** The separator that comes most often in the first line outside quotes. */
export function detectSeparator(text: string): string {
  const line = /^[^\r\n]*/.exec(text)?.[0].replace(/"[^"]*"/g, '') ?? '';
  const counts = SEPARATORS.map((separator) => line.split(separator).length - 1);
  return SEPARATORS[counts.indexOf(Math.max(...counts))] ?? ',';
}

async function* decodeText(stream: Readable, encoding: CsvTable['encoding']): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of stream as AsyncIterable<Buffer>) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

async function* parseRows(table: Pick<CsvTable, 'absolute' | 'separator' | 'encoding'>): AsyncGenerator<string[]> {
  const bytes = openBytes(table.absolute);
  const parser: Parser = parse({
    delimiter: table.separator,
    bom: true,
    trim: true,
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: false,
  });
  const feed = async (): Promise<void> => {
    try {
      for await (const text of table.encoding === 'utf-8'
        ? (bytes as AsyncIterable<Buffer>)
        : decodeText(bytes, table.encoding)) {
        if (!parser.write(text)) await new Promise((resolve) => parser.once('drain', resolve));
      }
      parser.end();
    } catch (error) {
      parser.destroy(error as Error);
    }
  };
  const fed = feed();
  try {
    yield* parser as AsyncIterable<string[]>;
    await fed;
  } finally {
    parser.destroy();
    bytes.destroy();
  }
}

function cleanHeader(row: readonly string[]): string[] {
  const names = [...row];
  while (names.length > 0 && names.at(-1) === '') names.pop();
  const seen = new Set<string>();
  return names.map((name, i) => {
    const unique = name === '' ? `(column ${i + 1})` : seen.has(name) ? `${name} (column ${i + 1})` : name;
    seen.add(unique);
    return unique;
  });
}

function fitRow(row: string[], width: number): string[] {
  if (row.length > width) row.length = width;
  while (row.length < width) row.push('');
  return row;
}

const isBlank = (row: readonly string[]): boolean => row.every((cell) => cell === '');

/** Header and first rows. Returns a problem for a file that is no table. */
export async function openCsv(root: string, file: string): Promise<CsvTable | CsvProblem> {
  const absolute = path.resolve(root, file);
  try {
    const head = await readHead(absolute);
    if (head.length === 0) return { message: 'Expected a table with a header, got an empty file.' };
    const encoding = detectEncoding(head);
    const text = new TextDecoder(encoding).decode(head, { stream: true });
    if (text.includes('\0')) return { message: 'Expected a table as text, got binary data.' };
    const table: CsvTable = { file, absolute, separator: detectSeparator(text), encoding, header: [], sample: [] };
    for await (const row of parseRows(table)) {
      if (table.header.length === 0) table.header = cleanHeader(row);
      else if (!isBlank(row)) table.sample.push(fitRow(row, table.header.length));
      if (table.sample.length >= SAMPLE_ROWS) break;
    }
    if (table.header.length === 0) return { message: 'Expected a table with a header, got empty rows.' };
    return table;
  } catch (error) {
    return { message: describeFailure(error) };
  }
}

function describeFailure(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code === 'ENOENT') return 'Expected a table of labels, found no such file.';
  if (code === 'CSV_QUOTE_NOT_CLOSED')
    return 'A quotation mark is opened and never closed, so that the rest is one cell.';
  if (code.startsWith('Z_')) return 'The file ends in .gz, but it is not a whole gzip file.';
  return `The table could not be read (${code === '' ? 'unknown reason' : code}).`;
}

/**
 * Calls `onRow` for every row with something in it. `number` is the row as a spreadsheet counts it: the header is 1.
 * @returns null, or why reading stopped early; the rows before have been delivered.
 */
export async function readCsv(
  table: CsvTable,
  onRow: (row: string[], number: number) => void,
  signal?: AbortSignal,
): Promise<CsvProblem | null> {
  let number = 0;
  let header = false;
  try {
    for await (const row of parseRows(table)) {
      number++;
      if (!header) header = !isBlank(row);
      else if (!isBlank(row)) onRow(fitRow(row, table.header.length), number);
      if (number % 4096 === 0) signal?.throwIfAborted();
    }
    return null;
  } catch (error) {
    signal?.throwIfAborted();
    return { message: `Reading stopped after row ${number}: ${describeFailure(error)}` };
  }
}
