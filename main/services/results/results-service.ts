/** What a study's runs say, computed from stored predictions and run folders; nothing here is stored a second time. */
import type { ConvergenceCurve, FilterView, StudyBootstrap, StudyResults } from '../../../shared/results/results.ts';
import { orderEvents } from '../../analysis/study/convergence.ts';
import { BOOTSTRAP_SEED, planStudyBootstrap } from '../../analysis/study/study-bootstrap.ts';
import { computeStudyResults } from '../../analysis/study/study-results.ts';
import { DEFAULT_DRAWS } from '../../analysis/bootstrap/job.ts';
import type { LibraryPaths } from '../../platform/library-paths.ts';
import { detailsCsv } from '../../report/csv/details-csv.ts';
import { marginCsv } from '../../report/csv/margin-csv.ts';
import { armsCsv } from '../../report/csv/results-csv.ts';
import { runBootstrap } from '../../resampling/run-bootstrap.ts';
import { hasWeights, readMetrics, runFiles } from '../../runs/process/run-folder.ts';
import type { Store } from '../../store/open.ts';
import type { StoredStudy } from '../../store/studies.ts';
import { readMargins } from '../studies/margins.ts';
import { createStudyDetails, readHeadlineDetails } from './study-details.ts';
import { conv1Filters } from './conv1-filters.ts';
import type { PredictedRun, PredictedStudies } from './predicted-studies.ts';
import { resultsInput } from './results-input.ts';
import { requireArm, requireDataset, requireStudy } from '../require.ts';
import { runsInOrder } from '../studies/runs-in-order.ts';

export function createResultsService(params: { store: Store; predicted: PredictedStudies; paths: LibraryPaths }) {
  const { store, paths, predicted } = params;
  function resultsOf(study: StoredStudy, read?: PredictedRun[]): Promise<StudyResults> {
    const compute = (runs: PredictedRun[]): StudyResults =>
      computeStudyResults(resultsInput({ store, paths }, study, runs));
    return predicted.kept(study, ['results', marginsOf(study)], compute, read);
  }

  /** Other margins, other results. */
  const marginsOf = (study: StoredStudy): number => readMargins(paths, study.id).length;

  async function results(studyId: string): Promise<StudyResults> {
    const study = requireStudy(store, studyId);
    return predicted.made<StudyResults>(study, ['complete', marginsOf(study)]) ?? (await resultsOf(study));
  }

  async function complete(studyId: string): Promise<StudyResults> {
    const study = requireStudy(store, studyId);
    return predicted.kept(study, ['complete', marginsOf(study)], async (runs) => {
      const plain = await resultsOf(study, runs);
      return runs.length === 0 ? plain : { ...plain, bootstrap: await resample(study, plain, runs) };
    });
  }

  async function resample(
    study: StoredStudy,
    results: StudyResults,
    runs: readonly PredictedRun[],
  ): Promise<StudyBootstrap> {
    const parts: Pick<StudyBootstrap, 'arms' | 'comparisons'>[] = [];
    for (const { job, read } of planStudyBootstrap(resultsInput({ store, paths }, study, runs), results)) {
      parts.push(read(await runBootstrap({ job })));
    }
    return {
      draws: DEFAULT_DRAWS,
      seed: BOOTSTRAP_SEED,
      arms: parts.flatMap((part) => part.arms),
      comparisons: parts.flatMap((part) => part.comparisons),
    };
  }

  const details = createStudyDetails({ store, predicted });

  return {
    /** With the bootstrap only where that has been computed. @throws AppError `not-found` where there is no such study. */
    results,
    /** The same with the bootstrap, computed in worker threads where it has not been. Two callers wait for one computation. */
    complete,
    /** Operating points, calibration and subgroups, computed in worker threads where they have not been. */
    details,
    /** The AUC table, one row per arm and endpoint ({@link armsCsv}). */
    csv: async (studyId: string) => armsCsv(await complete(studyId)),
    /** Every number of the details of all headline endpoints, with the default settings ({@link detailsCsv}). */
    async detailsCsv(studyId: string): Promise<string> {
      const { endpoints } = requireDataset(store, requireStudy(store, studyId).datasetId).target;
      return detailsCsv(await readHeadlineDetails({ details }, studyId, endpoints));
    },
    /** Comparisons of models and with the margin ({@link marginCsv}). */
    marginsCsv: async (studyId: string) => marginCsv(await complete(studyId)),
    /** Metric events of every run that has written any, in the order of arms and seeds. */
    convergence(studyId: string): ConvergenceCurve[] {
      const study = requireStudy(store, studyId);
      return runsInOrder(store, study).flatMap((run): ConvergenceCurve[] => {
        const events = orderEvents(readMetrics(paths.run(studyId, run.id)));
        return events.length === 0 ? [] : [{ runId: run.id, armId: run.armId, seed: run.seed, events }];
      });
    },
    /** First-layer kernels before and after training of every run that has a best checkpoint; of one arm where `armId` is given. */
    filters({ id, armId }: { id: string; armId?: string | undefined }): FilterView[] {
      const study = requireStudy(store, id);
      if (armId !== undefined) requireArm(study.arms, armId);
      return runsInOrder(store, study).flatMap((run): FilterView[] => {
        if (armId !== undefined && run.armId !== armId) return [];
        const files = runFiles(paths.run(id, run.id));
        if (!hasWeights(files)) return [];
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

export type ResultsService = ReturnType<typeof createResultsService>;
