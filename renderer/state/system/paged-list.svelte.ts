import { SvelteMap } from 'svelte/reactivity';

export interface ListPage<T> {
  total: number;
  items: readonly T[];
}

/** A long list on the server, fetched page by page as its items come into view. */
export class PagedList<T> {
  readonly #size: number;
  readonly #fetchPage: (offset: number, limit: number) => Promise<ListPage<T>> | null;
  readonly #failed: (error: unknown, page: number) => void;
  #total = $state<number | null>(null);
  readonly #pages = new SvelteMap<number, readonly T[]>();
  /** Pages here or on their way; not reactive, because asking must not wake the one who asks. */
  #asked: Record<number, true> = {};
  #turn = 0;

  /** `fetchPage` gives null while there is nothing to ask for. */
  constructor(options: {
    size: number;
    fetchPage: (offset: number, limit: number) => Promise<ListPage<T>> | null;
    failed: (error: unknown, page: number) => void;
  }) {
    this.#size = options.size;
    this.#fetchPage = options.fetchPage;
    this.#failed = options.failed;
  }

  /** Null until the first page has come. */
  get total(): number | null {
    return this.#total;
  }

  /** Null while its page is on the way. */
  at(index: number): T | null {
    return this.#pages.get(Math.floor(index / this.#size))?.[index % this.#size] ?? null;
  }

  /** Makes sure that the items of [from, to) are here or on their way. */
  need(from: number, to: number): void {
    for (let page = Math.floor(from / this.#size); page * this.#size < to; page++) void this.#fetch(page);
  }

  /** Forgets everything and asks for the first page: what the list holds has changed. */
  restart(): void {
    this.#turn++;
    this.#asked = {};
    this.#pages.clear();
    this.#total = null;
    void this.#fetch(0);
  }

  /** Changes an item in its place, where its page is still here; a list that closes its gap under the reader's eyes loses them. */
  replace(matches: (item: T) => boolean, change: (item: T) => T): void {
    for (const [page, items] of this.#pages) {
      if (items.some(matches)) {
        this.#pages.set(
          page,
          items.map((item) => (matches(item) ? change(item) : item)),
        );
      }
    }
  }

  /** The first one that is here. */
  find(matches: (item: T) => boolean): T | undefined {
    for (const items of this.#pages.values()) {
      const found = items.find(matches);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  async #fetch(page: number): Promise<void> {
    if (this.#asked[page]) return;
    const asked = this.#fetchPage(page * this.#size, this.#size);
    if (asked === null) return;
    this.#asked[page] = true;
    const turn = this.#turn;
    try {
      const { total, items } = await asked;
      if (turn !== this.#turn) return;
      this.#total = total;
      this.#pages.set(page, items);
    } catch (error) {
      if (turn !== this.#turn) return;
      delete this.#asked[page];
      this.#total ??= 0;
      this.#failed(error, page);
    }
  }
}
