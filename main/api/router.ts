/** The whole API, one router a file. The renderer imports its type only. */
import { jobsRouter } from './jobs.ts';
import { router } from './trpc.ts';

export const appRouter = router({
  jobs: jobsRouter,
});

export type AppRouter = typeof appRouter;
