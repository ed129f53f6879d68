/** What tests find in the library of their file: made when the first of them asks for it, and by no test. */
import type { RunSummary } from '../../../shared/run/run.ts';
import type { StudySpecInput } from '../../../shared/study/study.ts';
import { until, type Api } from './api.ts';
import type { Lab } from './lab.ts';

/** The dataset of the tests: 80 images of 40 patients. */
export const DATASET = 'Eye clinic';
/** The finished study of the tests: two arms, two seeds each. */
export const STUDY = 'Does Gabor help?';

export interface Named {
  id: string;
  name: string;
}

export async function importDataset({ api, phantomFolder }: Lab): Promise<Named> {
  const { datasetId } = await api.job<{ datasetId: string }>('datasets.import', {
    folder: phantomFolder,
    name: DATASET,
  });
  return { id: datasetId, name: DATASET };
}

export async function finishStudy({ api }: Lab, dataset: Named): Promise<Named> {
  const { studyId } = await runStudy(api, {
    ...{ name: STUDY, dataset: dataset.id, models: ['cbr-tiny'], inits: ['random', 'gabor'], seeds: [0, 1] },
    ...{ size: 32, steps: 24, evaluateEverySteps: 8, thresholdAuc: 0.55 },
  });
  return { id: studyId, name: STUDY };
}

/** Runs a study to its end. @throws Error where a run did not succeed */
export async function runStudy(api: Api, spec: StudySpecInput): Promise<{ studyId: string; runs: RunSummary[] }> {
  const { studyId } = await api.mutate<{ studyId: string }>('studies.create', spec);
  return { studyId, runs: await runsToTheirEnd(api, studyId) };
}

/** The runs of a study once the last has ended. @throws Error where one did not succeed */
export async function runsToTheirEnd(api: Api, studyId: string): Promise<RunSummary[]> {
  const open = ['queued', 'running', 'pausing', 'cancelling'];
  const runs = await until(
    () => api.query<RunSummary[]>('runs.list', { studyId }),
    (list) => list.every(({ state }) => !open.includes(state)),
  );
  for (const { state, error } of runs) {
    if (state !== 'succeeded') throw new Error(`Expected runs that succeed, one is ${state}: ${error?.message}`);
  }
  return runs;
}
