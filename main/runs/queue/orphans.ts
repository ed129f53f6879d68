/** Run processes that outlived the app that started them. */
import { setTimeout as delay } from 'node:timers/promises';
import { isLocked } from '../../platform/lock.ts';
import { readAttempt, runFiles } from '../process/run-folder.ts';

export interface OrphanPatience {
  pollMs?: number;
  /** A process that loses its parent writes a checkpoint and ends; after this long it is ended by force. */
  graceMs?: number;
  signal?: AbortSignal;
}

/**
 * Waits until no process works on the run any more. The orphan knows that its parent is gone and ends by itself.
 * @returns false when it could not be made to end, or when the wait was aborted
 */
export async function waitForOrphan(folder: string, patience: OrphanPatience = {}): Promise<boolean> {
  const { pollMs = 200, graceMs = 150_000, signal } = patience;
  const { lock } = runFiles(folder);
  const deadline = Date.now() + graceMs;
  while (isLocked(lock)) {
    if (signal?.aborted === true) return false;
    if (Date.now() > deadline) return endByForce(folder, pollMs);
    await delay(pollMs);
  }
  return true;
}

/** The lock is held, so the process that wrote its number when it took the lock is alive and is this one. */
async function endByForce(folder: string, pollMs: number): Promise<boolean> {
  const { lock } = runFiles(folder);
  const attempt = readAttempt(folder);
  if (attempt === null) return false;
  try {
    process.kill(attempt.pid, 'SIGKILL');
  } catch {
    // It ended in this moment, or belongs to another user; the lock tells.
  }
  for (let i = 0; i < 50 && isLocked(lock); i++) await delay(pollMs);
  return !isLocked(lock);
}
