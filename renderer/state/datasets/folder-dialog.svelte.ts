import type { FolderListing } from '../../../shared/system/system.ts';
import type { ErrorCentre } from '../system/errors.svelte.ts';

export interface FolderQuestion {
  title: string;
  startIn?: string;
  /** A file with one of these endings (without dot) is asked for, not a folder. */
  endings?: string[];
}

/** The folder and file picker of the browser host: one question at a time. Only the answer to the last request counts. */
export class FolderDialogState {
  readonly #list: (path: string | null, endings: readonly string[]) => Promise<FolderListing>;
  readonly #errors: ErrorCentre;
  #question = $state.raw<FolderQuestion | null>(null);
  #answer: ((path: string | null) => void) | null = null;
  #listing = $state.raw<FolderListing | null>(null);
  #typed = $state('');
  /** The user has written since the last listing: a listing that was asked for before then leaves the text alone. */
  #isEdited = false;
  #turn = 0;

  constructor(list: (path: string | null, endings: readonly string[]) => Promise<FolderListing>, errors: ErrorCentre) {
    this.#list = list;
    this.#errors = errors;
  }

  get question(): FolderQuestion | null {
    return this.#question;
  }
  get listing(): FolderListing | null {
    return this.#listing;
  }
  get asksForFile(): boolean {
    return (this.#question?.endings ?? []).length > 0;
  }

  /** The text of the path field. */
  get typed(): string {
    return this.#typed;
  }
  set typed(text: string) {
    this.#typed = text;
    this.#isEdited = true;
  }

  ask(question: FolderQuestion): Promise<string | null> {
    this.#answer?.(null);
    this.#question = question;
    this.#listing = null;
    this.#typed = '';
    this.#isEdited = false;
    void this.#openFirst(question.startIn ?? null);
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }

  /** Stays where it is when the folder cannot be read. */
  async open(path: string | null): Promise<void> {
    const turn = ++this.#turn;
    this.#isEdited = false;
    try {
      this.#receive(turn, await this.#list(path, this.#endings));
    } catch (error) {
      if (turn === this.#turn) this.#errors.handleError(error, 'The folder could not be opened.');
    }
  }

  /** What is typed: a file that is asked for is the answer, anything else is opened. */
  async openTyped(): Promise<void> {
    const path = this.#typed.trim();
    const ending = /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase();
    if (ending !== undefined && this.#endings.includes(ending)) this.answer(path);
    else await this.open(path === '' ? null : path);
  }

  answer(path: string | null): void {
    this.#turn++;
    this.#answer?.(path);
    this.#answer = null;
    this.#question = null;
  }

  get #endings(): readonly string[] {
    return this.#question?.endings ?? [];
  }

  /** A start folder that is gone falls back to the default one. */
  async #openFirst(path: string | null): Promise<void> {
    const turn = ++this.#turn;
    try {
      this.#receive(turn, await this.#list(path, this.#endings));
    } catch {
      if (turn === this.#turn) await this.open(null);
    }
  }

  #receive(turn: number, listing: FolderListing): void {
    if (turn !== this.#turn) return;
    this.#listing = listing;
    if (!this.#isEdited) this.#typed = listing.path;
  }
}
