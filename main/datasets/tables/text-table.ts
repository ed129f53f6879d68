/** A table as text: any separator, Excel's `sep=` line, lines of JSON, UTF-8, UTF-16 and Windows-1252, also in gzip. */
import { createReadStream } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { parse, type Parser } from 'csv-parse';
import { AppError } from '../../../shared/system/errors.ts';
import { fileErrorWords } from '../../platform/file-errors.ts';
import { openInputFile } from '../../platform/input-file.ts';
import { detectSeparator, LINE_ENDS, readSepLine } from './dialect.ts';
import { parseJsonLines } from './json-lines.ts';
import type { TableProblem, TableSource } from './table.ts';
import { detectEncoding, type TextEncoding } from './text-encoding.ts';

const SNIFF_BYTES = 65_536;

interface Dialect {
  separator: string;
  encoding: TextEncoding;
  /** The first line tells the separator and is no row. */
  hasSepLine: boolean;
}

function openBytes(absolute: string): Readable {
  const file = createReadStream('', { fd: openInputFile(absolute, { what: 'a table of labels' }).handle });
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

async function* decodeStream(stream: Readable, encoding: TextEncoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of stream as AsyncIterable<Buffer>) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

async function* parseRows(absolute: string, dialect: Dialect): AsyncGenerator<string[]> {
  const bytes = openBytes(absolute);
  const parser: Parser = parse({
    delimiter: dialect.separator,
    bom: true,
    trim: true,
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: false,
    // Tables that were put together have several kinds of line ends; the parser would believe the first one.
    record_delimiter: LINE_ENDS,
    from_line: dialect.hasSepLine ? 2 : 1,
  });
  const feed = async (): Promise<void> => {
    try {
      for await (const text of dialect.encoding === 'utf-8'
        ? (bytes as AsyncIterable<Buffer>)
        : decodeStream(bytes, dialect.encoding)) {
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

/** How the file is to be read; `known`: its separator. Returns a problem for one that is no text. */
export async function openText(root: string, file: string, known?: string): Promise<TableSource | TableProblem> {
  const absolute = path.resolve(root, file);
  try {
    const head = await readHead(absolute);
    if (head.length === 0) return { message: 'Expected a table with a header, got an empty file.' };
    const encoding = detectEncoding(head);
    const text = new TextDecoder(encoding).decode(head, { stream: true });
    if (text.includes('\0')) return { message: 'Expected a table as text, got binary data.' };
    if (/^\uFEFF?\s*\{/.test(text)) {
      const rows = (): AsyncIterable<string[]> => parseJsonLines(decodeStream(openBytes(absolute), encoding));
      return { file, absolute, separator: null, remarks: [], rows, describeFailure };
    }
    const told = readSepLine(text);
    const separator = told.separator ?? known ?? detectSeparator(text.slice(told.length));
    const dialect = { separator, encoding, hasSepLine: told.separator !== null };
    return { file, absolute, separator, remarks: [], rows: () => parseRows(absolute, dialect), describeFailure };
  } catch (error) {
    return { message: describeFailure(error), unread: true };
  }
}

function describeFailure(error: unknown): string {
  if (error instanceof AppError) return error.message;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code === 'CSV_QUOTE_NOT_CLOSED')
    return 'A quotation mark is opened and never closed, so that the rest is one cell.';
  if (error instanceof SyntaxError) return `Expected an object of JSON in each line, but ${error.message}.`;
  if (code.startsWith('Z_')) return 'The file ends in .gz, but it is not a whole gzip file.';
  return `The table could not be read (${fileErrorWords(error)}).`;
}
