/** The files of a run folder. The folder is the truth about a run; the library's database holds a copy of what it says. */
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { AppError } from '../../../shared/system/errors.ts';
import {
  metricEventSchema,
  runConfigSchema,
  runResultSchema,
  type MetricEvent,
  type Prediction,
  type RunConfig,
  type RunResult,
} from '../../../shared/run/run.ts';
import { toFileError } from '../../platform/atomic-file.ts';
import { writeJson } from '../../platform/json-file.ts';
import { readJsonLines } from '../../platform/json-lines.ts';
import { sha256Of } from '../../platform/sha256.ts';
import { parsePredictions } from './predictions-csv.ts';

export interface RunFiles {
  folder: string;
  config: string;
  metrics: string;
  log: string;
  /** What native code prints; read only to explain a crash. */
  stderr: string;
  /** Number, process and start of the latest attempt, written by the process that holds the lock. */
  attempt: string;
  initial: string;
  checkpoint: string;
  best: string;
  /** Activations of frozen stages and how many are complete; only while the run lasts. */
  features: string;
  featuresDone: string;
  predictions: string;
  result: string;
  lock: string;
}

export function runFiles(folder: string): RunFiles {
  const at = (name: string): string => path.join(folder, name);
  return {
    folder,
    config: at('config.json'),
    metrics: at('metrics.jsonl'),
    log: at('log.jsonl'),
    stderr: at('stderr.log'),
    attempt: at('attempt.json'),
    initial: at('initial.safetensors'),
    checkpoint: at('checkpoint.safetensors'),
    best: at('best.safetensors'),
    features: at('features.bin'),
    featuresDone: at('features.json'),
    predictions: at('predictions.csv'),
    result: at('result.json'),
    lock: at('run.lock'),
  };
}

/** Whether the run still has its weights from before and after training. */
export function hasWeights({ initial, best }: Pick<RunFiles, 'initial' | 'best'>): boolean {
  return fs.existsSync(initial) && fs.existsSync(best);
}

const attemptSchema = z.object({ attempt: z.int(), pid: z.int(), startedAt: z.string() });
export type RunAttempt = z.infer<typeof attemptSchema>;

export const readAttempt = (folder: string): RunAttempt | null => readJson(runFiles(folder).attempt, attemptSchema);

/** Its paths stand in the file relative to the run folder: they say nothing about this machine, and the library can be moved. */
export function writeRunConfig(folder: string, config: RunConfig): void {
  const relative = (file: string): string => path.relative(folder, file).replaceAll(path.sep, '/');
  writeJson(runFiles(folder).config, withPaths(config, relative));
}

/** @throws AppError `io` when it is missing or not what was written. */
export function readRunConfig(folder: string): RunConfig {
  const config = readJson(runFiles(folder).config, runConfigSchema);
  // Earlier versions wrote absolute paths, which stay as they are.
  if (config !== null) return withPaths(config, (file) => path.resolve(folder, file));
  throw new AppError('io', 'The run has no readable configuration.', {
    action: 'Remove the study and create it again.',
  });
}

function withPaths(config: RunConfig, change: (file: string) => string): RunConfig {
  const { weights, manifestFile, cacheFolder } = config;
  return {
    ...config,
    weights: weights && { ...weights, file: change(weights.file) },
    manifestFile: change(manifestFile),
    cacheFolder: change(cacheFolder),
  };
}

/** Null until the run has succeeded. */
export const readRunResult = (folder: string): RunResult | null => readJson(runFiles(folder).result, runResultSchema);

export function readMetrics(folder: string): MetricEvent[] {
  return readJsonLines(runFiles(folder).metrics, metricEventSchema);
}

/**
 * All predictions of a finished run.
 * @throws AppError `io` when they are missing or are not the ones that `result.json` vouches for.
 */
export function readPredictions(folder: string, config: RunConfig, result: RunResult): Prediction[] {
  let text: string;
  try {
    text = fs.readFileSync(runFiles(folder).predictions, 'utf8');
  } catch (error) {
    throw toFileError(error, 'The predictions of the run cannot be read.');
  }
  if (sha256Of(text) !== result.predictionsSha256) {
    throw new AppError('io', 'The predictions of the run were changed after it had finished.', {
      action: 'Restore predictions.csv of the run from a backup, or run the study again.',
    });
  }
  return parsePredictions(text, config.outputs);
}

function readJson<T>(file: string, schema: z.ZodType<T>): T | null {
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw toFileError(error, `Could not read ${path.basename(file)}.`);
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new AppError('io', `${path.basename(file)} of the run cannot be read by this version.`, {
      action: 'Restore it from a backup, or remove the study and create it again.',
      cause,
    });
  }
}
