import type { DatasetDetail, DatasetSummary } from '../../../shared/dataset/dataset.ts';
import type { DatasetVerification } from '../../../shared/dataset/dataset-verification.ts';
import type { Api } from '../../api/client.ts';
import type { ErrorCentre } from '../system/errors.svelte.ts';
import type { JobsState } from '../system/jobs.svelte.ts';
import { Loadable } from '../system/loadable.svelte.ts';

export class DatasetsState {
  readonly #api: Api;
  readonly #jobs: JobsState;
  readonly #errors: ErrorCentre;
  readonly list = new Loadable<DatasetSummary[]>();
  readonly detail = new Loadable<DatasetDetail>();
  #verifyJob = $state<string | null>(null);
  #importJob = $state<string | null>(null);
  #verified = $state.raw<DatasetVerification | null>(null);

  constructor(api: Api, jobs: JobsState, errors: ErrorCentre) {
    this.#api = api;
    this.#jobs = jobs;
    this.#errors = errors;
  }

  get verifyJobId(): string | null {
    return this.#verifyJob;
  }
  get verified(): DatasetVerification | null {
    return this.#verified;
  }

  refresh(): Promise<void> {
    return this.list.load(() => this.#api.datasets.list.query());
  }

  async open(id: string): Promise<void> {
    if (this.detail.value?.id !== id) {
      this.detail.set(null);
      this.#verified = null;
    }
    await this.detail.load(() => this.#api.datasets.get.query({ id }));
  }

  get importJobId(): string | null {
    return this.#importJob;
  }

  /** The new dataset's id; null where the import failed, which is said. */
  async importAgain(id: string, name: string): Promise<string | null> {
    try {
      const { jobId } = await this.#api.datasets.importAgain.mutate({ id, name });
      this.#importJob = jobId;
      const { datasetId } = (await this.#jobs.result(jobId)) as { datasetId: string };
      return datasetId;
    } catch (error) {
      this.#errors.handleError(error, 'The folder could not be imported again.');
      return null;
    } finally {
      this.#importJob = null;
    }
  }

  /** True when it is gone. */
  async remove(id: string): Promise<boolean> {
    try {
      await this.#api.datasets.remove.mutate({ id });
      await this.refresh();
      return true;
    } catch (error) {
      this.#errors.handleError(error, 'The dataset could not be removed.');
      return false;
    }
  }

  async verify(id: string): Promise<void> {
    try {
      const { jobId } = await this.#api.datasets.verify.mutate({ id });
      this.#verifyJob = jobId;
      this.#verified = (await this.#jobs.result(jobId)) as DatasetVerification;
    } catch (error) {
      this.#errors.handleError(error, 'The files could not be checked.');
    } finally {
      this.#verifyJob = null;
    }
  }
}
