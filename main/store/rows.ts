/** Reading rows: every stored value is validated before the app believes it. */
import type { Database } from 'better-sqlite3';
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

/** Columns are snake_case, fields camelCase: `created_at`, `createdAt`. */
const fieldOf = (column: string): string => column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
const columnOf = (field: string): string => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Inserts a record whose fields are the columns of `table`: objects as JSON, booleans as 0 or 1, undefined as the default. */
export function insertRow(db: Database, table: string, record: object): void {
  const entries = (Object.entries(record) as [string, unknown][]).filter(([, value]) => value !== undefined);
  const values = entries.map(([, value]) =>
    typeof value === 'boolean'
      ? Number(value)
      : typeof value === 'object' && value !== null
        ? JSON.stringify(value)
        : value,
  );
  const columns = entries.map(([field]) => columnOf(field)).join(', ');
  db.prepare(`INSERT INTO ${table} (${columns}) VALUES (${values.map(() => '?').join(', ')})`).run(...values);
}

/** Parses one row, or says which table holds a row that this version cannot read. Values stay out of the message. */
export function parseRow<S extends z.ZodType>(schema: S, table: string, row: unknown): z.output<S> {
  const fields = (Object.entries(row as object) as [string, unknown][]).map(([column, value]) => [
    fieldOf(column),
    value,
  ]);
  const parsed = schema.safeParse(Object.fromEntries(fields));
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.map((issue) => columnOf(issue.path.join('.')) || 'row').join(', ');
  throw new AppError('internal', `The library holds a row in "${table}" that this version cannot read.`, {
    action: 'Restore the library from a backup, or remove the dataset or study it belongs to.',
    details: `columns: ${where}`,
  });
}

export function parseRows<S extends z.ZodType>(schema: S, table: string, rows: readonly unknown[]): z.output<S>[] {
  return rows.map((row) => parseRow(schema, table, row));
}

/** Reads rows of `table` by a query: all of them, or the first. */
export function rowReader<S extends z.ZodType>(db: Database, table: string, schema: S) {
  return {
    all: (sql: string, ...values: unknown[]) => parseRows(schema, table, db.prepare(sql).all(...values)),
    /** Null where there is none. */
    get(sql: string, ...values: unknown[]): z.output<S> | null {
      const row = db.prepare(sql).get(...values);
      return row === undefined ? null : parseRow(schema, table, row);
    },
  };
}
