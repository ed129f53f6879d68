/** What is wrong with a study's specification, with the field that says so. */
import { AppError } from '../../../shared/system/errors.ts';

export type SpecPath = readonly (string | number)[];

/** An {@link AppError} `bad-input` about one field; a command that read the field from a file can name the line. */
export class SpecError extends AppError {
  readonly path: SpecPath;

  constructor(path: SpecPath, message: string, action?: string, cause?: unknown) {
    super('bad-input', `${fieldName(path)}: ${message}`, {
      ...(action === undefined ? {} : { action }),
      ...(cause === undefined ? {} : { cause }),
    });
    this.path = path;
  }
}

/** `inits[1].weights`. */
export function fieldName(path: SpecPath): string {
  return path.reduce<string>((name, key) => {
    if (typeof key === 'number') return `${name}[${key}]`;
    return name === '' ? key : `${name}.${key}`;
  }, '');
}
