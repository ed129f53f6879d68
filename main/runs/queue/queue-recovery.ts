/** Putting right what an earlier host left: runs whose process should be alive and is not. */
import type { RunError, RunState, RunSummary } from '../../../shared/run/run.ts';
import { removeFeatures } from '../frozen/feature-store.ts';
import { waitForOrphan } from './orphans.ts';
import { UNFINISHED, type QueueRuns } from './queue-port.ts';
import { runFiles } from '../process/run-folder.ts';

/** A run in one of these never reads the stored features of its frozen stages again: resumed, it makes them anew. */
const WITHOUT_FEATURES: readonly RunState[] = ['succeeded', 'failed', 'cancelled'];

/**
 * Takes finished runs over, whatever was stored of them; lost ones become `interrupted`, or `cancelled` where that had been asked for. Features that an earlier host
 * left behind with a run that cannot use them are removed.
 */
export async function recoverLost(params: {
  runs: QueueRuns;
  isLive: (id: string) => boolean;
  takeOver: (id: string) => void;
  /** Does the work, later where the database fails. */
  store: (id: string, work: () => void) => void;
  signal: AbortSignal;
  now: () => Date;
}): Promise<void> {
  const { runs, isLive, takeOver, store, signal, now } = params;
  for (const { id, state } of runs.listByState(UNFINISHED)) {
    if (isLive(id)) continue;
    const gone = await waitForOrphan(runs.folder(id), { signal });
    if (signal.aborted) return;
    store(id, () => {
      if (runs.hasResult(id)) takeOver(id);
      else if (state === 'cancelling') runs.transition(id, UNFINISHED, 'cancelled');
      else runs.stop(id, 'interrupted', gone ? LOST : STUCK, now().toISOString());
    });
  }
  for (const { id } of runs.listByState(['failed', 'interrupted'])) {
    if (!isLive(id) && runs.hasResult(id)) store(id, () => takeOver(id));
  }
  for (const run of runs.listByState(WITHOUT_FEATURES)) removeUnusableFeatures(runs, run);
}

/** A process that was killed could not remove them itself: they may take gigabytes. */
export function removeUnusableFeatures(runs: Pick<QueueRuns, 'folder'>, { id, state }: RunSummary): void {
  if (!WITHOUT_FEATURES.includes(state)) return;
  try {
    removeFeatures(runFiles(runs.folder(id)));
  } catch {
    // A file that another program holds open: the next start tries again.
  }
}

const LOST: RunError = {
  code: 'cancelled',
  message: 'The app ended while this run was under way.',
  action: 'Resume it: the run continues from its last checkpoint.',
};

const STUCK: RunError = {
  code: 'conflict',
  message: 'The app ended while this run was under way, and its process could not be ended.',
  action: 'End that process, or restart the machine; then resume the run.',
};
