/** The training thread of a run process. */
import { performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import fs from 'node:fs';
import { manifestSchema } from '../../../shared/dataset/dataset.ts';
import { AppError, toErrorShape, toPlainError } from '../../../shared/system/errors.ts';
import { loadTensorFlow } from '../../engine/tf.ts';
import { createTrainer } from '../../engine/train/trainer.ts';
import { freeDiskBytes } from '../../platform/machine.ts';
import { createBatchFeed } from '../feed/batch-feed.ts';
import type { RunEnd } from '../../../shared/run/run.ts';
import { readRunConfig, runFiles } from '../process/run-folder.ts';
import { createRunLog } from '../process/run-log.ts';
import { Stopped, StopSignal } from '../process/stop-signal.ts';
import { createProgressReport, type RunReporter } from './training-context.ts';
import { executeRun } from './training-run.ts';
import type { TrainingMessage, TrainingSetup } from './training-messages.ts';

const port = parentPort;
if (port === null) throw new Error('training-worker.ts is a worker thread, not a program.');
const { folder, attempt, appVersion, stopMemory } = workerData as TrainingSetup;
const files = runFiles(folder);
const log = createRunLog(files.log, attempt);
const post = (message: TrainingMessage): void => port.postMessage(message);

async function main(): Promise<RunEnd> {
  const stop = new StopSignal(stopMemory);
  try {
    post({ type: 'progress', progress: { phase: 'starting', done: 0, total: 0, etaSeconds: null } });
    const tf = loadTensorFlow();
    const config = readRunConfig(folder);
    const manifest = readManifest(config.manifestFile);
    const { protocol, modality, cacheFolder, seed } = config;
    const feed = createBatchFeed({
      manifest,
      cacheFolder,
      size: protocol.size,
      modality,
      augmentation: protocol.augmentation,
      normalisation: protocol.normalisation,
      seed,
      batch: protocol.batch,
    });
    try {
      const report: RunReporter = {
        progress: createProgressReport(
          (progress) => post({ type: 'progress', progress }),
          protocol.earlyStopping !== null,
        ),
        metric: (metric) => post({ type: 'metric', metric }),
        log,
      };
      const now = (): number => performance.now() / 1000;
      const context = {
        files,
        config,
        manifest,
        attempt,
        feed,
        stop,
        report,
        openTrainer: createTrainer,
        freeDiskBytes,
        now,
      };
      await executeRun(context, {
        versions: { app: appVersion, node: process.versions.node, tensorflow: tf.version, kernels: tf.kernelPath },
        device: tf.device,
      });
      return { type: 'ended', outcome: 'succeeded' };
    } finally {
      await feed.close();
    }
  } catch (error) {
    if (error instanceof Stopped) {
      return { type: 'ended', outcome: error.reason === 'pause' ? 'paused' : 'cancelled' };
    }
    const { details } = toErrorShape(error);
    if (details !== undefined) log('error', details);
    return { type: 'ended', outcome: 'failed', error: toPlainError(error) };
  }
}

function readManifest(file: string): ReturnType<typeof manifestSchema.parse> {
  try {
    return manifestSchema.parse(JSON.parse(fs.readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new AppError('io', "The dataset's manifest in the library folder cannot be read.", {
      action: 'Restore the library folder from a backup, or import the dataset again.',
      details: (cause as NodeJS.ErrnoException).code ?? 'not a manifest',
      cause,
    });
  }
}

post(await main());
