import type { DatasetDetail } from '../../../shared/dataset/dataset.ts';
import type { ErrorFilter, MistakenImage, MistakesOf, Mistakes } from '../../../shared/mistakes/mistakes.ts';
import type { ImageMark } from '../../../shared/dataset/image-marks.ts';
import type { Api } from '../../api/client.ts';
import type { ErrorCentre } from '../system/errors.svelte.ts';
import { Loadable } from '../system/loadable.svelte.ts';
import { PagedList, type ListPage } from '../system/paged-list.svelte.ts';

const PAGE = 100;

/** The test images that an arm or a run gets wrong: the table, and the images of one cell or band, page by page. */
export class MistakesState {
  readonly #api: Api;
  readonly #errors: ErrorCentre;
  readonly summary = new Loadable<Mistakes>();
  readonly dataset = new Loadable<DatasetDetail>();
  #of: MistakesOf | null = null;
  #filter = $state.raw<ErrorFilter>({});
  readonly #images: PagedList<MistakenImage>;
  /** The last change of a mark, as it was before. */
  #before = $state.raw<{ imageId: string; mark: ImageMark | null } | null>(null);
  #busy = $state(false);

  constructor(api: Api, errors: ErrorCentre, datasetId: string) {
    this.#api = api;
    this.#errors = errors;
    void this.dataset.load(() => api.datasets.get.query({ id: datasetId }));
    this.#images = new PagedList({
      size: PAGE,
      fetchPage: (offset, limit) => (this.#of === null ? null : this.#fetch(this.#of, offset, limit)),
      // The first page fails as the table does, which says so.
      failed: (error, page) => {
        if (page > 0) errors.handleError(error, 'The images could not be listed.');
      },
    });
  }

  get filter(): ErrorFilter {
    return this.#filter;
  }
  /** Null until the first page has come. */
  get total(): number | null {
    return this.#images.total;
  }
  get busy(): boolean {
    return this.#busy;
  }

  /** Null while its page is on the way. */
  at(index: number): MistakenImage | null {
    return this.#images.at(index);
  }

  /** Makes sure that the images of [from, to) are here or on their way. */
  need(from: number, to: number): void {
    this.#images.need(from, to);
  }

  async show(of: MistakesOf, filter: ErrorFilter): Promise<void> {
    this.#of = of;
    this.setFilter(filter);
    await this.#loadSummary();
  }

  setFilter(filter: ErrorFilter): void {
    this.#filter = filter;
    this.#images.restart();
  }

  async mark(imageId: string, reason: string): Promise<void> {
    await this.#change(imageId, (datasetId) => this.#api.marks.mark.mutate({ datasetId, imageId, reason }));
  }

  async unmark(imageId: string): Promise<void> {
    await this.#change(imageId, async (datasetId) => {
      await this.#api.marks.unmark.mutate({ datasetId, imageId });
      return null;
    });
  }

  /** Whether the last change was one of this image. */
  canUndo(imageId: string): boolean {
    return this.#before?.imageId === imageId;
  }

  async undo(): Promise<void> {
    const before = this.#before;
    if (before === null) return;
    await (before.mark === null ? this.unmark(before.imageId) : this.mark(before.imageId, before.mark.reason));
    this.#before = null;
  }

  async #change(imageId: string, change: (datasetId: string) => Promise<ImageMark | null>): Promise<void> {
    const datasetId = this.summary.value?.datasetId;
    const isIt = ({ id }: MistakenImage) => id === imageId;
    const image = this.#images.find(isIt);
    if (datasetId === undefined || image === undefined) return;
    this.#busy = true;
    try {
      const mark = await change(datasetId);
      this.#before = { imageId, mark: image.mark };
      this.#images.replace(isIt, (one) => ({ ...one, mark }));
      await this.#loadSummary();
    } catch (error) {
      this.#errors.handleError(error, 'The mark could not be changed.');
    } finally {
      this.#busy = false;
    }
  }

  async #loadSummary(): Promise<void> {
    const of = this.#of;
    if (of !== null) await this.summary.load(() => this.#api.mistakes.summary.query(of));
  }

  async #fetch(of: MistakesOf, offset: number, limit: number): Promise<ListPage<MistakenImage>> {
    const { total, images } = await this.#api.mistakes.images.query({ ...of, filter: this.#filter, offset, limit });
    return { total, items: images };
  }
}
