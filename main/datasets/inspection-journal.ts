/**
 * What imports have found out about the images of one folder, a line a file, so that an import that was cut short goes on and a later one
 * decodes only what is new. A file is the same while its size and its times of change (content and inode) are.
 */
import { mkdir, open, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { ImageFacts } from '../images/inspect.ts';
import { appendJsonLines, parseJsonLine } from '../platform/json-lines.ts';

/** A new number where decoding, hashing or measuring changes: older journals are then not believed. */
const VERSION = 1;
const LINES_PER_WRITE = 200;

const lineSchema = z
  .object({
    version: z.literal(VERSION),
    file: z.string(),
    stamp: z.string(),
    width: z.int().positive(),
    height: z.int().positive(),
    sha256: z.string().length(64),
    pixelsSha256: z.string().length(64),
    grid: z.base64().transform((text): Uint8Array => Buffer.from(text, 'base64')),
    quality: z.object({
      constant: z.boolean(),
      transparent: z.boolean(),
      bright: z.number(),
      dim: z.number(),
      white: z.number(),
      blur: z.number().nullable(),
      field: z.boolean(),
    }),
    notes: z.array(z.string()),
  })
  .transform(({ version: _, file, stamp, ...facts }) => ({ file, stamp, facts }));

export interface InspectionJournal {
  /** What was found about `file` (relative to the folder) when it had this stamp. */
  find(file: string, stamp: string): ImageFacts | null;
  add(file: string, stamp: string, facts: ImageFacts): void;
  /** Writes what is left. @throws AppError `out-of-space` or `io`. */
  flush(): void;
}

/** Changes with the file; null where it cannot be looked at. */
export async function stampOf(file: string): Promise<string | null> {
  const found = await stat(file, { bigint: true }).catch(() => null);
  return found === null ? null : [found.size, found.mtimeNs, found.ctimeNs].join(' ');
}

/** Lines that cannot be read, such as a torn last one, are passed over: their files are decoded again. */
export async function openJournal(journalFile: string): Promise<InspectionJournal> {
  const known = new Map<string, { stamp: string; facts: ImageFacts }>();
  await mkdir(path.dirname(journalFile), { recursive: true });
  // 'a+' makes it where it is missing; line by line, because of 250,000 images it has 150 MB.
  const handle = await open(journalFile, 'a+', 0o600);
  for await (const line of handle.readLines({ start: 0 })) {
    const entry = parseJsonLine(line, lineSchema);
    if (entry !== undefined) known.set(entry.file, entry);
  }
  // A torn last line must not swallow the next one.
  let waiting: unknown[] = known.size > 0 ? [null] : [];
  const flush = (): void => {
    const lines = waiting;
    waiting = [];
    appendJsonLines(journalFile, lines);
  };
  return {
    find(file, stamp) {
      const found = known.get(file);
      return found?.stamp === stamp ? found.facts : null;
    },
    add(file, stamp, { grid, ...facts }) {
      waiting.push({ version: VERSION, file, stamp, ...facts, grid: Buffer.from(grid).toString('base64') });
      if (waiting.length >= LINES_PER_WRITE) flush();
    },
    flush,
  };
}
