/** Worker thread: see `run-bootstrap.ts`. */
import { workerData } from 'node:worker_threads';
import type { BootstrapWorkerData } from './bootstrap-messages.ts';
import { takeDraws } from './take-draws.ts';

const data = workerData as BootstrapWorkerData;
while (takeDraws(data));
