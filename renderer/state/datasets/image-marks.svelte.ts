import type { MarkedImage } from '../../../shared/dataset/image-marks.ts';
import type { Api } from '../../api/client.ts';
import type { ErrorCentre } from '../system/errors.svelte.ts';
import { Loadable } from '../system/loadable.svelte.ts';

/** The marks of one dataset. */
export class ImageMarksState {
  readonly #api: Api;
  readonly #errors: ErrorCentre;
  readonly #datasetId: string;
  readonly list = new Loadable<MarkedImage[]>();
  /** What was removed last, to put it back. */
  #removed = $state.raw<MarkedImage | null>(null);

  constructor(api: Api, errors: ErrorCentre, datasetId: string) {
    this.#api = api;
    this.#errors = errors;
    this.#datasetId = datasetId;
    void this.#load();
  }

  get removed(): MarkedImage | null {
    return this.#removed;
  }

  async remove(mark: MarkedImage): Promise<void> {
    const { imageId } = mark;
    await this.#change(() => this.#api.marks.unmark.mutate({ datasetId: this.#datasetId, imageId }), mark);
  }

  async putBack(): Promise<void> {
    const { imageId, reason } = this.#removed ?? {};
    if (imageId === undefined || reason === undefined) return;
    await this.#change(() => this.#api.marks.mark.mutate({ datasetId: this.#datasetId, imageId, reason }), null);
  }

  async #change(change: () => Promise<unknown>, removed: MarkedImage | null): Promise<void> {
    try {
      await change();
      this.#removed = removed;
      await this.#load();
    } catch (error) {
      this.#errors.handleError(error, 'The mark could not be changed.');
    }
  }

  #load(): Promise<void> {
    return this.list.load(() => this.#api.marks.list.query({ datasetId: this.#datasetId }));
  }
}
