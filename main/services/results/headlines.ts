/**
 * What the list of studies says of each study's results: computed in a thread of its own when the study's last run has ended, and
 * kept in the study's folder. A study without it, or with one of other predictions, gets it when it is asked for.
 */
import fs from 'node:fs';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { AppError, fromErrorShape, type Result } from '../../../shared/system/errors.ts';
import type { StudyResults } from '../../../shared/results/results.ts';
import { VERDICT_KINDS, verdictOf } from '../../../shared/results/verdict-sentence.ts';
import type { StudySummary } from '../../../shared/study/study.ts';
import { writeFileAtomic } from '../../platform/atomic-file.ts';
import { readJsonOrNull } from '../../platform/json-file.ts';
import type { LibraryPaths } from '../../platform/library-paths.ts';
import { moduleUrl } from '../../platform/module-url.ts';
import { sha256Of } from '../../platform/sha256.ts';
import type { Store } from '../../store/open.ts';
import { predictionsState } from './predicted-studies.ts';

export type Headline = StudySummary['headline'];

export interface HeadlinesDeps {
  store: Store;
  paths: LibraryPaths;
  /** False: nothing is stored. */
  mayWrite: boolean;
}

const headlineSchema = z.object({ kind: z.enum(VERDICT_KINDS), largest: z.string().nullable() }).nullable();
const fileSchema = z.object({
  schema: z.literal(2),
  /** SHA-256 over the finished runs and the hashes of their predictions. */
  predictions: z.string(),
  headline: headlineSchema,
});

/** What the thread is given, and what it answers. */
export interface HeadlineWork {
  home: string;
  studyId: string;
}
export type HeadlineAnswer = Result<Headline>;

export function createHeadlines({ store, paths, mayWrite }: HeadlinesDeps) {
  /** One after the other: each reads all predictions of a study. */
  let last: Promise<unknown> = Promise.resolve();
  let worker: Worker | null = null;
  let closed = false;
  const underWay = new Map<string, Promise<Headline>>();

  async function compute(studyId: string, predictions: string): Promise<Headline> {
    if (closed) throw new AppError('cancelled', 'The library was closed.');
    worker = startWorker({ home: paths.home, studyId });
    const headline = await answerOf(worker).finally(() => (worker = null));
    if (mayWrite && fs.existsSync(paths.study(studyId))) {
      const file: z.infer<typeof fileSchema> = { schema: 2, predictions, headline };
      writeFileAtomic(paths.headline(studyId), JSON.stringify(file));
    }
    return headline;
  }

  return {
    /** Null before any run has finished. */
    async of(studyId: string): Promise<Headline> {
      const runs = store.runs.listByStudy(studyId);
      if (runs.every(({ result }) => result === null)) return null;
      const predictions = sha256Of(
        predictionsState(runs.filter(({ result }) => result !== null))
          .sort()
          .join('\n'),
      );
      const stored = readJsonOrNull(paths.headline(studyId), fileSchema);
      if (stored?.predictions === predictions) return stored.headline;
      const key = `${studyId} ${predictions}`;
      const held = underWay.get(key) ?? last.then(() => compute(studyId, predictions));
      underWay.set(key, held);
      last = held.catch(() => undefined).finally(() => underWay.delete(key));
      return await held;
    },
    /** Ends what is under way: it is computed when it is asked for again. */
    async close(): Promise<void> {
      closed = true;
      await worker?.terminate();
      await last;
    },
  };
}

export type Headlines = ReturnType<typeof createHeadlines>;

function startWorker(work: HeadlineWork): Worker {
  return new Worker(moduleUrl(import.meta.url, './headline-worker'), { workerData: work, execArgv: [] });
}

async function answerOf(worker: Worker): Promise<Headline> {
  const answer = await new Promise<HeadlineAnswer>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new AppError('cancelled', 'The library was closed.')));
  });
  if (answer.ok) return answer.value;
  throw fromErrorShape(answer.error);
}

export function headlineOf(results: StudyResults): Headline {
  const { kind, largest } = verdictOf(results);
  return kind === 'none' ? null : { kind, largest };
}
