import type { OpenedBundle } from '../../../shared/bundle/bundle.ts';
import type { StudyResults } from '../../../shared/results/results.ts';
import type { StudyDetail, StudySummary } from '../../../shared/study/study.ts';
import type { Job } from '../../../shared/system/system.ts';
import type { Api } from '../../api/client.ts';
import type { ErrorCentre } from '../system/errors.svelte.ts';
import type { JobsState } from '../system/jobs.svelte.ts';
import { Loadable } from '../system/loadable.svelte.ts';

/** A study made from a table or figure of the paper, with what it found. */
export interface FollowingStudy {
  study: StudyDetail;
  results: StudyResults;
}

export class StudiesState {
  readonly #api: Api;
  readonly #errors: ErrorCentre;
  readonly list = new Loadable<StudySummary[]>();
  readonly followers = new Loadable<FollowingStudy[]>();
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

  /** The studies that follow the paper, with their results. */
  loadFollowers(): Promise<void> {
    return this.followers.load(async () => {
      const studies = await this.#api.studies.list.query();
      const following = studies.filter(({ template, runs }) => template !== null && runs.succeeded > 0);
      return Promise.all(
        following.map(async ({ id }): Promise<FollowingStudy> => {
          const [study, results] = await Promise.all([
            this.#api.studies.get.query({ id }),
            this.#api.studies.results.query({ id }),
          ]);
          return { study, results };
        }),
      );
    });
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
