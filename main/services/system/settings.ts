/** What the user has set for a library: `settings.json`. */
import { z } from 'zod';
import { MOST_PARALLEL_RUNS } from '../../../shared/run/run.ts';
import { readJsonOrNull, writeJson } from '../../platform/json-file.ts';
import type { LibraryPaths } from '../../platform/library-paths.ts';

export const settingsSchema = z.object({
  /** Runs at a time. */
  parallelRuns: z.int().min(1).max(MOST_PARALLEL_RUNS).default(1),
});
export type Settings = z.infer<typeof settingsSchema>;

/** The defaults where there is no file yet, or where it cannot be read: nothing but convenience depends on it. */
export function readSettings({ settings }: Pick<LibraryPaths, 'settings'>): Settings {
  return readJsonOrNull(settings, settingsSchema) ?? settingsSchema.parse({});
}

/** @throws AppError `io`, `out-of-space` */
export function writeSettings({ settings }: Pick<LibraryPaths, 'settings'>, value: Settings): void {
  writeJson(settings, value);
}
