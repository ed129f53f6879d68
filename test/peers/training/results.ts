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

/** What is used of the JSON of `bench conv`; its times are the fastest of several, CPU milliseconds of all threads. */
export const layersSchema = z.object({
  model: z.string(),
  size: z.number(),
  batch: z.number(),
  layers: z.array(
    z.object({
      ...{ layer: z.string(), size: z.number(), inputs: z.number(), outputs: z.number(), side: z.number() },
      timings: z.array(
        z.object({
          pass: z.enum(['forward', 'kernel-gradient', 'both-gradients']),
          native: z.object({ cpuMs: z.number() }),
          tensorflow: z.object({ cpuMs: z.number() }),
          /** Whether `--conv auto` takes the native kernels here. */
          taken: z.boolean(),
        }),
      ),
    }),
  ),
});
export type LayersResult = z.infer<typeof layersSchema>;

const resultsSchema = z.object({
  processor: z.string(),
  cores: z.number(),
  platform: z.string(),
  rows: z.array(rowSchema),
  layers: z.array(layersSchema).default([]),
  /** Peak resident bytes of a process that trained CBR-Tiny on one image of 32 px: what a program costs before it works. */
  startUp: z.array(z.object({ name: z.string(), bytes: z.number() })),
  /** What `bench soak --json` and `bench feed --json` printed. */
  soak: z.record(z.string(), z.unknown()).nullable(),
  feed: z.array(z.record(z.string(), z.unknown())),
});
export type Results = z.infer<typeof resultsSchema>;

export function readResults(machine: Pick<Results, 'processor' | 'cores' | 'platform'>): Results {
  const empty = { ...machine, rows: [], layers: [], startUp: [], soak: null, feed: [] };
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

/** The same with one model's layers in place of older ones. */
export function withLayers(results: Results, layers: LayersResult): Results {
  const isOther = ({ model, size, batch }: LayersResult) =>
    model !== layers.model || size !== layers.size || batch !== layers.batch;
  return { ...results, layers: [...results.layers.filter(isOther), layers] };
}
