/** A study's state and counts, derived from its runs. Pure. */
import type { RunState } from '../../../shared/run/run.ts';
import type { StudyState, StudySummary } from '../../../shared/study/study.ts';

export function countRuns(states: readonly RunState[]): StudySummary['runs'] {
  const count = (...wanted: RunState[]): number => states.filter((state) => wanted.includes(state)).length;
  return {
    total: states.length,
    succeeded: count('succeeded'),
    failed: count('failed'),
    running: count('running', 'pausing', 'cancelling'),
    queued: count('queued'),
    other: count('paused', 'cancelled', 'interrupted'),
  };
}

/** What needs attention first: work under way, then what can be resumed, then how it ended. */
export function studyState(states: readonly RunState[]): StudyState {
  const some = (...wanted: RunState[]): boolean => states.some((state) => wanted.includes(state));
  if (states.length === 0) return 'draft';
  if (some('running', 'pausing', 'cancelling', 'queued')) return 'running';
  if (some('paused')) return 'paused';
  if (some('interrupted')) return 'interrupted';
  if (some('failed')) return 'failed';
  return some('cancelled') ? 'cancelled' : 'finished';
}
