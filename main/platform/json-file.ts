/** Files of one JSON document that can be made again. */
import fs from 'node:fs';
import type { z } from 'zod';

/** Null where there is none, or one that this version cannot read. */
export function readJsonOrNull<T>(file: string, schema: z.ZodType<T>): T | null {
  try {
    return schema.parse(JSON.parse(fs.readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}
