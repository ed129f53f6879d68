import type { MarkedImage, MarkKind } from '../../../shared/dataset/image-marks.ts';
import type { Api } from '../../api/client.ts';
import type { ErrorCentre } from '../system/errors.svelte.ts';
import { Loadable } from '../system/loadable.svelte.ts';

/** The marks of one kind on the images of one dataset. */
export class ImageMarksState {
  readonly #api: Api;
  readonly #errors: ErrorCentre;
  readonly #datasetId: string;
  readonly #kind: MarkKind;
  readonly list = new Loadable<MarkedImage[]>();
  /** What was removed last, to put it back. */
  #removed = $state.raw<MarkedImage | null>(null);
  #busy = $state(false);

  constructor(api: Api, errors: ErrorCentre, of: { datasetId: string; kind: MarkKind }) {
    this.#api = api;
    this.#errors = errors;
    this.#datasetId = of.datasetId;
    this.#kind = of.kind;
    void this.#load();
  }

  get removed(): MarkedImage | null {
    return this.#removed;
  }

  get busy(): boolean {
    return this.#busy;
  }

  find(imageId: string): MarkedImage | undefined {
    return this.list.value?.find((mark) => mark.imageId === imageId);
  }

  async mark(imageId: string, reason: string): Promise<void> {
    const request = { datasetId: this.#datasetId, imageId, reason, kind: this.#kind };
    await this.#change(() => this.#api.marks.mark.mutate(request), null);
  }

  async remove(mark: MarkedImage): Promise<void> {
    const { imageId } = mark;
    await this.#change(() => this.#api.marks.unmark.mutate({ datasetId: this.#datasetId, imageId }), mark);
  }

  async putBack(): Promise<void> {
    const { imageId, reason } = this.#removed ?? {};
    if (imageId === undefined || reason === undefined) return;
    await this.mark(imageId, reason);
  }

  async #change(change: () => Promise<unknown>, removed: MarkedImage | null): Promise<void> {
    this.#busy = true;
    try {
      await change();
      this.#removed = removed;
      await this.#load();
    } catch (error) {
      this.#errors.handleError(error, 'The mark could not be changed.');
    } finally {
      this.#busy = false;
    }
  }

  #load(): Promise<void> {
    return this.list.load(() => this.#api.marks.list.query({ datasetId: this.#datasetId, kind: this.#kind }));
  }
}
