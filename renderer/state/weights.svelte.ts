import type { WeightSetSummary } from '../../shared/models.ts';
import type { RunSummary } from '../../shared/run.ts';
import type { Api } from '../api/client.ts';
import type { ErrorCentre } from './errors.svelte.ts';
import { Loadable } from './loadable.svelte.ts';

/** Pretrained weight sets, and the finished runs that could become one. */
export class WeightsState {
  readonly #api: Api;
  readonly #errors: ErrorCentre;
  readonly list = new Loadable<WeightSetSummary[]>();
  readonly candidates = new Loadable<RunSummary[]>();
  #saving = $state(false);

  constructor(api: Api, errors: ErrorCentre) {
    this.#api = api;
    this.#errors = errors;
  }

  get saving(): boolean {
    return this.#saving;
  }

  refresh(): Promise<void> {
    return this.list.load(() => this.#api.weights.list.query());
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
      await this.refresh();
    } catch (error) {
      this.#errors.handleError(error, 'The weights could not be removed.');
    }
  }
}
