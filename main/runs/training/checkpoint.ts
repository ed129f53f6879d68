/**
 * The resume point of a run: weights, batch-norm statistics and optimiser slots as tensors, everything else as one JSON
 * text in the metadata. No generator state: random streams are named by step (`shared/system/random.ts`).
 */
import { z } from 'zod';
import { AppError } from '../../../shared/system/errors.ts';
import { provenanceSchema, type ModelId } from '../../../shared/study/models.ts';
import type { NamedTensor } from '../../engine/tensors.ts';
import { nameTensors } from '../../engine/weights/named.ts';
import { readSafetensors, writeSafetensors } from '../../engine/weights/safetensors.ts';
import { isThere } from '../../platform/file-errors.ts';
import { feedWorkSchema, NO_WORK } from '../feed/feed-work.ts';
import { NOT_WAITING, stoppingStateSchema } from './early-stopping.ts';

export const trainingStateSchema = z.object({
  /** Updates done. */
  step: z.int().nonnegative(),
  /** The last step whose evaluation is complete; 0 = none. */
  evaluatedStep: z.int().nonnegative(),
  best: z.object({ step: z.int(), headlineAuc: z.number().nullable(), loss: z.number() }).nullable(),
  /** Seconds of training and evaluation over all attempts. */
  seconds: z.number(),
  /** Seconds spent in training steps alone, and of those waiting for data. */
  stepSeconds: z.number(),
  waitSeconds: z.number(),
  peakMemoryBytes: z.number(),
  startedAt: z.string(),
  /** Training images that the data order ranges over; a resume must find as many. */
  trainImages: z.int(),
  provenance: z.record(z.string(), provenanceSchema),
  /** Where early stopping stands. */
  stopping: stoppingStateSchema.default(NOT_WAITING),
  /** What the feeding threads did, over all attempts. */
  feed: feedWorkSchema.default(NO_WORK),
  /** How the frozen stages are evaluated, once that is decided; null where nothing is frozen. */
  frozenActivations: z.enum(['stored', 'each-step']).nullable().default(null),
});
export type TrainingState = z.infer<typeof trainingStateSchema>;

export interface Checkpoint {
  state: TrainingState;
  weights: NamedTensor[];
  optimizer: NamedTensor[];
  updates: number;
}

const FORMAT = 'transfusion-checkpoint-1';
const WEIGHTS = 'weights/';
const OPTIMIZER = 'optimizer/';

const tensorHeadersSchema = z.record(z.string(), z.object({ role: z.string(), stage: z.string() }));

export function writeCheckpoint(file: string, { state, weights, optimizer, updates }: Checkpoint): void {
  const tensors = [
    ...weights.map((tensor) => ({ ...tensor, name: WEIGHTS + tensor.name })),
    ...optimizer.map((tensor) => ({ ...tensor, name: OPTIMIZER + tensor.name })),
  ];
  writeSafetensors(file, tensors, {
    format: FORMAT,
    state: JSON.stringify(state),
    updates: String(updates),
    tensors: JSON.stringify(headersOf(tensors)),
  });
}

/** Null when there is none. @throws AppError `io` when it is damaged. */
export function readCheckpoint(file: string): Checkpoint | null {
  if (!isThere(file)) return null;
  try {
    const { tensors, metadata } = readSafetensors(file);
    if (metadata.format !== FORMAT) throw new Error(`format ${metadata.format ?? 'none'}`);
    const headers = tensorHeadersSchema.parse(JSON.parse(metadata.tensors ?? ''));
    const named = tensors.map((tensor) => ({ ...tensor, ...headers[tensor.name] }) as NamedTensor);
    return {
      state: trainingStateSchema.parse(JSON.parse(metadata.state ?? '')),
      updates: z.coerce.number().int().parse(metadata.updates),
      weights: withPrefix(named, WEIGHTS),
      optimizer: withPrefix(named, OPTIMIZER),
    };
  } catch (cause) {
    throw new AppError('io', 'The checkpoint of the run cannot be read.', {
      action: 'Restore checkpoint.safetensors of the run from a backup, or delete it: the run then starts over.',
      details: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
}

export interface SavedWeights {
  /** Updates done when these were the model's weights. */
  step: number;
  weights: NamedTensor[];
}

/** `initial.safetensors` and `best.safetensors`: plain tensor names, so that any program can read them. */
export function writeWeights(file: string, { step, weights }: SavedWeights, metadata: Record<string, string>): void {
  writeSafetensors(file, weights, { ...metadata, step: String(step) });
}

/** Null when there is none. @throws AppError `io` when it is damaged. */
export function readWeights(file: string, model: ModelId): SavedWeights | null {
  if (!isThere(file)) return null;
  try {
    const { tensors, metadata } = readSafetensors(file);
    return { step: z.coerce.number().int().parse(metadata.step), weights: nameTensors(model, tensors) };
  } catch (cause) {
    throw new AppError('io', 'A weights file of the run cannot be read.', {
      action: 'Restore it from a backup, or run the study again.',
      details: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
}

function headersOf(tensors: readonly NamedTensor[]): Record<string, { role: string; stage: string }> {
  return Object.fromEntries(tensors.map(({ name, role, stage }) => [name, { role, stage }]));
}

function withPrefix(tensors: readonly NamedTensor[], prefix: string): NamedTensor[] {
  return tensors
    .filter((tensor) => tensor.name.startsWith(prefix))
    .map((tensor) => ({ ...tensor, name: tensor.name.slice(prefix.length) }));
}

/** True when every value is a finite number. */
export function allFinite(tensors: readonly NamedTensor[]): boolean {
  return tensors.every(({ values }) => values.every((value) => Number.isFinite(value)));
}
