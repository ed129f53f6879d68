import type { DatasetImage, Split } from '../../shared/dataset.ts';
import { SvelteMap } from 'svelte/reactivity';
import type { Api } from '../api/client.ts';
import type { ErrorCentre } from './errors.svelte.ts';

export const GALLERY_PAGE = 200;

export interface GalleryFilter {
  split: Split | null;
  /** Name of an output that is labelled 1. */
  output: string | null;
}

/** The images of one dataset, fetched page by page as they come into view. */
export class GalleryState {
  readonly #api: Api;
  readonly #errors: ErrorCentre;
  readonly datasetId: string;
  #filter = $state.raw<GalleryFilter>({ split: null, output: null });
  #total = $state<number | null>(null);
  readonly #pages = new SvelteMap<number, DatasetImage[]>();
  /** Pages here or on their way; not reactive, because asking must not wake the one who asks. */
  #asked: Record<number, true> = {};
  #turn = 0;

  constructor(api: Api, errors: ErrorCentre, datasetId: string) {
    this.#api = api;
    this.#errors = errors;
    this.datasetId = datasetId;
    void this.#fetch(0);
  }

  get filter(): GalleryFilter {
    return this.#filter;
  }
  /** Null until the first page has come. */
  get total(): number | null {
    return this.#total;
  }

  /** Null while its page is on the way; asks for the page when it is not. */
  at(index: number): DatasetImage | null {
    return this.#pages.get(Math.floor(index / GALLERY_PAGE))?.[index % GALLERY_PAGE] ?? null;
  }

  /** Makes sure that the images of [from, to) are here or on their way. */
  need(from: number, to: number): void {
    for (let page = Math.floor(from / GALLERY_PAGE); page * GALLERY_PAGE < to; page++) void this.#fetch(page);
  }

  setFilter(filter: GalleryFilter): void {
    this.#filter = filter;
    this.#turn++;
    this.#asked = {};
    this.#pages.clear();
    this.#total = null;
    void this.#fetch(0);
  }

  async #fetch(page: number): Promise<void> {
    if (this.#asked[page]) return;
    this.#asked[page] = true;
    const turn = this.#turn;
    const { split, output } = this.#filter;
    try {
      const answer = await this.#api.datasets.images.query({
        id: this.datasetId,
        ...(split === null ? {} : { split }),
        ...(output === null ? {} : { output }),
        offset: page * GALLERY_PAGE,
        limit: GALLERY_PAGE,
      });
      if (turn !== this.#turn) return;
      this.#total = answer.total;
      this.#pages.set(page, answer.images);
    } catch (error) {
      if (turn !== this.#turn) return;
      delete this.#asked[page];
      this.#total ??= 0;
      this.#errors.handleError(error, 'The images could not be listed.');
    }
  }
}
