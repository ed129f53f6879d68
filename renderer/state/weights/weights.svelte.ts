import type { WeightSetSummary } from '../../../shared/study/models.ts';
import type { RunSummary } from '../../../shared/run/run.ts';
import type { Job } from '../../../shared/system/system.ts';
import type { KnownWeightsState, WeightSetDetail } from '../../../shared/weights/weights.ts';
import type { Api } from '../../api/client.ts';
import type { ErrorCentre } from '../system/errors.svelte.ts';
import type { JobsState } from '../system/jobs.svelte.ts';
import { Loadable } from '../system/loadable.svelte.ts';
import { SessionValue } from '../system/session-value.ts';
import { WeightsImport } from './weights-import.svelte.ts';

/** Known file -> job that downloads it; survives a reload. */
const stored = new SessionValue<Record<string, string>>(
  'weight-downloads',
  (value): value is Record<string, string> =>
    typeof value === 'object' && value !== null && Object.values(value).every((id) => typeof id === 'string'),
);

/** Pretrained weight sets, the public files that they can be made of, and the finished runs that could become one. */
export class WeightsState {
  readonly #api: Api;
  readonly #jobs: JobsState;
  readonly #errors: ErrorCentre;
  readonly list = new Loadable<WeightSetSummary[]>();
  readonly known = new Loadable<KnownWeightsState[]>();
  readonly details = new Loadable<WeightSetDetail>();
  readonly candidates = new Loadable<RunSummary[]>();
  #saving = $state(false);
  #downloads = $state.raw<Record<string, string>>(stored.read() ?? {});

  constructor(api: Api, jobs: JobsState, errors: ErrorCentre) {
    this.#api = api;
    this.#jobs = jobs;
    this.#errors = errors;
    for (const [id, jobId] of Object.entries(this.#downloads)) void this.#follow(id, jobId);
  }

  get saving(): boolean {
    return this.#saving;
  }

  refresh(): Promise<void> {
    return this.list.load(() => this.#api.weights.list.query());
  }

  async refreshAll(): Promise<void> {
    await Promise.all([this.refresh(), this.known.load(() => this.#api.weights.known.query())]);
  }

  showDetails(id: string): Promise<void> {
    this.details.set(null);
    return this.details.load(() => this.#api.weights.get.query({ id }));
  }

  openImport(): WeightsImport {
    return new WeightsImport(this.#api, this.#jobs);
  }

  /** True while a download has a job, even one that this page has not heard of yet. */
  isDownloading(id: string): boolean {
    return id in this.#downloads;
  }
  downloadJob(id: string): Job | null {
    return this.#jobs.get(this.#downloads[id] ?? null);
  }

  async download(id: string): Promise<void> {
    try {
      const { jobId } = await this.#api.weights.download.mutate({ id });
      this.#setDownload(id, jobId);
      await this.#follow(id, jobId);
    } catch (error) {
      this.#errors.handleError(error, 'The weights could not be downloaded.');
    }
  }

  async cancelDownload(id: string): Promise<void> {
    const jobId = this.#downloads[id];
    if (jobId !== undefined) await this.#jobs.cancel(jobId);
  }

  async discardDownload(id: string): Promise<void> {
    try {
      await this.#api.weights.discardDownload.mutate({ id });
      await this.refreshAll();
    } catch (error) {
      this.#errors.handleError(error, 'The unfinished download could not be removed.');
    }
  }

  async #follow(id: string, jobId: string): Promise<void> {
    try {
      await this.#jobs.result(jobId);
    } catch (error) {
      this.#errors.handleError(error, 'The weights could not be downloaded.');
    }
    this.#setDownload(id, null);
    await this.refreshAll();
  }

  #setDownload(id: string, jobId: string | null): void {
    const others = Object.fromEntries(Object.entries(this.#downloads).filter(([other]) => other !== id));
    this.#downloads = jobId === null ? others : { ...others, [id]: jobId };
    stored.write(this.#downloads);
  }

  /** Finished runs of a study. */
  findRuns(studyId: string): Promise<void> {
    return this.candidates.load(async () => {
      const runs = await this.#api.runs.list.query({ studyId });
      return runs.filter((run) => run.state === 'succeeded');
    });
  }

  /** True when the weight set is there. */
  async fromRun(runId: string, name: string): Promise<boolean> {
    this.#saving = true;
    try {
      await this.#api.weights.fromRun.mutate({ runId, name });
      await this.refresh();
      return true;
    } catch (error) {
      this.#errors.handleError(error, 'The run could not be used as pretrained weights.');
      return false;
    } finally {
      this.#saving = false;
    }
  }

  async remove(id: string): Promise<void> {
    try {
      await this.#api.weights.remove.mutate({ id });
      await this.refreshAll();
    } catch (error) {
      this.#errors.handleError(error, 'The weights could not be removed.');
    }
  }
}
