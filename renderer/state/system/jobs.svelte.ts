import { SvelteMap } from 'svelte/reactivity';
import type { Job } from '../../../shared/system/system.ts';
import type { Api } from '../../api/client.ts';
import type { ErrorCentre } from './errors.svelte.ts';

/** JSON leaves out an undefined result. */
export type WireJob = Omit<Job, 'result'> & { result?: unknown };

const ENDED: readonly Job['state'][] = ['succeeded', 'failed', 'cancelled'];

export const hasEnded = (job: Job): boolean => ENDED.includes(job.state);

/** Background jobs, live. */
export class JobsState {
  readonly #api: Api;
  readonly #errors: ErrorCentre;
  readonly #byId = new SvelteMap<string, Job>();
  readonly #waiting: Record<string, ((job: Job) => void)[]> = {};

  constructor(api: Api, errors: ErrorCentre) {
    this.#api = api;
    this.#errors = errors;
  }

  get running(): Job[] {
    return [...this.#byId.values()].filter((job) => !hasEnded(job));
  }

  get(id: string | null): Job | null {
    return id === null ? null : (this.#byId.get(id) ?? null);
  }

  /** Resolves when the job has ended in whichever way; also after a reload in its middle. */
  async ended(id: string): Promise<Job> {
    const known = this.get(id) ?? this.receive(await this.#api.jobs.get.query({ id }));
    if (hasEnded(known)) return known;
    return new Promise((resolve) => {
      (this.#waiting[id] ??= []).push(resolve);
    });
  }

  /** The result of a job, or a thrown ErrorShape. */
  async result(id: string): Promise<unknown> {
    const job = await this.ended(id);
    if (job.state === 'succeeded') return job.result;
    throw job.error ?? { code: 'cancelled', message: 'Cancelled.' };
  }

  async cancel(id: string): Promise<void> {
    try {
      await this.#api.jobs.cancel.mutate({ id });
    } catch (error) {
      this.#errors.handleError(error, 'The job could not be cancelled.');
    }
  }

  receive(wire: WireJob): Job {
    const job: Job = { ...wire, result: wire.result };
    this.#byId.set(job.id, job);
    if (hasEnded(job)) {
      for (const resolve of this.#waiting[job.id] ?? []) resolve(job);
      delete this.#waiting[job.id];
    }
    return job;
  }
}
