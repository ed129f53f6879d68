/** The whole API, one router a file. The renderer imports its type only. */
import { bundlesRouter } from './bundles.ts';
import { datasetsRouter } from './datasets.ts';
import { mistakesRouter, marksRouter } from './mistakes.ts';
import { jobsRouter } from './jobs.ts';
import { liveRouter } from './live.ts';
import { modelsRouter } from './models.ts';
import { phantomsRouter } from './phantoms.ts';
import { questionnaireRouter } from './questionnaire.ts';
import { queueRouter } from './queue.ts';
import { reportsRouter } from './reports.ts';
import { representationsRouter } from './representations.ts';
import { runsRouter } from './runs.ts';
import { studiesRouter } from './studies.ts';
import { systemRouter } from './system.ts';
import { router } from './trpc.ts';
import { weightsRouter } from './weights.ts';

export const appRouter = router({
  system: systemRouter,
  live: liveRouter,
  jobs: jobsRouter,
  phantoms: phantomsRouter,
  datasets: datasetsRouter,
  models: modelsRouter,
  weights: weightsRouter,
  studies: studiesRouter,
  runs: runsRouter,
  queue: queueRouter,
  reports: reportsRouter,
  bundles: bundlesRouter,
  questionnaire: questionnaireRouter,
  representations: representationsRouter,
  mistakes: mistakesRouter,
  marks: marksRouter,
});

export type AppRouter = typeof appRouter;
