import { ERROR_CODES, toErrorShape, type ErrorShape } from '../../shared/system/errors.ts';

function isErrorShape(value: unknown): value is ErrorShape {
  if (typeof value !== 'object' || value === null) return false;
  const { code, message } = value as Record<string, unknown>;
  return typeof message === 'string' && ERROR_CODES.some((known) => known === code);
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function isAborted(error: unknown): boolean {
  return field(error, 'name') === 'AbortError' || field(field(error, 'cause'), 'name') === 'AbortError';
}

/** What to show of anything thrown by the API client: the server's own error, or that the server could not be reached. */
export function errorShapeOf(error: unknown): ErrorShape {
  const own = field(field(error, 'data'), 'app');
  if (isErrorShape(own)) return own;
  if (isErrorShape(error)) return error;
  if (isAborted(error)) return { code: 'cancelled', message: 'Cancelled.' };
  const status = field(field(error, 'data'), 'httpStatus');
  if (status === 401 || status === 403) {
    return {
      code: 'io',
      message: 'This page is no longer signed in to the app.',
      action: 'Open the address that the app printed when it started.',
    };
  }
  if (field(error, 'name') === 'TRPCClientError' && field(error, 'data') === undefined) {
    return {
      code: 'io',
      message: 'The app does not answer.',
      action: 'Check that it is still running, then reload this page. Runs continue where they stopped.',
      details: toErrorShape(error).details,
    };
  }
  return toErrorShape(error);
}
