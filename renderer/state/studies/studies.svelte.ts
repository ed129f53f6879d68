import type { OpenedBundle } from '../../../shared/bundle/bundle.ts';
import type { StudySummary } from '../../../shared/study/study.ts';
import type { Job } from '../../../shared/system/system.ts';
import type { Api } from '../../api/client.ts';
import type { ErrorCentre } from '../system/errors.svelte.ts';
import type { JobsState } from '../system/jobs.svelte.ts';
import { Loadable } from '../system/loadable.svelte.ts';

export class StudiesState {
  readonly #api: Api;
  readonly #errors: ErrorCentre;
  readonly list = new Loadable<StudySummary[]>();
  readonly #jobs: JobsState;
  #openingJob = $state<string | null>(null);

  constructor(api: Api, errors: ErrorCentre, jobs: JobsState) {
    this.#api = api;
    this.#errors = errors;
    this.#jobs = jobs;
  }

  /** The job that opens a bundle, while one is opened. */
  get opening(): Job | null {
    return this.#jobs.get(this.#openingJob);
  }

  async cancelOpening(): Promise<void> {
    if (this.#openingJob !== null) await this.#jobs.cancel(this.#openingJob);
  }

  /** Takes the study of a bundle into the library, read-only; null where that failed or was cancelled. */
  async openBundle(file: string): Promise<OpenedBundle | null> {
    try {
      const { jobId } = await this.#api.bundles.open.mutate({ file });
      this.#openingJob = jobId;
      const opened = (await this.#jobs.result(jobId)) as OpenedBundle;
      await this.refresh();
      return opened;
    } catch (error) {
      this.#errors.handleError(error, 'The bundle could not be opened.');
      return null;
    } finally {
      this.#openingJob = null;
    }
  }

  refresh(): Promise<void> {
    return this.list.load(() => this.#api.studies.list.query());
  }

  /** True when it is gone. */
  async remove(id: string): Promise<boolean> {
    try {
      await this.#api.studies.remove.mutate({ id });
      await this.refresh();
      return true;
    } catch (error) {
      this.#errors.handleError(error, 'The study could not be removed.');
      return false;
    }
  }
}
