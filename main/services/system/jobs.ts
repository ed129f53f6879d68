/**
 * Background jobs: long work other than runs (imports, phantoms, estimates, verification). A job goes on when the page that
 * started it is left; its result stays in memory until the app closes. Runs have their own queue, which survives a restart.
 */
import { randomUUID } from 'node:crypto';
import { AppError, toErrorShape } from '../../../shared/system/errors.ts';
import type { Job, JobKind } from '../../../shared/system/system.ts';
import { createLatestStream } from '../studies/latest-stream.ts';

/** What the work of a job is given. */
export interface JobContext {
  /** Report progress in units of the work's own choice; `total` may change on the way and is 0 while unknown; `note`: in words. */
  progress: (done: number, total: number, note?: string) => void;
  /** Aborted when the user cancels or the app closes; the work should stop soon after and may throw anything. */
  signal: AbortSignal;
}

interface Entry {
  job: Job;
  abort: AbortController;
  startedMs: number;
  ended: Promise<void>;
}

const KEPT_JOBS = 200;
/** Of one kind under way at once; some start processes of hundreds of megabytes. */
const MOST_AT_ONCE = 4;
/** Work that does not end although it was cancelled is waited for so long. */
const CANCEL_GRACE_MS = 10_000;
/** A preview is large, and of use only to the page that asked for it. */
const KEPT_PREVIEWS = 5;

/** Seconds that remain if work goes on at its mean speed so far; null before the first second of it, the first unit, or half a per cent: what goes before (a folder is walked) would be taken for its speed. */
export function estimateEtaSeconds(params: { elapsedMs: number; done: number; total: number }): number | null {
  const { elapsedMs, done, total } = params;
  if (done <= 0 || total <= 0 || done < total / 200 || elapsedMs < 1000) return null;
  return Math.max(0, ((total - done) * elapsedMs) / done / 1000);
}

export function createJobsService(options: { now?: () => number; intervalMs?: number; cancelGraceMs?: number } = {}) {
  const now = options.now ?? Date.now;
  const entries = new Map<string, Entry>();
  const changes = createLatestStream<string, Job>({ intervalMs: options.intervalMs ?? 100 });

  function find(id: string): Entry {
    const entry = entries.get(id);
    if (entry !== undefined) return entry;
    throw new AppError('not-found', 'Expected the id of a job of this session, but there is none with this id.', {
      action: 'Jobs are forgotten when the app closes. Start the work again if its result is not there.',
    });
  }

  function update(entry: Entry, change: Partial<Job>): void {
    entry.job = { ...entry.job, ...change };
    changes.push(entry.job.id, entry.job);
  }

  function forgetOldest(): void {
    let previews = [...entries.values()].filter(({ job }) => job.kind === 'preview').length;
    for (const [id, { job }] of entries) {
      const tooMany = entries.size > KEPT_JOBS || (job.kind === 'preview' && previews > KEPT_PREVIEWS);
      if (!tooMany || job.state === 'running') continue;
      if (job.kind === 'preview') previews--;
      entries.delete(id);
    }
  }

  async function execute(entry: Entry, work: (context: JobContext) => Promise<unknown>): Promise<void> {
    try {
      const working = work({
        signal: entry.abort.signal,
        progress: (done, total, note) => {
          if (entry.job.state !== 'running') return;
          const elapsedMs = now() - entry.startedMs;
          update(entry, {
            done,
            total,
            note: note ?? null,
            etaSeconds: estimateEtaSeconds({ elapsedMs, done, total }),
          });
        },
      });
      const result = await Promise.race([
        working,
        givenUp(entry.abort.signal, options.cancelGraceMs ?? CANCEL_GRACE_MS),
      ]);
      const total = Math.max(entry.job.total, entry.job.done);
      update(entry, { state: 'succeeded', result: result ?? null, done: total, total, note: null, etaSeconds: 0 });
    } catch (error) {
      const cancelled = entry.abort.signal.aborted || (error instanceof AppError && error.code === 'cancelled');
      update(entry, {
        state: cancelled ? 'cancelled' : 'failed',
        error: cancelled ? null : toErrorShape(error),
        etaSeconds: null,
      });
    }
  }

  function refuseMany(kind: JobKind): void {
    const alike = [...entries.values()].filter(({ job }) => job.kind === kind && job.state === 'running');
    if (alike.length < MOST_AT_ONCE) return;
    throw new AppError('conflict', `Expected at most ${MOST_AT_ONCE} of these at once, and so many are under way.`, {
      action: 'Wait until one has ended, or cancel one.',
    });
  }

  return {
    /** Throws `conflict` where too many of the kind are under way. Starts `work` at once. What it returns becomes the job's `result`, what it throws its `error`. */
    start(kind: JobKind, title: string, work: (context: JobContext) => Promise<unknown>): Job {
      refuseMany(kind);
      const job: Job = {
        id: randomUUID(),
        kind,
        title,
        state: 'running',
        done: 0,
        total: 0,
        note: null,
        etaSeconds: null,
        result: null,
        error: null,
      };
      const entry: Entry = { job, abort: new AbortController(), startedMs: now(), ended: Promise.resolve() };
      entries.set(job.id, entry);
      changes.push(job.id, job);
      entry.ended = Promise.resolve().then(() => execute(entry, work));
      forgetOldest();
      return job;
    },
    /** All jobs since the app was opened, oldest first. */
    list: () => [...entries.values()].map((entry) => entry.job),
    /** Throws `not-found`. */
    get: (id: string) => find(id).job,
    /** Asks a job to stop; a job that has ended stays as it is. Throws `not-found`. */
    cancel(id: string): Job {
      const entry = find(id);
      entry.abort.abort(new AppError('cancelled', 'Cancelled.'));
      return entry.job;
    },
    /** The job once it has ended, however it ended. Throws `not-found`. */
    async ended(id: string): Promise<Job> {
      const entry = find(id);
      await entry.ended;
      return entry.job;
    },
    /** Every job as it stands, then every change. A slow reader gets the latest state of each job, not every step. */
    watch: (signal?: AbortSignal) =>
      changes.read({ first: () => [...entries].map(([id, entry]) => [id, entry.job] as const), signal }),
    /** Cancels what runs and waits for it. */
    async close(): Promise<void> {
      for (const entry of entries.values()) entry.abort.abort(new AppError('cancelled', 'The app is closing.'));
      await Promise.all([...entries.values()].map((entry) => entry.ended));
      changes.close();
    },
  };
}

export type JobsService = ReturnType<typeof createJobsService>;

/** Rejects a while after the signal: no job outlives its cancellation, whatever its work waits for. */
function givenUp(signal: AbortSignal, graceMs: number): Promise<never> {
  return new Promise((_, reject) => {
    const giveUp = (): void => void setTimeout(() => reject(signal.reason as Error), graceMs).unref();
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp, { once: true });
  });
}
