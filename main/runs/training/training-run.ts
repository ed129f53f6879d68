/** A whole run in the training thread: images, session, training, test, result. */
import { AppError } from '../../../shared/system/errors.ts';
import { formatPercent } from '../../../shared/words/numbers.ts';
import type { Prediction, RunResult } from '../../../shared/run/run.ts';
import { stepsToThreshold } from '../../../shared/results/threshold-steps.ts';
import { frozenParameters, frozenStages } from '../../engine/inits/stages.ts';
import { describeModel } from '../../engine/models/catalogue.ts';
import type { Learner } from '../../engine/train/learner.ts';
import type { Trainer } from '../../engine/train/trainer.ts';
import { writeFileAtomic } from '../../platform/atomic-file.ts';
import { sha256Of } from '../../platform/sha256.ts';
import type { BatchFeed } from '../feed/batch-feed.ts';
import { readWeights, type TrainingState } from './checkpoint.ts';
import { createEtaTracker, type EtaTracker } from '../process/eta.ts';
import { createWorkMeter, timingOf } from '../feed/feed-work.ts';
import { openFeatures, type Features } from '../frozen/frozen-features.ts';
import { cacheImages, chooseImages, type ImageLists } from '../feed/image-lists.ts';
import { labelWeights } from './label-weights.ts';
import { formatPredictions } from '../process/predictions-csv.ts';
import { writeJson } from '../../platform/json-file.ts';
import { readMetrics } from '../process/run-folder.ts';
import { scoreImages } from './scoring.ts';
import { trainToEnd } from './training-loop.ts';
import type { TrainingContext } from './training-context.ts';
import { planTraining, type TrainingPlan } from './training-plan.ts';
import { openSession, openTrainer } from './training-session.ts';

/** What the engine says about itself, for the record. */
export interface EngineFacts {
  versions: Record<string, string>;
  device: string;
}

/** What a run is started with; the rest of its context follows from its images. */
export type RunStart = Omit<TrainingContext<BatchFeed>, 'classWeights' | 'takeFeedWork'>;

/**
 * Runs, or continues, the run of a folder until its `result.json` is written.
 * @throws Stopped when it was asked to pause or cancel; AppError when it cannot go on
 */
export async function executeRun(start: RunStart, engine: EngineFacts): Promise<RunResult> {
  const { config, manifest, feed, stop, report } = start;
  checkManifest(start);
  const { lists, skipped } = await cacheImages({
    lists: chooseImages(manifest, config),
    config,
    manifest,
    feed,
    parallel: 2 * feed.depth,
    stop,
    onProgress: (done, total) => report.progress('caching', done, total, null),
  });
  if (skipped > 0) report.log('warning', `${skipped} images could not be decoded and take no part in this run.`);

  const context: TrainingContext<BatchFeed> = {
    ...start,
    classWeights: labelWeights({ config, manifest, images: lists.train, report }),
    takeFeedWork: createWorkMeter(feed),
  };
  const plan = planTraining({ protocol: config.protocol, trainImages: lists.train.length });
  const session = openSession(context, plan);
  const eta = createEtaTracker({ plan, validationImages: lists.validation.length, testImages: lists.test.length });
  let features: Features | null = null;
  try {
    features = await openFeatures({ context, lists, session });
    const learner = features?.learner(session.trainer) ?? session.trainer;
    await trainToEnd({ context: { ...context, feed: features?.feed ?? feed }, plan, lists, session, learner, eta });
  } catch (error) {
    await features?.close();
    throw error;
  } finally {
    session.trainer.dispose();
  }
  const trainer = openBest(context, session.state);
  try {
    const scoring = { ...context, feed: features?.feed ?? feed };
    const learner = features?.learner(trainer) ?? trainer;
    const predictions = await scoreBest({ context: scoring, lists, learner, eta, plan });
    return writeResult({ context, plan, lists, state: session.state, predictions, skipped, engine });
  } finally {
    trainer.dispose();
    await features?.close();
  }
}

function checkManifest({ config, manifest }: RunStart): void {
  if (manifest.contentHash === config.contentHash) return;
  throw new AppError('conflict', 'The dataset is not the one that this run was created for.', {
    action: 'Create the study again on the dataset as it is now.',
  });
}

function openBest(context: TrainingContext, state: TrainingState): Trainer {
  const saved = readWeights(context.files.best, context.config.model);
  if (saved === null || saved.step !== state.best?.step) {
    throw new AppError('io', 'The weights of the best evaluation are missing in the run folder.', {
      action: 'Restore best.safetensors of the run from a backup, or run the study again.',
    });
  }
  return openTrainer(context, saved.weights);
}

/** Validation and test images, scored once with the weights of the best evaluation. */
async function scoreBest(params: {
  context: TrainingContext;
  lists: ImageLists;
  learner: Learner;
  eta: EtaTracker;
  plan: TrainingPlan;
}): Promise<Prediction[]> {
  const { context, lists, learner, eta, plan } = params;
  const { config, manifest, feed, stop, report } = context;
  const outputs = config.outputs.length;
  const images = [...lists.validation, ...lists.test].sort((a, b) => a - b);
  const left = (done: number): number | null => {
    const all = eta.remaining(plan.totalSteps, 0);
    return all === null ? null : (all * (images.length - done)) / images.length;
  };
  report.progress('testing', 0, images.length, left(0));
  const probabilities = await scoreImages({
    learner,
    feed,
    images,
    outputs,
    batch: config.protocol.batch,
    stop,
    onProgress: (done) => report.progress('testing', done, images.length, left(done)),
  });
  warnOfSaturation(probabilities, report);
  return images.map((index, row) => {
    const image = manifest.images[index] as (typeof manifest.images)[number];
    return {
      imageId: image.id,
      patient: image.patient,
      eye: image.eye,
      split: image.split,
      labels: image.labels,
      probabilities: Array.from(probabilities.subarray(row * outputs, (row + 1) * outputs)),
    };
  });
}

/** Outputs of exactly 0 or 1 tie, and a rank is lost with each. */
export function warnOfSaturation(probabilities: Float32Array, report: Pick<TrainingContext['report'], 'log'>): void {
  const saturated = probabilities.reduce((sum, p) => sum + Number(p === 0 || p === 1), 0);
  if (saturated === 0) return;
  report.log(
    'warning',
    `${formatPercent(saturated / probabilities.length, 1)} of the outputs are exactly 0 or 1, so that images tie and the AUC loses what would rank them. A lower learning rate or a shorter training avoids it.`,
  );
}

function writeResult(params: {
  context: TrainingContext;
  plan: TrainingPlan;
  lists: ImageLists;
  state: TrainingState;
  predictions: Prediction[];
  skipped: number;
  engine: EngineFacts;
}): RunResult {
  const { context, plan, lists, state, predictions, skipped, engine } = params;
  const { config, files, attempt } = context;
  const csv = formatPredictions(config.outputs, predictions);
  const { parameters, trainableParameters } = describeModel(config.model, {
    outputs: config.outputs.length,
    size: config.protocol.size,
    batch: config.protocol.batch,
  });
  const result: RunResult = {
    schema: 1,
    runId: config.runId,
    steps: state.step,
    bestStep: state.best?.step ?? state.step,
    bestValidationAuc: state.best?.headlineAuc ?? null,
    stepsPerEpoch: plan.stepsPerEpoch,
    trainImages: lists.train.length,
    stepsToThreshold: stepsToThreshold(readMetrics(files.folder), config.protocol.thresholdAuc),
    parameters,
    trainableParameters: trainableParameters - frozenParameters(config.model, config.init),
    seconds: state.seconds,
    meanStepMs: (1000 * state.stepSeconds) / state.step,
    peakMemoryBytes: Math.max(state.peakMemoryBytes, process.resourceUsage().maxRSS * 1024),
    attempts: attempt,
    timing: timingOf(state),
    stoppedEarly: state.step < plan.totalSteps ? { plannedSteps: plan.totalSteps } : null,
    classWeights: context.classWeights,
    provenance: state.provenance,
    frozenStages: frozenStages(config.model, config.init),
    versions: engine.versions,
    device: engine.device,
    skippedImages: skipped,
    predictionsSha256: sha256Of(csv),
    startedAt: state.startedAt,
    finishedAt: new Date().toISOString(),
  };
  writeFileAtomic(files.predictions, csv);
  writeJson(files.result, result);
  return result;
}
