/**
 * The one error type that crosses rooms and the wire. An expected failure is a typed result of the function that can
 * fail; an `AppError` is for everything that a caller cannot be asked to handle on the spot.
 */
import type { ImportQuestion } from '../dataset/import-question.ts';

export const ERROR_CODES = [
  'bad-input',
  'needs-answer',
  'not-found',
  'conflict',
  'unsupported',
  'runtime-missing',
  'library-locked',
  'out-of-space',
  'run-failed',
  'cancelled',
  'io',
  'internal',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

export interface AppErrorOptions {
  /** One sentence that tells the user what to do. */
  action?: string;
  /** Technical text, folded away in the app; never a path of a patient's image or an identifier. */
  details?: string;
  /** Of `needs-answer`. */
  questions?: ImportQuestion[];
  cause?: unknown;
}

/** What a client sees of an error. */
export interface ErrorShape {
  code: ErrorCode;
  message: string;
  action?: string | undefined;
  details?: string | undefined;
  questions?: ImportQuestion[] | undefined;
}

/** `message` is one sentence for a user: what was expected and what was found. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly action: string | undefined;
  readonly details: string | undefined;
  readonly questions: ImportQuestion[] | undefined;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.action = options.action;
    this.details = options.details;
    this.questions = options.questions;
  }
}

const UNREADABLE = {
  code: 'io',
  message: 'The library file could not be read or written: its disk reports an error.',
  action: 'Check that the disk is connected, has room, and can be written to.',
} as const;
const DAMAGED = {
  code: 'io',
  message: 'The library file is damaged.',
  action: 'Put library.sqlite back from a backup; copies from before each update lie beside it.',
} as const;
/** Failures of the library's database by the middle of their code. */
const DATABASE = {
  FULL: {
    code: 'out-of-space',
    message: 'The disk of the library folder is full.',
    action: 'Free some space there and try again.',
  },
  READONLY: {
    code: 'io',
    message: 'The library may not be written to.',
    action: 'Give this user the right to write there, or choose another library folder with --home.',
  },
  IOERR: UNREADABLE,
  CANTOPEN: UNREADABLE,
  CORRUPT: DAMAGED,
  NOTADB: DAMAGED,
} as const satisfies Record<string, ErrorShape>;

/**
 * Any thrown value as an {@link ErrorShape}; unknown errors become `internal` with their message as details. Errors of the
 * operating system keep their code only, since their text names the file.
 */
export function toErrorShape(error: unknown): ErrorShape {
  if (error instanceof AppError) {
    const { code, message, action, details, questions } = error;
    return { code, message, action, details, ...(questions === undefined ? {} : { questions }) };
  }
  const systemCode = (error as { code?: unknown; syscall?: unknown } | null)?.code;
  if (error instanceof Error && 'syscall' in error && typeof systemCode === 'string') {
    return systemCode === 'ENOSPC' || systemCode === 'EDQUOT'
      ? {
          code: 'out-of-space',
          message: 'The disk is full.',
          action: 'Free some space and try again.',
          details: systemCode,
        }
      : { code: 'io', message: 'A file or folder could not be read or written.', details: systemCode };
  }
  if (error instanceof Error && typeof systemCode === 'string') {
    const found = /^SQLITE_(FULL|READONLY|IOERR|CANTOPEN|CORRUPT|NOTADB)/.exec(systemCode)?.[1];
    if (found !== undefined) return { ...DATABASE[found as keyof typeof DATABASE], details: systemCode };
  }
  const details = error instanceof Error ? error.message : String(error);
  if (systemCode === 'ERR_INVALID_ARG_VALUE' && details.includes('null bytes')) {
    return { code: 'bad-input', message: 'Expected a path, got one with a NUL character in it.' };
  }
  return { code: 'internal', message: 'Something failed that should not have failed.', details };
}

/** Without the technical details: what a process or thread tells of its failure, and what is stored of it. */
export function toPlainError(error: unknown): Omit<ErrorShape, 'details'> {
  const { code, message, action } = toErrorShape(error);
  return { code, message, ...(action === undefined ? {} : { action }) };
}

/**
 * The error of another thread or process, from what it told of it. A code that this version does not know becomes `internal`.
 */
export function fromErrorShape({
  code,
  message,
  action,
  details,
  questions,
}: Omit<ErrorShape, 'code'> & { code: string }): AppError {
  return new AppError(ERROR_CODES.find((known) => known === code) ?? 'internal', message, {
    ...(action === undefined ? {} : { action }),
    ...(details === undefined ? {} : { details }),
    ...(questions === undefined ? {} : { questions }),
  });
}

/** The result of something that is expected to fail now and then. */
export type Result<T, E = ErrorShape> = { ok: true; value: T } | { ok: false; error: E };
