import type { Explanation, ExplanationMethod, ExplanationRequest } from '../../../shared/mistakes/explanation.ts';
import type { Job } from '../../../shared/system/system.ts';
import type { Api } from '../../api/client.ts';
import type { ErrorCentre } from '../system/errors.svelte.ts';
import type { JobsState } from '../system/jobs.svelte.ts';

const keyOf = (request: ExplanationRequest): string =>
  [request.runId, request.imageId, request.endpointId, request.method].join(' ');

/** Explanations of images that were asked for in this window, and the one that is being computed. */
export class ExplanationState {
  readonly #api: Api;
  readonly #jobs: JobsState;
  readonly #errors: ErrorCentre;
  #found = $state.raw<Record<string, Explanation>>({});
  #current = $state.raw<{ key: string; jobId: string | null } | null>(null);

  constructor(api: Api, jobs: JobsState, errors: ErrorCentre) {
    this.#api = api;
    this.#jobs = jobs;
    this.#errors = errors;
  }

  /** Null while it is not there. */
  of(request: ExplanationRequest): Explanation | null {
    return this.#found[keyOf(request)] ?? null;
  }
  /** The job of the explanation that is under way, whichever it is. */
  get job(): Job | null {
    return this.#jobs.get(this.#current?.jobId ?? null);
  }
  get busy(): boolean {
    return this.#current !== null;
  }
  isBusyWith(imageId: string, method: ExplanationMethod): boolean {
    const key = this.#current?.key.split(' ');
    return key !== undefined && key.includes(imageId) && key.at(-1) === method;
  }

  async explain(request: ExplanationRequest): Promise<void> {
    if (this.#current !== null) return;
    const key = keyOf(request);
    this.#current = { key, jobId: null };
    try {
      const { jobId } = await this.#api.mistakes.explain.mutate(request);
      this.#current = { key, jobId };
      const job = await this.#jobs.ended(jobId);
      if (job.state === 'succeeded') this.#found = { ...this.#found, [key]: job.result as Explanation };
      else if (job.error && job.state === 'failed') {
        this.#errors.handleError(job.error, 'The score could not be explained.');
      }
    } catch (error) {
      this.#errors.handleError(error, 'The score could not be explained.');
    } finally {
      this.#current = null;
    }
  }

  async cancel(): Promise<void> {
    const jobId = this.#current?.jobId;
    if (jobId != null) await this.#jobs.cancel(jobId);
  }
}
