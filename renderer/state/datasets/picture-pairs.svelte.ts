import type { ListedPair } from '../../../shared/dataset/picture-pairs.ts';
import type { Api } from '../../api/client.ts';
import type { ErrorCentre } from '../system/errors.svelte.ts';
import { Loadable } from '../system/loadable.svelte.ts';

const STEP = 24;

/** Pictures that an import found twice; more of them on demand. */
export class PicturePairsState {
  readonly #api: Api;
  readonly #errors: ErrorCentre;
  readonly #datasetId: string;
  readonly list = new Loadable<{ total: number; pairs: ListedPair[] }>();
  #shown = STEP;

  constructor(api: Api, errors: ErrorCentre, datasetId: string) {
    this.#api = api;
    this.#errors = errors;
    this.#datasetId = datasetId;
    void this.#load();
  }

  async more(): Promise<void> {
    this.#shown += STEP;
    await this.#load();
  }

  /** @param reason null takes back what was said before */
  async say(pair: ListedPair, reason: string | null): Promise<void> {
    const ids = { datasetId: this.#datasetId, firstId: pair.first.id, secondId: pair.second.id };
    try {
      if (reason === null) await this.#api.datasets.withdrawDifferent.mutate(ids);
      else await this.#api.datasets.declareDifferent.mutate({ ...ids, reason });
      await this.#load();
    } catch (error) {
      this.#errors.handleError(error, 'What you said of the pair could not be stored.');
    }
  }

  #load(): Promise<void> {
    return this.list.load(() =>
      this.#api.datasets.pairs.query({ id: this.#datasetId, limit: Math.min(500, this.#shown) }),
    );
  }
}
