/** Files of one JSON document that can be made again, or whose absence is said by whoever reads them. */
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
