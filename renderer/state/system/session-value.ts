/** Wizard input survives a reload of the page, not the end of the browser's tab. */
export class SessionValue<T> {
  readonly #key: string;
  readonly #accepts: (value: unknown) => value is T;

  /** `accepts` guards against what an older version of the app has stored. */
  constructor(key: string, accepts: (value: unknown) => value is T) {
    this.#key = `transfusion:${key}`;
    this.#accepts = accepts;
  }

  read(): T | null {
    try {
      const value: unknown = JSON.parse(sessionStorage.getItem(this.#key) ?? 'null');
      return this.#accepts(value) ? value : null;
    } catch {
      return null;
    }
  }

  write(value: T): void {
    sessionStorage.setItem(this.#key, JSON.stringify(value));
  }

  clear(): void {
    sessionStorage.removeItem(this.#key);
  }
}
