import type { StudySummary } from '../../shared/study.ts';
import type { Api } from '../api/client.ts';
import type { ErrorCentre } from './errors.svelte.ts';
import { Loadable } from './loadable.svelte.ts';

export class StudiesState {
  readonly #api: Api;
  readonly #errors: ErrorCentre;
  readonly list = new Loadable<StudySummary[]>();

  constructor(api: Api, errors: ErrorCentre) {
    this.#api = api;
    this.#errors = errors;
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
