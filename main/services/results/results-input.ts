/** What a study's results are computed of. */
import type { StudyResultsInput } from '../../analysis/study/study-results.ts';
import { describeModel } from '../../engine/models/catalogue.ts';
import type { LibraryPaths } from '../../platform/library-paths.ts';
import type { Store } from '../../store/open.ts';
import type { StoredStudy } from '../../store/studies.ts';
import { requireDataset } from '../require.ts';
import { readMargins } from '../studies/margins.ts';
import type { PredictedRun } from './predicted-studies.ts';

export function resultsInput(
  { store, paths }: { store: Store; paths: LibraryPaths },
  study: StoredStudy,
  finished: readonly Omit<PredictedRun, 'validation'>[],
): StudyResultsInput {
  const { synthetic, target } = requireDataset(store, study.datasetId);
  const { size, batch, thresholdAuc } = study.protocol;
  const runs = store.runs.listByStudy(study.id);
  return {
    studyId: study.id,
    studyName: study.name,
    synthetic,
    thresholdAuc,
    endpoints: target.endpoints,
    arms: study.arms.map(({ id: armId, model, initLabel, trainSize }) => {
      const info = describeModel(model, { outputs: target.outputs.length, size, batch });
      return {
        ...{ armId, model, modelName: info.name, initLabel, trainSize },
        parameters: info.parameters,
        paperParameters: info.paperParameters,
        runsTotal: runs.filter((run) => run.armId === armId).length,
      };
    }),
    runs: finished.map(({ test: predictions, ...run }) => ({ ...run, predictions })),
    margin: readMargins(paths, study.id).at(-1) ?? null,
    testImages:
      finished.length > 0 ? [] : store.datasets.images(study.datasetId).filter((image) => image.split === 'test'),
  };
}
