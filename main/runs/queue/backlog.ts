/** What the queue could not store, and why it stands still. It tries again by itself, after longer and longer waits. */
import { toPlainError } from '../../../shared/system/errors.ts';
import type { RunError } from '../../../shared/run/run.ts';
import { toFileError } from '../../platform/atomic-file.ts';

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;

export interface Backlog {
  /** Why nothing starts; null where nothing stands in the way. */
  readonly problem: RunError | null;
  /** Does `work`, which stores what became of the run; what throws is kept and done later, and until then nothing starts. */
  store(runId: string, work: () => void): void;
  /** Nothing starts until a later try finds the way free. */
  stall(problem: RunError): void;
  /** Now instead of after the wait. */
  retry(): void;
  /** The way is free: the next wait is short again. */
  clear(): void;
  /** A last try, and no more after it. */
  close(): void;
}

export function createBacklog(options: { onChange: () => void; onFree: () => void; firstWaitMs?: number }): Backlog {
  const { onChange, onFree, firstWaitMs = FIRST_WAIT_MS } = options;
  const kept = new Map<string, () => void>();
  let problem: RunError | null = null;
  let waitMs = firstWaitMs;
  let timer: NodeJS.Timeout | undefined;

  function attempt(runId: string, work: () => void): boolean {
    try {
      work();
      kept.delete(runId);
      return true;
    } catch (error) {
      kept.set(runId, work);
      stall(storeProblem(error));
      return false;
    }
  }

  function stall(found: RunError): void {
    problem = found;
    clearTimeout(timer);
    timer = setTimeout(retry, waitMs);
    waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS);
    onChange();
  }

  function retry(): void {
    for (const [runId, work] of kept) if (!attempt(runId, work)) return;
    clearTimeout(timer);
    problem = null;
    onFree();
    onChange();
  }

  return {
    get problem() {
      return problem;
    },
    store: (runId, work) => void attempt(runId, work),
    stall,
    retry,
    clear: () => (waitMs = firstWaitMs),
    close() {
      for (const [runId, work] of kept) attempt(runId, work);
      // What is still kept is read from the run folders by the next start.
      clearTimeout(timer);
    },
  };
}

/** The failure of the database in words. */
export function storeProblem(error: unknown): RunError {
  return {
    ...toPlainError(toFileError(error, 'The state of a run could not be stored.')),
    action:
      'Free some space on the disk of the library folder, and see that it can be written to: the queue goes on by itself.',
  };
}

/** A failure of the database, not of what was to be stored in it. */
export function isStoreFailure(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && code.startsWith('SQLITE_') && !code.startsWith('SQLITE_CONSTRAINT');
}
