import type { QueueStatus, RunEvent } from '../run/run.ts';
import type { Job } from './system.ts';

/** One piece of news of the page's one stream: what it is of stands beside it. */
export type LiveEvent = { of: 'queue'; status: QueueStatus } | { of: 'job'; job: Job } | { of: 'run'; event: RunEvent };
