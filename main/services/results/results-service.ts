/** What a study's runs say, computed from stored predictions and run folders; nothing here is stored a second time. */
import fs from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ConvergenceCurve, FilterView, StudyBootstrap, StudyResults } from '../../../shared/results/results.ts';
import type { Prediction, RunSummary } from '../../../shared/run/run.ts';
import { orderEvents } from '../../analysis/study/convergence.ts';
import { BOOTSTRAP_SEED, planStudyBootstrap } from '../../analysis/study/study-bootstrap.ts';
import { computeStudyResults, type FinishedRun, type StudyResultsInput } from '../../analysis/study/study-results.ts';
import { describeModel } from '../../engine/models/catalogue.ts';
import { DEFAULT_DRAWS } from '../../analysis/bootstrap/job.ts';
import type { LibraryPaths } from '../../platform/library-paths.ts';
import { detailsCsv } from '../../report/csv/details-csv.ts';
import { marginCsv } from '../../report/csv/margin-csv.ts';
import { armsCsv } from '../../report/csv/results-csv.ts';
import { runBootstrap } from '../../resampling/run-bootstrap.ts';
import { readMetrics, runFiles } from '../../runs/process/run-folder.ts';
import type { Store } from '../../store/open.ts';
import type { StoredStudy } from '../../store/studies.ts';
import { readMargins } from '../studies/margins.ts';
import { createStudyDetails, readHeadlineDetails, type ReadStudyDetails } from './study-details.ts';
import { conv1Filters } from './conv1-filters.ts';
import { predictionsState } from './stored-predictions.ts';
import { requireArm, requireDataset, requireStudy } from '../require.ts';
import { runsInOrder } from '../studies/runs-in-order.ts';

export interface ResultsService {
  /** At once; with the bootstrap only where that has been computed. @throws AppError `not-found` where there is no such study. */
  results(studyId: string): StudyResults;
  /** The same with the bootstrap, computed in worker threads where it has not been. Two callers wait for one computation. */
  complete(studyId: string): Promise<StudyResults>;
  /** Operating points, calibration and subgroups, computed in worker threads where they have not been. */
  details: ReadStudyDetails;
  /** Metric events of every run that has written any, in the order of arms and seeds. */
  convergence(studyId: string): ConvergenceCurve[];
  /** First-layer kernels before and after training of every run that has a best checkpoint; of one arm where `armId` is given. */
  filters(request: { id: string; armId?: string | undefined }): FilterView[];
  /** The AUC table, one row per arm and endpoint ({@link armsCsv}). */
  csv(studyId: string): Promise<string>;
  /** Every number of the details of all headline endpoints, with the default settings ({@link detailsCsv}). */
  detailsCsv(studyId: string): Promise<string>;
  /** Comparisons of models and with the margin ({@link marginCsv}). */
  marginsCsv(studyId: string): Promise<string>;
}

export interface ResultsDeps {
  store: Store;
  paths: LibraryPaths;
}

export function createResultsService({ store, paths }: ResultsDeps): ResultsService {
  /** The last results of each study, kept while no further run has finished. */
  const computed = new Map<string, { key: string; results: StudyResults }>();
  /** Likewise its bootstrap, from when it was asked for. */
  const resampled = new Map<string, { key: string; done: Promise<StudyBootstrap> }>();

  function results(studyId: string): StudyResults {
    return current(requireStudy(store, studyId)).results;
  }

  /** Of what results are computed: other margins or runs, other results. */
  function keyOf(study: StoredStudy, runs: readonly RunSummary[]): string {
    const margins = readMargins(paths, study.id).length;
    return [margins, ...predictionsState(runs)].join(' ');
  }

  /** The test predictions of each run, with a turn for other work between two runs; null where the results are there with their bootstrap. */
  async function readSlowly(study: StoredStudy): Promise<Map<string, Prediction[]> | null> {
    const runs = runsInOrder(store, study);
    const held = computed.get(study.id);
    const key = keyOf(study, runs);
    if (held?.results.bootstrap != null && held.key === key) return null;
    const found = new Map<string, Prediction[]>();
    for (const { id, result } of runs) {
      if (result === null) continue;
      found.set(id, store.predictions.list(id, 'test'));
      await nextTurn();
    }
    // Where a run has ended meanwhile, these may be those of before.
    return keyOf(study, runsInOrder(store, study)) === key ? found : null;
  }

  function current(
    study: StoredStudy,
    predictions: ReadonlyMap<string, Prediction[]> | null = null,
  ): { key: string; results: StudyResults } {
    const runs = runsInOrder(store, study);
    const key = keyOf(study, runs);
    const held = computed.get(study.id);
    if (held?.key === key) return held;
    const fresh = { key, results: computeStudyResults(inputOf(study, runs, predictions)) };
    computed.set(study.id, fresh);
    return fresh;
  }

  async function complete(studyId: string): Promise<StudyResults> {
    const study = requireStudy(store, studyId);
    const input = await readSlowly(study);
    const { key, results } = current(study, input);
    if (results.bootstrap !== null || results.arms.every((arm) => arm.runsFinished === 0)) return results;
    let held = resampled.get(studyId);
    if (held?.key !== key) {
      held = { key, done: resample(study, results, input) };
      resampled.set(studyId, held);
      // A failed computation is tried again by the next caller.
      held.done.catch(() => resampled.delete(studyId));
    }
    const full = { ...results, bootstrap: await held.done };
    if (computed.get(studyId)?.key === key) computed.set(studyId, { key, results: full });
    return full;
  }

  async function resample(
    study: StoredStudy,
    results: StudyResults,
    predictions: ReadonlyMap<string, Prediction[]> | null,
  ): Promise<StudyBootstrap> {
    const runs = runsInOrder(store, study);
    const parts: Pick<StudyBootstrap, 'arms' | 'comparisons'>[] = [];
    for (const { job, read } of planStudyBootstrap(inputOf(study, runs, predictions), results)) {
      parts.push(read(await runBootstrap({ job })));
    }
    return {
      draws: DEFAULT_DRAWS,
      seed: BOOTSTRAP_SEED,
      arms: parts.flatMap((part) => part.arms),
      comparisons: parts.flatMap((part) => part.comparisons),
    };
  }

  function inputOf(
    study: StoredStudy,
    runs: readonly RunSummary[],
    predictions: ReadonlyMap<string, Prediction[]> | null,
  ): StudyResultsInput {
    const dataset = requireDataset(store, study.datasetId);
    const finished = runs.flatMap((run): FinishedRun[] =>
      run.result === null
        ? []
        : [
            {
              runId: run.id,
              armId: run.armId,
              seed: run.seed,
              result: run.result,
              predictions: predictions?.get(run.id) ?? store.predictions.list(run.id, 'test'),
            },
          ],
    );
    const { size, batch } = study.protocol;
    return {
      studyId: study.id,
      studyName: study.name,
      synthetic: dataset.synthetic,
      thresholdAuc: study.protocol.thresholdAuc,
      endpoints: dataset.target.endpoints,
      arms: study.arms.map((arm) => {
        const info = describeModel(arm.model, { outputs: dataset.target.outputs.length, size, batch });
        return {
          armId: arm.id,
          model: arm.model,
          modelName: info.name,
          initLabel: arm.initLabel,
          trainSize: arm.trainSize,
          parameters: info.parameters,
          paperParameters: info.paperParameters,
          runsTotal: runs.filter((run) => run.armId === arm.id).length,
        };
      }),
      runs: finished,
      margin: readMargins(paths, study.id).at(-1) ?? null,
      testImages:
        finished.length > 0 ? [] : store.datasets.images(study.datasetId).filter((image) => image.split === 'test'),
    };
  }

  const details = createStudyDetails(store);

  return {
    results,
    complete,
    details,
    csv: async (studyId) => armsCsv(await complete(studyId)),
    async detailsCsv(studyId) {
      const { endpoints } = requireDataset(store, requireStudy(store, studyId).datasetId).target;
      return detailsCsv(await readHeadlineDetails({ details }, studyId, endpoints));
    },
    marginsCsv: async (studyId) => marginCsv(await complete(studyId)),
    convergence(studyId) {
      const study = requireStudy(store, studyId);
      return runsInOrder(store, study).flatMap((run): ConvergenceCurve[] => {
        const events = orderEvents(readMetrics(paths.run(studyId, run.id)));
        return events.length === 0 ? [] : [{ runId: run.id, armId: run.armId, seed: run.seed, events }];
      });
    },
    filters({ id, armId }) {
      const study = requireStudy(store, id);
      if (armId !== undefined) requireArm(study.arms, armId);
      return runsInOrder(store, study).flatMap((run): FilterView[] => {
        if (armId !== undefined && run.armId !== armId) return [];
        const files = runFiles(paths.run(id, run.id));
        if (!fs.existsSync(files.initial) || !fs.existsSync(files.best)) return [];
        const arm = study.arms.find((candidate) => candidate.id === run.armId);
        if (!arm) return [];
        const [before, after] = [conv1Filters(files.initial, arm.model), conv1Filters(files.best, arm.model)];
        return [
          {
            runId: run.id,
            armId: run.armId,
            seed: run.seed,
            kernelSize: before.kernelSize,
            channels: before.channels,
            before: before.filters,
            after: after.filters,
          },
        ];
      });
    },
  };
}
