/** Where in one image a run's score comes from: computed as a background job, kept only as the job's result. */
import fs from 'node:fs';
import { AppError } from '../../shared/errors.ts';
import { explanationRequestSchema, type Explanation, type ExplanationRequest } from '../../shared/explanation.ts';
import type { Job } from '../../shared/system.ts';
import type { LibraryPaths } from '../platform/library-paths.ts';
import type { StartChild } from '../runs/executors/child.ts';
import { explainInProcess } from '../runs/explanation.ts';
import { readRunConfig, runFiles } from '../runs/run-folder.ts';
import type { Store } from '../store/open.ts';
import type { JobsService } from './jobs.ts';

export interface ExplanationsService {
  /** Starts a job whose result is an {@link Explanation}. @throws AppError `not-found`, `bad-input` where the run has no weights. */
  explain(request: ExplanationRequest): Job;
}

export interface ExplanationsDeps {
  store: Store;
  paths: LibraryPaths;
  jobs: JobsService;
  startChild?: StartChild;
}

export function createExplanationsService(deps: ExplanationsDeps): ExplanationsService {
  const { store, paths, jobs, startChild } = deps;
  return {
    explain(input) {
      const request = explanationRequestSchema.parse(input);
      const run = store.runs.get(request.runId);
      const study = run === null ? null : store.studies.get(run.studyId);
      if (run === null || study === null) throw missing('a run of this library');
      const image = store.datasets.image(study.datasetId, request.imageId);
      if (image === null) throw missing("an image of the study's dataset");
      const folder = paths.run(study.id, run.id);
      const { best } = runFiles(folder);
      if (!fs.existsSync(best)) {
        throw new AppError('bad-input', 'Expected a run with weights to ask, found none.', {
          action: 'Wait for its first evaluation on validation. A study opened from a bundle has no weights.',
        });
      }
      const { model, outputs, endpoints, protocol, modality } = readRunConfig(folder);
      const endpoint = endpoints.find(({ id }) => id === request.endpointId);
      if (endpoint === undefined) throw missing('an endpoint of this study');
      const { head, normalisation, size } = protocol;
      return jobs.start('explanation', 'Explaining the score of an image', async (job): Promise<Explanation> => {
        const map = await explainInProcess({
          work: {
            method: request.method,
            model,
            weightsFile: best,
            outputs: outputs.length,
            endpoint,
            head,
            normalisation,
            size,
            modality,
            imageFile: image.path,
            sha256: image.sha256,
          },
          onProgress: job.progress,
          signal: job.signal,
          ...(startChild === undefined ? {} : { startChild }),
        });
        return { ...request, ...map, seed: run.seed };
      });
    },
  };
}

function missing(what: string): AppError {
  return new AppError('not-found', `Expected the id of ${what}, got another.`);
}
