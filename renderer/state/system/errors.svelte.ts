import type { ErrorShape } from '../../../shared/system/errors.ts';
import { errorShapeOf } from '../../api/error-shape.ts';

export interface Notice {
  id: number;
  /** What the app was doing, 'The folder could not be read.' */
  title: string;
  error: ErrorShape;
}

const MOST_NOTICES = 3;

/** The one place where errors are shown. Cancelled is not an error. */
export class ErrorCentre {
  #notices = $state<Notice[]>([]);
  #nextId = 1;

  get notices(): readonly Notice[] {
    return this.#notices;
  }

  /** `title` is one sentence in plain words about what did not work. */
  handleError = (error: unknown, title: string): void => {
    const shape = errorShapeOf(error);
    if (shape.code === 'cancelled') return;
    const same = this.#notices.find((n) => n.title === title && n.error.message === shape.message);
    if (same) return;
    this.#notices = [...this.#notices, { id: this.#nextId++, title, error: shape }].slice(-MOST_NOTICES);
  };

  /** What a step of a wizard has said is of no use in the next. */
  clear(): void {
    this.#notices = [];
  }
  dismiss(id: number): void {
    this.#notices = this.#notices.filter((notice) => notice.id !== id);
  }
}
