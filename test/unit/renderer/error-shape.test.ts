import { describe, expect, it } from 'vitest';
import { errorShapeOf } from '../../../renderer/api/error-shape.ts';
import { AppError } from '../../../shared/system/errors.ts';

const app = { code: 'bad-input', message: 'Expected a folder, got a file.' };

describe('what is shown of an error', () => {
  it("is the server's own words where it has some", () => {
    expect(errorShapeOf({ name: 'TRPCClientError', data: { app } })).toEqual(app);
    expect(errorShapeOf(app)).toEqual(app);
    expect(errorShapeOf(new AppError('conflict', 'Taken.'))).toMatchObject({ code: 'conflict', message: 'Taken.' });
  });
  it('says that the app does not answer', () => {
    const error = Object.assign(new Error('Failed to fetch'), { name: 'TRPCClientError' });
    expect(errorShapeOf(error)).toMatchObject({
      code: 'io',
      message: 'The app does not answer.',
      details: 'Failed to fetch',
    });
  });
  it('says that the page is signed out', () => {
    expect(errorShapeOf({ data: { httpStatus: 401 } }).message).toContain('signed in');
  });
  it('knows cancelled from failed', () => {
    expect(errorShapeOf(new DOMException('stop', 'AbortError')).code).toBe('cancelled');
    expect(errorShapeOf({ name: 'TRPCClientError', cause: { name: 'AbortError' } }).code).toBe('cancelled');
    expect(errorShapeOf(new Error('odd')).code).toBe('internal');
  });
});
