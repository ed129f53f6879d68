/** Append-only files of one JSON document a line. A process that dies while appending leaves at most a torn last line. */
import fs from 'node:fs';
import path from 'node:path';
import type { z } from 'zod';
import { toFileError } from './atomic-file.ts';

/** Appends one document. @throws AppError `out-of-space` or `io`. */
export function appendJsonLine(file: string, value: unknown): void {
  try {
    fs.appendFileSync(file, `${JSON.stringify(value)}\n`);
  } catch (error) {
    throw toFileError(error, `Could not write ${path.basename(file)}.`);
  }
}

/** Every whole line that satisfies `schema`; a torn last line and a missing file are no error. */
export function readJsonLines<T>(file: string, schema: z.ZodType<T>): T[] {
  return wholeLines(readText(file)).flatMap((line) => {
    const parsed = parseJsonLine(line, schema);
    return parsed === undefined ? [] : [parsed];
  });
}

/**
 * Cuts the file before the first line that is not to be kept (or that cannot be read), and removes a torn last line, so
 * that appending may go on. Returns the number of lines kept.
 */
export function truncateJsonLines<T>(file: string, schema: z.ZodType<T>, keep: (value: T) => boolean): number {
  const text = readText(file);
  let bytes = 0;
  let kept = 0;
  for (const line of wholeLines(text)) {
    const value = parseJsonLine(line, schema);
    if (value === undefined || !keep(value)) break;
    bytes += Buffer.byteLength(line) + 1;
    kept++;
  }
  if (bytes !== Buffer.byteLength(text)) fs.truncateSync(file, bytes);
  return kept;
}

/** Ends a torn last line, so that the next document starts on a line of its own. */
export function endTornLine(file: string): void {
  const text = readText(file);
  if (text.length > 0 && !text.endsWith('\n')) fs.appendFileSync(file, '\n');
}

function readText(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw toFileError(error, `Could not read ${path.basename(file)}.`);
  }
}

/** Lines that end in a line feed; what follows the last one was not written whole. */
function wholeLines(text: string): string[] {
  return text.split('\n').slice(0, -1);
}

/** Undefined for a line that is no JSON, or does not satisfy `schema`. */
export function parseJsonLine<T>(line: string, schema: z.ZodType<T>): T | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}
