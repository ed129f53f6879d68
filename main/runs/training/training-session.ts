/** Where a run stands: a fresh start from its initialisation, or the continuation of its checkpoint. */
import fs from 'node:fs';
import { AppError } from '../../../shared/system/errors.ts';
import type { RunConfig } from '../../../shared/run/run.ts';
import { metricEventSchema } from '../../../shared/run/run.ts';
import { initialise } from '../../engine/inits/initialise.ts';
import { frozenStages } from '../../engine/inits/stages.ts';
import type { NamedTensor } from '../../engine/tensors.ts';
import type { Trainer } from '../../engine/train/trainer.ts';
import { truncateJsonLines } from '../../platform/json-lines.ts';
import { NOT_WAITING } from './early-stopping.ts';
import { NO_WORK } from '../feed/feed-work.ts';
import { readCheckpoint, readWeights, writeCheckpoint, writeWeights, type TrainingState } from './checkpoint.ts';
import { readPretrained } from './pretrained.ts';
import { lackOfSpace } from './run-space.ts';
import type { TrainingContext } from './training-context.ts';
import type { TrainingPlan } from './training-plan.ts';

export interface TrainingSession {
  trainer: Trainer;
  state: TrainingState;
}

/** @throws AppError when the pretrained weights do not fit or a file of the run is damaged */
export function openSession(context: TrainingContext, plan: TrainingPlan): TrainingSession {
  const { files, report } = context;
  const checkpoint = readCheckpoint(files.checkpoint);
  if (checkpoint === null) return startSession(context, plan);
  const { state } = checkpoint;
  if (state.trainImages !== plan.trainImages) {
    throw new AppError(
      'conflict',
      `Expected ${state.trainImages} training images as before the interruption, found ${plan.trainImages}.`,
      { action: 'Make the imported folder available as it was and resume, or run the study again.' },
    );
  }
  truncateJsonLines(files.metrics, metricEventSchema, (event) =>
    event.type === 'evaluation' ? event.step <= state.evaluatedStep : event.step <= state.step,
  );
  const trainer = openTrainer(context, checkpoint.weights);
  trainer.restore(checkpoint.weights, checkpoint.optimizer, checkpoint.updates);
  const session = { trainer, state };
  repairBest(context, session);
  report.log('info', `Continuing from the checkpoint of step ${state.step} of ${plan.totalSteps}.`);
  return session;
}

function startSession(context: TrainingContext, plan: TrainingPlan): TrainingSession {
  const { files, config } = context;
  const { tensors, provenance } = initialise({
    model: config.model,
    outputs: config.outputs.length,
    init: config.init,
    seed: config.seed,
    pretrained: config.weights === null ? null : readPretrained(config.weights, config.model),
  });
  truncateJsonLines(files.metrics, metricEventSchema, () => false);
  fs.rmSync(files.best, { force: true });
  writeWeights(files.initial, { step: 0, weights: tensors }, weightsMetadata(config));
  return {
    trainer: openTrainer(context, tensors),
    state: {
      step: 0,
      evaluatedStep: 0,
      best: null,
      seconds: 0,
      stepSeconds: 0,
      waitSeconds: 0,
      peakMemoryBytes: 0,
      startedAt: new Date().toISOString(),
      trainImages: plan.trainImages,
      provenance,
      stopping: NOT_WAITING,
      feed: NO_WORK,
      frozenActivations: null,
    },
  };
}

export function openTrainer(context: TrainingContext, tensors: NamedTensor[]): Trainer {
  const { model, init, outputs, protocol } = context.config;
  return context.openTrainer({
    model,
    outputs: outputs.length,
    head: protocol.head,
    classWeights: context.classWeights,
    optimizer: protocol.optimizer,
    size: protocol.size,
    tensors,
    frozenStages: frozenStages(model, init),
    movingStatistics: protocol.movingStatistics,
  });
}

export function weightsMetadata({ runId, model, protocol, outputs }: RunConfig): Record<string, string> {
  return {
    format: 'transfusion-weights-1',
    runId,
    model,
    size: String(protocol.size),
    normalisation: protocol.normalisation,
    head: protocol.head,
    outputs: JSON.stringify(outputs),
  };
}

/**
 * Writes the resume point; first the checkpoint that names the best step, then that step's weights.
 * @throws AppError `out-of-space` with what is needed and what is free; the checkpoint before stays
 */
export function saveSession(
  { files, freeDiskBytes }: Pick<TrainingContext, 'files' | 'freeDiskBytes'>,
  { trainer, state }: TrainingSession,
): void {
  const weights = trainer.weights();
  const optimizer = trainer.optimizerState();
  const needed = [...weights, ...optimizer].reduce((sum, { values }) => sum + values.byteLength, 0);
  const lack = lackOfSpace(`The checkpoint of step ${state.step}`, needed, freeDiskBytes(files.folder));
  if (lack !== null) throw lack;
  state.peakMemoryBytes = Math.max(state.peakMemoryBytes, process.resourceUsage().maxRSS * 1024);
  fsyncIfThere(files.metrics);
  writeCheckpoint(files.checkpoint, {
    state,
    weights,
    optimizer,
    updates: trainer.updates,
  });
}

export function saveBest({ files, config }: TrainingContext, { trainer, state }: TrainingSession): void {
  writeWeights(files.best, { step: state.step, weights: trainer.weights() }, weightsMetadata(config));
}

/**
 * When the process was killed between the checkpoint that names a new best step and the file with its weights, the
 * checkpoint itself holds these weights: nothing else is written in between.
 */
function repairBest(context: TrainingContext, session: TrainingSession): void {
  const { best, step } = session.state;
  if (best === null || readWeights(context.files.best, context.config.model)?.step === best.step) return;
  if (best.step !== step) {
    throw new AppError('io', `Expected the weights of the best step ${best.step} in the run folder, found others.`, {
      action: 'Restore best.safetensors of the run from a backup, or delete its checkpoint: the run then starts over.',
    });
  }
  saveBest(context, session);
}

function fsyncIfThere(file: string): void {
  if (!fs.existsSync(file)) return;
  const handle = fs.openSync(file, 'r+');
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}
