/** Studies: creating them from a specification, and looking after all runs of one at once. */
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import { AppError } from '../../../shared/system/errors.ts';
import { LONGEST_STUDY_NAME } from '../../../shared/system/names.ts';
import { bundleOriginSchema } from '../../../shared/bundle/bundle.ts';
import { weightsOf } from '../../../shared/study/models.ts';
import {
  resolveProtocol,
  studyRenameSchema,
  type Arm,
  type StudyDetail,
  type StudyRename,
  type StudySummary,
} from '../../../shared/study/study.ts';
import type { RunConfig, RunState, RunSummary } from '../../../shared/run/run.ts';
import { toFileError } from '../../platform/atomic-file.ts';
import type { LibraryPaths } from '../../platform/library-paths.ts';
import { methodsText } from '../../report/text/methods.ts';
import { writeRunConfig } from '../../runs/process/run-folder.ts';
import type { Store } from '../../store/open.ts';
import type { NewRun } from '../../store/runs.ts';
import type { StoredStudy } from '../../store/studies.ts';
import type { EstimateService } from './estimate.ts';
import { declareMargin } from './margins.ts';
import type { QueueService } from './queue-service.ts';
import { refuseReadOnly } from './read-only.ts';
import { asItIs } from './runs-service.ts';
import { configuredWeights, planStudy, type StudyPlan } from './study-plan.ts';
import { countRuns, studyState } from './study-state.ts';
import type { Headlines } from '../results/headlines.ts';
import { proveLeakage, verifyProof, writeProof } from '../datasets/leakage-proof.ts';
import { requireDataset, requireDatasetDetail, requireStudy } from '../require.ts';

export interface StudiesServiceDeps {
  store: Store;
  paths: LibraryPaths;
  queue: QueueService;
  estimates: EstimateService;
  headlines: Pick<Headlines, 'of'>;
  hostAlive: () => boolean;
}

export function createStudiesService(deps: StudiesServiceDeps) {
  const { store, paths, queue, estimates, hostAlive } = deps;

  function runsOf(id: string): RunSummary[] {
    requireStudy(store, id);
    return store.runs.listByStudy(id).map((run) => asItIs(run, hostAlive));
  }

  async function summarise(study: StoredStudy): Promise<StudySummary> {
    const states = runsOf(study.id).map((run) => run.state);
    const dataset = requireDataset(store, study.datasetId);
    return {
      id: study.id,
      name: study.name,
      datasetId: study.datasetId,
      datasetName: dataset.name,
      modality: dataset.modality,
      synthetic: dataset.synthetic,
      template: study.spec.template ?? null,
      state: studyState(states),
      createdAt: study.createdAt,
      bundle: study.bundle === undefined ? null : bundleOriginSchema.parse(study.bundle),
      runs: countRuns(states),
      headline: await deps.headlines.of(study.id),
    };
  }

  function methodsOf(study: Pick<StoredStudy, 'spec' | 'protocol' | 'datasetId' | 'bundle'>): string {
    const dataset = requireDatasetDetail(store, study.datasetId);
    return methodsText({
      spec: study.spec,
      protocol: study.protocol,
      dataset,
      weights: study.bundle?.weights ?? store.weights.list(),
    });
  }

  function each(id: string, states: readonly RunState[], act: (runId: string) => void): void {
    // Queued runs first: else one of them would start while a running one stops.
    refuseReadOnly(requireStudy(store, id));
    const runs = store.runs.listByStudy(id).filter((run) => states.includes(run.state));
    runs.sort((a, b) => states.indexOf(a.state) - states.indexOf(b.state));
    for (const run of runs) act(run.id);
  }

  return {
    /** Newest first. */
    list: () => Promise.all(store.studies.list().map(summarise)),
    /** @throws AppError `not-found`. */
    async get(id: string): Promise<StudyDetail> {
      const study = requireStudy(store, id);
      const { spec, protocol, arms } = study;
      return { ...(await summarise(study)), spec, protocol, arms, methods: methodsOf(study) };
    },
    /** The id of the study of this id or name (the newest of that name). @throws AppError `not-found`. */
    find(idOrName: string): string {
      const [study] = store.studies.find(idOrName);
      if (study !== undefined) return study.id;
      throw new AppError('not-found', `Expected the name or id of a study, got "${idOrName}".`, {
        action: '`study list` shows the studies of this library.',
      });
    },
    /**
     * Checks a specification against dataset, weights and engine, stores the study and queues its runs.
     * @throws SpecError naming the first field that cannot be used
     */
    create(input: unknown): { studyId: string } {
      const plan = planStudy(input, deps);
      const studyId = storeStudy(plan, deps);
      queue.wake();
      return { studyId };
    },
    /** Every statement of the study's leakage proof against rows and manifest. @throws AppError `not-found`. */
    verifyProof: (id: string) => verifyProof(deps, id),
    /** Measures what a study would cost, as a background job with a StudyEstimate as result. @throws SpecError. */
    estimate: (input: unknown) => estimates.start(planStudy(input, deps)),
    /** Measures this machine, once, as a background job with a MachineSpeed as result. */
    speed: () => estimates.speed(),
    /** The methods text that the report of such a study would print. @throws SpecError. */
    methods(input: unknown): string {
      const { spec, dataset } = planStudy(input, deps);
      return methodsOf({ spec, protocol: resolveProtocol(spec), datasetId: dataset.id });
    },
    /** Checkpoints what runs and takes what is queued out of the queue. */
    pause: (id: string) => each(id, ['queued', 'running'], (runId) => queue.pauseRun(runId)),
    /** Queues every run that is paused, interrupted or failed. Finished runs stay finished. Returns how many were queued. */
    async resume(id: string): Promise<number> {
      refuseReadOnly(requireStudy(store, id));
      await queue.recover();
      const waiting: string[] = [];
      each(id, ['paused', 'interrupted', 'failed'], (runId) => waiting.push(runId));
      for (const runId of waiting) await queue.resumeRun(runId);
      return waiting.length;
    },
    cancel: (id: string) =>
      each(id, ['queued', 'paused', 'interrupted', 'failed', 'running', 'pausing'], (runId) => queue.cancelRun(runId)),
    /** @throws AppError `not-found`, `bad-input` for a name that no study can have */
    rename({ id, name }: StudyRename): void {
      refuseReadOnly(requireStudy(store, id));
      const checked = studyRenameSchema.shape.name.safeParse(name);
      if (!checked.success) {
        throw new AppError('bad-input', `Expected a name of 1 to ${LONGEST_STUDY_NAME} characters, got another.`, {
          action: 'Choose a shorter name, without control characters.',
        });
      }
      store.studies.rename(id, checked.data);
    },
    /** Removes study, runs, predictions and run folders. @throws AppError `conflict` while runs are under way. */
    remove(id: string): void {
      const busy = store.runs.listByStudy(requireStudy(store, id).id).filter((run) => BUSY.includes(run.state));
      if (busy.length > 0) {
        throw new AppError('conflict', 'Expected a study without running runs; some are still under way.', {
          action: 'Cancel the study, wait until its runs have stopped, and remove it then.',
        });
      }
      const { bundle, datasetId } = requireStudy(store, id);
      store.studies.remove(id);
      // A bundle's dataset is nobody else's.
      if (bundle !== undefined) store.datasets.remove(datasetId);
      try {
        fs.rmSync(paths.study(id), { recursive: true, force: true });
      } catch (error) {
        throw toFileError(error, 'The study was removed from the library, but its folder could not be deleted.');
      }
    },
  };
}

export type StudiesService = ReturnType<typeof createStudiesService>;

const BUSY: readonly RunState[] = ['running', 'pausing', 'cancelling'];

/** Run folders with their configuration first, then all rows in one transaction: a run in the database can be started. */
function storeStudy(plan: StudyPlan, { store, paths }: Pick<StudiesServiceDeps, 'store' | 'paths'>): string {
  const { spec, protocol, arms, dataset, weights } = plan;
  const studyId = randomUUID();
  const createdAt = new Date().toISOString();
  const { contentHash } = requireDatasetDetail(store, dataset.id);
  const runs: NewRun[] = [];
  try {
    // One seed of every arm before the next seed: a study that is stopped early compares what it has.
    for (const seed of spec.seeds) {
      for (const arm of arms) {
        const id = randomUUID();
        const config = runConfig({ id, studyId, arm, seed, plan, contentHash, paths });
        writeRunConfig(paths.run(studyId, id), config);
        const { id: armId, model, initLabel, trainSize } = arm;
        runs.push({ id, studyId, armId, model, initLabel, trainSize, seed, createdAt });
      }
    }
    const margin = spec.margin && { ...spec.margin, studyId, datasetId: dataset.id, now: new Date(createdAt) };
    if (margin !== undefined) declareMargin({ store, paths }, margin);
    const used = arms.flatMap(({ init }) => {
      const set = weights.get(weightsOf(init) ?? '');
      return set === undefined ? [] : [set.id];
    });
    writeProof({ paths }, studyId, proveLeakage({ store }, dataset.id));
    store.transaction(() => {
      store.studies.insert(
        { id: studyId, name: spec.name, datasetId: dataset.id, createdAt, spec, protocol, arms },
        used,
      );
      store.runs.insert(runs);
    });
  } catch (error) {
    fs.rmSync(paths.study(studyId), { recursive: true, force: true });
    throw error;
  }
  return studyId;
}

function runConfig(params: {
  id: string;
  studyId: string;
  arm: Arm;
  seed: number;
  plan: StudyPlan;
  contentHash: string;
  paths: LibraryPaths;
}): RunConfig {
  const { id, studyId, arm, seed, plan, contentHash, paths } = params;
  const { dataset, preparations, protocol, weights } = plan;
  return {
    schema: 1,
    runId: id,
    studyId,
    armId: arm.id,
    model: arm.model,
    init: arm.init,
    weights: configuredWeights(arm.init, weights, paths),
    trainSize: arm.trainSize,
    seed,
    protocol: { ...protocol, normalisation: preparations.get(arm) ?? protocol.normalisation },
    outputs: dataset.target.outputs,
    endpoints: dataset.target.endpoints,
    modality: dataset.modality,
    manifestFile: paths.manifest(dataset.id),
    contentHash,
    cacheFolder: paths.cache(dataset.id, protocol.size),
  };
}
