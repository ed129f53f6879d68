import { errorShapeOf } from '../../api/error-shape.ts';
import type { ErrorShape } from '../../../shared/system/errors.ts';

/** Something fetched: the last value stays while a newer one is on its way, and a late answer never overwrites a later one. */
export class Loadable<T> {
  #value = $state.raw<T | null>(null);
  #error = $state.raw<ErrorShape | null>(null);
  #loading = $state(false);
  #turn = 0;

  get value(): T | null {
    return this.#value;
  }
  get error(): ErrorShape | null {
    return this.#error;
  }
  get loading(): boolean {
    return this.#loading;
  }
  /** Nothing to show yet, and no reason why. */
  get pending(): boolean {
    return this.#value === null && this.#error === null;
  }

  async load(fetch: () => Promise<T>): Promise<void> {
    const turn = ++this.#turn;
    this.#loading = true;
    try {
      const value = await fetch();
      if (turn === this.#turn) [this.#value, this.#error] = [value, null];
    } catch (error) {
      if (turn === this.#turn) this.#error = errorShapeOf(error);
    } finally {
      if (turn === this.#turn) this.#loading = false;
    }
  }

  /** Changes what is there, without disturbing a newer value on its way. */
  update(change: (value: T) => T): void {
    if (this.#value !== null) this.#value = change(this.#value);
  }

  set(value: T | null): void {
    this.#turn++;
    this.#value = value;
    this.#error = null;
    this.#loading = false;
  }
}
