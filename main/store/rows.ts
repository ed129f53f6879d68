/** Reading rows: every stored value is validated before the app believes it. */
import { z } from 'zod';
import { AppError } from '../../shared/system/errors.ts';
import type { LabelValue } from '../../shared/dataset/dataset.ts';

/** A JSON column, parsed and validated by `schema`. */
export function jsonColumn<S extends z.ZodType>(schema: S): z.ZodType<z.output<S>, string> {
  return z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue({ code: 'custom', message: 'Expected JSON.' });
        return z.NEVER;
      }
    })
    .pipe(schema);
}

/** SQLite has no booleans: 0 or 1. */
export const flagColumn = z.union([z.literal(0), z.literal(1)]).transform((value) => value === 1);

/** `1`, `0` and `?` (unknown), one character per output. */
export const labelsColumn = z
  .string()
  .regex(/^[01?]*$/)
  .transform((text) => decodeLabels(text));

export function encodeLabels(labels: readonly LabelValue[]): string {
  let text = '';
  for (const label of labels) text += label === null ? '?' : String(label);
  return text;
}

export function decodeLabels(text: string): LabelValue[] {
  return Array.from(text, (character) => (character === '?' ? null : character === '1' ? 1 : 0));
}

/** Parses one row, or says which table holds a row that this version cannot read. Values stay out of the message. */
export function parseRow<S extends z.ZodType>(schema: S, table: string, row: unknown): z.output<S> {
  const parsed = schema.safeParse(row);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.map((issue) => issue.path.join('.') || 'row').join(', ');
  throw new AppError('internal', `The library holds a row in "${table}" that this version cannot read.`, {
    action: 'Restore the library from a backup, or remove the dataset or study it belongs to.',
    details: `columns: ${where}`,
  });
}

export function parseRows<S extends z.ZodType>(schema: S, table: string, rows: readonly unknown[]): z.output<S>[] {
  return rows.map((row) => parseRow(schema, table, row));
}
