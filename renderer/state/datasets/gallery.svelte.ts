import type { Split } from '../../../shared/dataset/dataset.ts';
import type { DatasetImage } from '../../../shared/dataset/gallery.ts';
import type { ImageFlag } from '../../../shared/dataset/image-flags.ts';
import type { Api } from '../../api/client.ts';
import type { ErrorCentre } from '../system/errors.svelte.ts';
import { PagedList } from '../system/paged-list.svelte.ts';

export const GALLERY_PAGE = 200;

export interface GalleryFilter {
  split: Split | null;
  /** Name of an output that is labelled 1. */
  output: string | null;
  flag: ImageFlag | null;
}

/** The images of one dataset, fetched page by page as they come into view. */
export class GalleryState {
  readonly datasetId: string;
  #filter = $state.raw<GalleryFilter>({ split: null, output: null, flag: null });
  readonly #images: PagedList<DatasetImage>;

  constructor(api: Api, errors: ErrorCentre, datasetId: string) {
    this.datasetId = datasetId;
    this.#images = new PagedList({
      size: GALLERY_PAGE,
      fetchPage: async (offset, limit) => {
        const { split, output, flag } = this.#filter;
        const { total, images } = await api.datasets.images.query({
          id: datasetId,
          ...(split === null ? {} : { split }),
          ...(output === null ? {} : { output }),
          ...(flag === null ? {} : { flag }),
          offset,
          limit,
        });
        return { total, items: images };
      },
      failed: (error) => errors.handleError(error, 'The images could not be listed.'),
    });
    this.#images.need(0, 1);
  }

  get filter(): GalleryFilter {
    return this.#filter;
  }
  /** Null until the first page has come. */
  get total(): number | null {
    return this.#images.total;
  }

  /** Null while its page is on the way. */
  at(index: number): DatasetImage | null {
    return this.#images.at(index);
  }

  /** Makes sure that the images of [from, to) are here or on their way. */
  need(from: number, to: number): void {
    this.#images.need(from, to);
  }

  setFilter(filter: GalleryFilter): void {
    this.#filter = filter;
    this.#images.restart();
  }
}
