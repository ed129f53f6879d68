import type { FolderListing } from '../../shared/system.ts';
import type { ErrorCentre } from './errors.svelte.ts';
import { Loadable } from './loadable.svelte.ts';

export interface FolderQuestion {
  title: string;
  startIn?: string;
}

/** The folder picker of the browser host: one question at a time. */
export class FolderDialogState {
  readonly #list: (path: string | null) => Promise<FolderListing>;
  readonly #errors: ErrorCentre;
  #question = $state.raw<FolderQuestion | null>(null);
  #answer: ((path: string | null) => void) | null = null;
  readonly listing = new Loadable<FolderListing>();

  constructor(list: (path: string | null) => Promise<FolderListing>, errors: ErrorCentre) {
    this.#list = list;
    this.#errors = errors;
  }

  get question(): FolderQuestion | null {
    return this.#question;
  }

  ask(question: FolderQuestion): Promise<string | null> {
    this.#answer?.(null);
    this.#question = question;
    void this.#openFirst(question.startIn ?? null);
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }

  /** Stays where it is when the folder cannot be read. */
  async open(path: string | null): Promise<void> {
    try {
      this.listing.set(await this.#list(path));
    } catch (error) {
      this.#errors.handleError(error, 'The folder could not be opened.');
    }
  }

  answer(path: string | null): void {
    this.#answer?.(path);
    this.#answer = null;
    this.#question = null;
  }

  /** A start folder that is gone falls back to the default one. */
  async #openFirst(path: string | null): Promise<void> {
    this.listing.set(null);
    try {
      this.listing.set(await this.#list(path));
    } catch {
      await this.open(null);
    }
  }
}
