import type { SimilarityMethod, SimilaritySettings, StudySimilarity } from '../../../shared/similarity/similarity.ts';
import type { Job } from '../../../shared/system/system.ts';
import type { Api } from '../../api/client.ts';
import type { ErrorCentre } from '../system/errors.svelte.ts';
import type { JobsState } from '../system/jobs.svelte.ts';
import { Loadable } from '../system/loadable.svelte.ts';
import { SessionValue } from '../system/session-value.ts';

const isText = (value: unknown): value is string => typeof value === 'string';

/** The similarities of one study: what was computed last, and the computation in progress, which outlives a reload. */
export class SimilarityState {
  readonly #api: Api;
  readonly #jobs: JobsState;
  readonly #errors: ErrorCentre;
  readonly #studyId: string;
  readonly #stored: SessionValue<string>;
  /** Null inside: nothing was computed yet. */
  readonly latest = new Loadable<{ similarity: StudySimilarity | null }>();
  #method = $state<SimilarityMethod>('cca');
  #jobId = $state<string | null>(null);
  #starting = $state(false);

  constructor(api: Api, jobs: JobsState, errors: ErrorCentre, studyId: string) {
    this.#api = api;
    this.#jobs = jobs;
    this.#errors = errors;
    this.#studyId = studyId;
    this.#stored = new SessionValue(`similarity:${studyId}`, isText);
  }

  get method(): SimilarityMethod {
    return this.#method;
  }
  get busy(): boolean {
    return this.#starting || this.#jobId !== null;
  }
  get job(): Job | null {
    return this.#jobs.get(this.#jobId);
  }

  start(): void {
    const jobId = this.#stored.read();
    if (jobId !== null) void this.#follow(jobId);
    void this.load();
  }

  async choose(method: SimilarityMethod): Promise<void> {
    this.#method = method;
    this.latest.set(null);
    await this.load();
  }

  async load(): Promise<void> {
    const [studyId, method] = [this.#studyId, this.#method];
    await this.latest.load(async () => ({
      similarity: await this.#api.representations.similarity.query({ studyId, method }),
    }));
  }

  /** Computes what is missing; everything where settings differ from those of what was computed. */
  async compute(settings: Omit<SimilaritySettings, 'method'>): Promise<void> {
    this.#starting = true;
    try {
      const { jobId } = await this.#api.representations.compute.mutate({
        studyId: this.#studyId,
        settings: { ...settings, method: this.#method },
      });
      this.#stored.write(jobId);
      void this.#follow(jobId);
    } catch (error) {
      this.#errors.handleError(error, 'The comparison could not be started.');
    } finally {
      this.#starting = false;
    }
  }

  async cancel(): Promise<void> {
    if (this.#jobId !== null) await this.#jobs.cancel(this.#jobId);
  }

  async #follow(jobId: string): Promise<void> {
    this.#jobId = jobId;
    try {
      const job = await this.#jobs.ended(jobId);
      if (job.state === 'failed' && job.error)
        this.#errors.handleError(job.error, 'The networks could not be compared.');
    } catch (error) {
      this.#errors.handleError(error, 'The comparison could not be followed.');
    }
    this.#jobId = null;
    this.#stored.clear();
    await this.load();
  }
}
