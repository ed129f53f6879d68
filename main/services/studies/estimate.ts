/** What a study would cost on this machine: time, memory and disk, from a short measurement. */
import { SPLITS } from '../../../shared/dataset/dataset.ts';
import { AppError } from '../../../shared/system/errors.ts';
import { formatBytes } from '../../../shared/words/numbers.ts';
import { freezeOf } from '../../../shared/study/models.ts';
import { REFERENCE_SIDE, type MachineSpeed } from '../../../shared/study/length.ts';
import { PROTOCOLS } from '../../../shared/study/protocol.ts';
import type { Job } from '../../../shared/system/system.ts';
import type { Arm, StudyEstimate } from '../../../shared/study/study.ts';
import { describeDesign } from '../../../shared/study/study-design.ts';
import { describeModel } from '../../engine/models/catalogue.ts';
import { ImageCache } from '../../images/cache.ts';
import type { LibraryPaths } from '../../platform/library-paths.ts';
import { freeDiskBytes, readMachine } from '../../platform/machine.ts';
import {
  caseKey,
  measureCosts,
  type CaseCost,
  type CostWork,
  type MeasuredCase,
  type MeasuredCosts,
} from '../../tasks/cost/cost-measurement.ts';
import type { StartChild } from '../../platform/child.ts';
import { DISK_RESERVE_BYTES } from '../../runs/frozen/feature-store.ts';
import { runFilesBytes } from '../../runs/training/run-space.ts';
import { evaluationsAfter, planTraining } from '../../runs/training/training-plan.ts';
import type { Store } from '../../store/open.ts';
import fs from 'node:fs';
import type { JobsService } from '../system/jobs.ts';
import type { StudyPlan } from './study-plan.ts';

export interface EstimateDeps {
  store: Store;
  paths: LibraryPaths;
  jobs: JobsService;
  startChild?: StartChild;
  /** True while a run is under way, which slows the measurement down. */
  busy: () => boolean;
}

/** What the speed of a machine is measured with. */
const REFERENCE = { model: 'cbr-tiny', freeze: null } as const satisfies MeasuredCase;
const SAMPLE_IMAGES = 16;
/** Starting a run process and TensorFlow, and writing its files. */
const START_SECONDS = 4;
/** A study needs this much more than measured, for the app itself and the system. */
const MEMORY_RESERVE_BYTES = 300 * 2 ** 20;

export function createEstimateService(deps: EstimateDeps) {
  let speedJob: string | null = null;
  return {
    /** The job that measures this machine, once: what {@link MachineSpeed} says. */
    speed(): Job {
      const known = deps.jobs.list().find(({ id }) => id === speedJob);
      if (known?.state === 'running' || known?.state === 'succeeded') return known;
      const job = deps.jobs.start('estimate', 'Measuring this machine', async ({ progress, signal }) => {
        const protocol = { ...PROTOCOLS.retina, size: REFERENCE_SIDE };
        const work: CostWork = { cases: [REFERENCE], outputs: 1, protocol, modality: 'fundus', sampleImages: [] };
        const costs = await measureCosts(work, { onProgress: progress, signal, startChild: deps.startChild });
        const { forwardMacs } = describeModel(REFERENCE.model, { outputs: 1, ...protocol });
        const { secondsPerStep } = costs.cases.get(caseKey(REFERENCE)) ?? NO_COST;
        const secondsPerMac = secondsPerStep / protocol.batch / (forwardMacs ?? 1);
        return { secondsPerMac, device: costs.device } satisfies MachineSpeed;
      });
      speedJob = job.id;
      return job;
    },
    /** Starts a job whose result is a {@link StudyEstimate}. */
    start: (plan: StudyPlan) =>
      deps.jobs.start('estimate', 'Measuring what the study will cost', async ({ progress, signal }) => {
        const images = deps.store.datasets.images(plan.dataset.id);
        const todo = imagesToDecode(plan, images.length, deps.paths);
        const { protocol, dataset } = plan;
        refuseTooLarge(plan, readMachine().freeMemoryBytes);
        const work = {
          cases: measuredCases(plan.arms),
          outputs: dataset.target.outputs.length,
          protocol,
          modality: dataset.modality,
          sampleImages: todo === 0 ? [] : sample(images, SAMPLE_IMAGES).map((image) => image.path),
        };
        const costs = await measureCosts(work, { onProgress: progress, signal, startChild: deps.startChild });
        return estimateStudy({ plan, todo, costs, busy: deps.busy(), paths: deps.paths });
      }),
  };
}

export type EstimateService = ReturnType<typeof createEstimateService>;

/**
 * A model that needs more than the whole free memory is not even measured: that would make the machine swap, or end other programs.
 * @throws AppError `bad-input` naming the model
 */
function refuseTooLarge({ arms, dataset, protocol }: StudyPlan, freeMemoryBytes: number): void {
  const { size, batch } = protocol;
  for (const model of new Set(arms.map((arm) => arm.model))) {
    const { name, trainingBytes } = describeModel(model, { outputs: dataset.target.outputs.length, size, batch });
    if (trainingBytes === null || trainingBytes <= freeMemoryBytes) continue;
    throw new AppError(
      'bad-input',
      `A training step of ${name} at ${size} px and batch ${batch} needs roughly ${formatBytes(trainingBytes)} of memory; ${formatBytes(freeMemoryBytes)} are free.`,
      { action: 'Choose a smaller batch or image size, or close other programs, and measure again.' },
    );
  }
}

function estimateStudy(params: {
  plan: StudyPlan;
  /** Images that are not in the cache yet. */
  todo: number;
  costs: MeasuredCosts;
  busy: boolean;
  paths: LibraryPaths;
}): StudyEstimate {
  const { plan, todo, costs, busy, paths } = params;
  const { protocol, dataset, spec } = plan;
  const outputs = dataset.target.outputs.length;
  const { threads, freeMemoryBytes } = readMachine();
  const [train, validation, test] = SPLITS.map(
    (split) => plan.splits.find((counts) => counts.split === split)?.images ?? 0,
  ) as [number, number, number];

  const arms = plan.arms.map((arm) => {
    const trainImages = arm.trainSize === 'all' ? train : arm.trainSize;
    const training = planTraining({ protocol, trainImages });
    const cost = costs.cases.get(caseKey(caseOf(arm))) ?? NO_COST;
    // Preparing images shares the processors with the step itself; stored activations only have to be read.
    const augmented = cost.storedBytesPerImage === 0 ? training.batch : 0;
    const secondsPerStep = cost.secondsPerStep + (costs.augmentSecondsPerImage * augmented) / Math.max(1, threads);
    const scored = evaluationsAfter(training, 0) * validation + validation + test;
    const images = trainImages + validation + test;
    const secondsPerRun =
      START_SECONDS +
      images * cost.secondsPerExtractedImage +
      training.totalSteps * secondsPerStep +
      scored * cost.secondsPerScoredImage;
    const storedBytes = images * cost.storedBytesPerImage;
    return { armId: arm.id, secondsPerStep, stepsPerRun: training.totalSteps, secondsPerRun, storedBytes };
  });
  const cacheSeconds = todo * (costs.decodeSecondsPerImage ?? 0);
  const runSeconds = arms.reduce((sum, arm) => sum + arm.secondsPerRun, 0) * spec.seeds.length;
  const slots = 3 * protocol.batch * protocol.size ** 2 * 12;
  const peakMemoryBytes = costs.peakMemoryBytes + slots;
  // Runs come one after the other, and each removes its own.
  const storedActivationsBytes = Math.max(0, ...arms.map(({ storedBytes }) => storedBytes));
  const keptBytes =
    plan.arms.reduce(
      (sum, arm) => sum + runFilesBytes({ model: arm.model, protocol, outputs, scored: validation + test }),
      0,
    ) *
      spec.seeds.length +
    todo * protocol.size ** 2 * 3;
  const diskBytes = keptBytes + storedActivationsBytes;
  const availableDiskBytes = freeDiskBytes(paths.home);
  const design = describeDesign(spec, { target: dataset.target, splits: plan.splits });
  const disk = { keptBytes, storedActivationsBytes, availableDiskBytes };
  return {
    arms: arms.map(({ storedBytes: _, ...arm }) => arm),
    totalSeconds: cacheSeconds + runSeconds,
    atMost: protocol.earlyStopping !== null,
    cacheSeconds,
    peakMemoryBytes,
    availableMemoryBytes: freeMemoryBytes,
    diskBytes,
    storedActivationsBytes,
    availableDiskBytes,
    warnings: [...resourceWarnings({ peakMemoryBytes, freeMemoryBytes, disk, busy }), ...design.limits],
  };
}

const NO_COST: CaseCost = {
  secondsPerStep: 0,
  secondsPerScoredImage: 0,
  secondsPerExtractedImage: 0,
  storedBytesPerImage: 0,
};

const caseOf = ({ model, init }: Pick<Arm, 'model' | 'init'>): MeasuredCase => ({ model, freeze: freezeOf(init) });

/** Each model, whole or frozen to a stage, once. */
function measuredCases(arms: readonly Arm[]): MeasuredCase[] {
  return [...new Map(arms.map((arm) => [caseKey(caseOf(arm)), caseOf(arm)])).values()];
}

function resourceWarnings(params: {
  peakMemoryBytes: number;
  freeMemoryBytes: number;
  disk: { keptBytes: number; storedActivationsBytes: number; availableDiskBytes: number };
  busy: boolean;
}): string[] {
  const { peakMemoryBytes, freeMemoryBytes, disk, busy } = params;
  const { keptBytes, storedActivationsBytes, availableDiskBytes } = disk;
  const warnings: string[] = [];
  if (peakMemoryBytes + MEMORY_RESERVE_BYTES > freeMemoryBytes) {
    warnings.push(
      `Memory: training needs about ${formatBytes(peakMemoryBytes)}, ${formatBytes(freeMemoryBytes)} are free. Choose a smaller batch or image size, or close other programs.`,
    );
  }
  if (keptBytes > availableDiskBytes) {
    warnings.push(
      `Disk: the study needs about ${formatBytes(keptBytes)}, ${formatBytes(availableDiskBytes)} are free on the disk of the library folder.`,
    );
  } else if (
    storedActivationsBytes > 0 &&
    keptBytes + storedActivationsBytes + DISK_RESERVE_BYTES > availableDiskBytes
  ) {
    warnings.push(
      `Disk: while a run with frozen stages lasts, their activations need up to ${formatBytes(storedActivationsBytes)}, ${formatBytes(availableDiskBytes)} are free. Where they find no room, the frozen stages are evaluated at each step: the same result, but slower than estimated.`,
    );
  }
  if (busy) warnings.push('A run is under way, so the times were measured on a busy machine and are too long.');
  return warnings;
}

function imagesToDecode({ dataset, protocol }: StudyPlan, images: number, paths: LibraryPaths): number {
  const folder = paths.cache(dataset.id, protocol.size);
  if (!fs.existsSync(folder)) return images;
  const cache = ImageCache.open(folder, { images, size: protocol.size });
  try {
    return cache.counts()[0];
  } finally {
    cache.close();
  }
}

/** Evenly spread, so that no folder or patient is preferred. */
function sample<T>(items: readonly T[], count: number): T[] {
  const step = Math.max(1, items.length / count);
  return Array.from({ length: Math.min(count, items.length) }, (_, i) => items[Math.floor(i * step)] as T);
}
