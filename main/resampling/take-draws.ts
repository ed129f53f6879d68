/** The work of one bootstrap thread: take the next draws until there are none, or until told to stop. */
import { computeDraws } from '../analysis/bootstrap/job.ts';
import { CONTROL, DRAWS_PER_CHUNK, type BootstrapWorkerData } from './bootstrap-messages.ts';

/** Takes one chunk of draws; false where none is left or the work was stopped. */
export function takeDraws({ job, control, values }: BootstrapWorkerData): boolean {
  if (Atomics.load(control, CONTROL.stop) === 1) return false;
  const from = Atomics.add(control, CONTROL.next, DRAWS_PER_CHUNK);
  if (from >= job.draws) return false;
  const to = Math.min(job.draws, from + DRAWS_PER_CHUNK);
  computeDraws(job, from, to, values);
  Atomics.add(control, CONTROL.done, to - from);
  return true;
}
