/** Files of one JSON document. */
import fs from 'node:fs';
import type { z } from 'zod';
import { writeFileAtomic } from './atomic-file.ts';

/** Null where there is none, or one that this version cannot read: for files that can be made again, or whose absence the reader says. */
export function readJsonOrNull<T>(file: string, schema: z.ZodType<T>): T | null {
  try {
    return schema.parse(JSON.parse(fs.readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}

/** @throws AppError `io`, `out-of-space` */
export function writeJson(file: string, value: unknown): void {
  writeFileAtomic(file, `${JSON.stringify(value, null, 2)}\n`);
}
