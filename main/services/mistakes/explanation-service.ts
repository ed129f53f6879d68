/** Where in one image a run's score comes from: computed on demand, kept only as a job's result. */
import fs from 'node:fs';
import { AppError } from '../../../shared/system/errors.ts';
import {
  explanationRequestSchema,
  type Explanation,
  type ExplanationRequest,
} from '../../../shared/mistakes/explanation.ts';
import type { Job } from '../../../shared/system/system.ts';
import type { LibraryPaths } from '../../platform/library-paths.ts';
import type { StartChild } from '../../platform/child.ts';
import { explainInProcess, type ExplanationWork } from '../../tasks/explanation/explanation.ts';
import { readRunConfig, runFiles } from '../../runs/process/run-folder.ts';
import type { Store } from '../../store/open.ts';
import { drawExplanation, type ExplanationFigure } from './draw-explanation.ts';
import type { JobsService } from '../system/jobs.ts';
import { requireArm, requireDataset, requireEndpoint, requireImage, requireRun, requireStudy } from '../require.ts';

export function createExplanationsService(deps: {
  store: Store;
  paths: LibraryPaths;
  jobs: JobsService;
  startChild?: StartChild;
}) {
  const { store, paths, jobs, startChild } = deps;

  /** What the request names, and the work that answers it. */
  function prepare(input: ExplanationRequest) {
    const request = explanationRequestSchema.parse(input);
    const run = requireRun(store, request.runId);
    const study = requireStudy(store, run.studyId);
    const arm = requireArm(study.arms, run.armId);
    const dataset = requireDataset(store, study.datasetId);
    const image = requireImage(store, { datasetId: dataset.id, imageId: request.imageId });
    const folder = paths.run(study.id, run.id);
    const { best } = runFiles(folder);
    if (!fs.existsSync(best)) {
      throw new AppError('bad-input', 'Expected a run with weights to ask, found none.', {
        action: 'Wait for its first evaluation on validation. A study opened from a bundle has no weights.',
      });
    }
    const { model, outputs, endpoints, protocol, modality } = readRunConfig(folder);
    const endpoint = requireEndpoint(endpoints, request.endpointId);
    const { head, normalisation, size } = protocol;
    const work: ExplanationWork = {
      ...{ method: request.method, model, weightsFile: best, outputs: outputs.length, endpoint },
      ...{ head, normalisation, size, modality, imageFile: image.path, sha256: image.sha256 },
    };
    return { request, run, arm, dataset, image, endpoint, work };
  }

  return {
    /** Starts a job whose result is an {@link Explanation}. @throws AppError `not-found`, `bad-input` where the run has no weights. */
    explain(input: ExplanationRequest): Job {
      const { request, run, work } = prepare(input);
      return jobs.start('explanation', 'Explaining the score of an image', async (job): Promise<Explanation> => {
        const map = await explainInProcess(work, { onProgress: job.progress, signal: job.signal, startChild });
        return { ...request, ...map, seed: run.seed };
      });
    },
    /**
     * The same as a figure, for a report or a file. Works beside whoever holds the library; takes seconds and one process at a time.
     * @throws AppError as `explain`; `conflict` or `io` where the image file is gone or changed; `cancelled`
     */
    async figure(
      input: ExplanationRequest,
      options: { onProgress?: (done: number, total: number) => void; signal?: AbortSignal } = {},
    ): Promise<ExplanationFigure> {
      const { request, run, work, ...about } = prepare(input);
      const map = await explainInProcess(work, { ...options, startChild });
      return await drawExplanation({ explanation: { ...request, ...map, seed: run.seed }, ...about });
    },
  };
}

export type ExplanationsService = ReturnType<typeof createExplanationsService>;
