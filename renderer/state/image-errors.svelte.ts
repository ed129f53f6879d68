import { SvelteMap } from 'svelte/reactivity';
import type { DatasetDetail } from '../../shared/dataset.ts';
import type { ErrorFilter, ErrorImage, ErrorsOf, ImageErrors } from '../../shared/image-errors.ts';
import type { ImageMark } from '../../shared/image-marks.ts';
import type { Api } from '../api/client.ts';
import type { ErrorCentre } from './errors.svelte.ts';
import { Loadable } from './loadable.svelte.ts';

const PAGE = 100;

/** The test images that an arm or a run gets wrong: the table, and the images of one cell or band, page by page. */
export class ImageErrorsState {
  readonly #api: Api;
  readonly #errors: ErrorCentre;
  readonly summary = new Loadable<ImageErrors>();
  readonly dataset = new Loadable<DatasetDetail>();
  #of: ErrorsOf | null = null;
  #filter = $state.raw<ErrorFilter>({});
  #total = $state<number | null>(null);
  /** The last change of a mark, as it was before. */
  #before = $state.raw<{ imageId: string; mark: ImageMark | null } | null>(null);
  #busy = $state(false);
  readonly #pages = new SvelteMap<number, ErrorImage[]>();
  /** Pages here or on their way; not reactive, because asking must not wake the one who asks. */
  #asked: Record<number, true> = {};
  #turn = 0;

  constructor(api: Api, errors: ErrorCentre, datasetId: string) {
    this.#api = api;
    this.#errors = errors;
    void this.dataset.load(() => api.datasets.get.query({ id: datasetId }));
  }

  get filter(): ErrorFilter {
    return this.#filter;
  }
  /** Null until the first page has come. */
  get total(): number | null {
    return this.#total;
  }
  get busy(): boolean {
    return this.#busy;
  }

  /** Null while its page is on the way. */
  at(index: number): ErrorImage | null {
    return this.#pages.get(Math.floor(index / PAGE))?.[index % PAGE] ?? null;
  }

  /** Makes sure that the images of [from, to) are here or on their way. */
  need(from: number, to: number): void {
    for (let page = Math.floor(from / PAGE); page * PAGE < to; page++) void this.#fetch(page);
  }

  async show(of: ErrorsOf, filter: ErrorFilter): Promise<void> {
    this.#of = of;
    this.setFilter(filter);
    await this.#loadSummary();
  }

  setFilter(filter: ErrorFilter): void {
    this.#filter = filter;
    this.#turn++;
    this.#asked = {};
    this.#pages.clear();
    this.#total = null;
    void this.#fetch(0);
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
    const [page, images] = [...this.#pages].find(([, list]) => list.some(({ id }) => id === imageId)) ?? [];
    const image = images?.find(({ id }) => id === imageId);
    if (datasetId === undefined || page === undefined || images === undefined || image === undefined) return;
    this.#busy = true;
    try {
      const mark = await change(datasetId);
      this.#before = { imageId, mark: image.mark };
      // In its place: a list that closes its gap under the reader's eyes loses them.
      this.#pages.set(
        page,
        images.map((one) => (one.id === imageId ? { ...one, mark } : one)),
      );
      await this.#loadSummary();
    } catch (error) {
      this.#errors.handleError(error, 'The mark could not be changed.');
    } finally {
      this.#busy = false;
    }
  }

  async #loadSummary(): Promise<void> {
    const of = this.#of;
    if (of !== null) await this.summary.load(() => this.#api.errors.summary.query(of));
  }

  async #fetch(page: number): Promise<void> {
    const of = this.#of;
    if (of === null || this.#asked[page]) return;
    this.#asked[page] = true;
    const turn = this.#turn;
    try {
      const answer = await this.#api.errors.images.query({
        ...of,
        filter: this.#filter,
        offset: page * PAGE,
        limit: PAGE,
      });
      if (turn !== this.#turn) return;
      this.#total = answer.total;
      this.#pages.set(page, answer.images);
    } catch (error) {
      if (turn !== this.#turn) return;
      delete this.#asked[page];
      this.#total ??= 0;
      // The first page fails as the table does, which says so.
      if (page > 0) this.#errors.handleError(error, 'The images could not be listed.');
    }
  }
}
