import type { OpenedBundle } from '../../shared/bundle.ts';
import type { StudySummary } from '../../shared/study.ts';
import type { Api } from '../api/client.ts';
import type { ErrorCentre } from './errors.svelte.ts';
import { Loadable } from './loadable.svelte.ts';

export class StudiesState {
  readonly #api: Api;
  readonly #errors: ErrorCentre;
  readonly list = new Loadable<StudySummary[]>();
  #opening = $state(false);

  constructor(api: Api, errors: ErrorCentre) {
    this.#api = api;
    this.#errors = errors;
  }

  get opening(): boolean {
    return this.#opening;
  }

  /** Takes the study of a bundle into the library, read-only; null where that failed. */
  async openBundle(file: string): Promise<OpenedBundle | null> {
    this.#opening = true;
    try {
      const opened = await this.#api.bundles.open.mutate({ file });
      await this.refresh();
      return opened;
    } catch (error) {
      this.#errors.handleError(error, 'The bundle could not be opened.');
      return null;
    } finally {
      this.#opening = false;
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
