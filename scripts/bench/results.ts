/** Measurements on disk: a row is stored when it is complete, so that a long comparison can be stopped and gone on with. */
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { measurementSchema, ROOT } from './programs.ts';

/** docs/benchmarks.md is made from this file. */
export const RESULTS_FILE = path.join(ROOT, 'docs', 'benchmarks.json');

const cellSchema = z.union([measurementSchema, z.object({ reason: z.string() })]);

const rowSchema = z.object({
  row: z.string(),
  batch: z.number(),
  steps: z.number(),
  /** When the row was complete. */
  measured: z.iso.datetime(),
  rounds: z.array(
    z.object({
      programs: z.record(z.string(), cellSchema),
      /** Load average over the last minute when the round ended: how busy the machine was with other things as well. */
      load: z.number(),
    }),
  ),
});
export type RowResult = z.infer<typeof rowSchema>;
export type Round = RowResult['rounds'][number];

const resultsSchema = z.object({
  processor: z.string(),
  cores: z.number(),
  platform: z.string(),
  rows: z.array(rowSchema),
  /** Peak resident bytes of a process that trained CBR-Tiny on one image of 32 px: what a program costs before it works. */
  startUp: z.array(z.object({ name: z.string(), bytes: z.number() })),
  /** What `bench soak --json` and `bench feed --json` printed. */
  soak: z.record(z.string(), z.unknown()).nullable(),
  feed: z.array(z.record(z.string(), z.unknown())),
});
export type Results = z.infer<typeof resultsSchema>;

export function readResults(machine: Pick<Results, 'processor' | 'cores' | 'platform'>): Results {
  const empty = { ...machine, rows: [], startUp: [], soak: null, feed: [] };
  if (!fs.existsSync(RESULTS_FILE)) return empty;
  const found = resultsSchema.parse(JSON.parse(fs.readFileSync(RESULTS_FILE, 'utf8')));
  const same = found.processor === machine.processor && found.cores === machine.cores;
  return same ? found : empty;
}

export function writeResults(results: Results): void {
  const draft = `${RESULTS_FILE}.draft`;
  fs.writeFileSync(draft, `${JSON.stringify(results, null, 1)}\n`);
  fs.renameSync(draft, RESULTS_FILE);
}

/** The same results with this row in place of an older one of its name. */
export function withRow(results: Results, row: RowResult): Results {
  return { ...results, rows: [...results.rows.filter((other) => other.row !== row.row), row] };
}
