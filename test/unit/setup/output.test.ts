import { afterEach, describe, expect, it, vi } from 'vitest';
import { describeError, SetupError } from '../../../scripts/setup/output.mjs';

afterEach(() => vi.unstubAllEnvs());

describe('describeError', () => {
  it('repeats a foreseen failure and what to do', () => {
    expect(describeError(new SetupError('No.', ['Do this.']))).toEqual(['No.', 'Do this.']);
  });

  it.each([
    ['ENOSPC', 'the disk is full'],
    ['EACCES', 'this user has no right to it'],
    ['EROFS', 'the disk is read-only'],
  ])('says what %s means', (code, meaning) => {
    const error = Object.assign(new Error(`${code}: refused, open '/a/b'`), { code, path: '/a/b' });
    expect(describeError(error)[0]).toBe(`The set-up could not use /a/b: ${meaning} (${code}).`);
    expect(describeError(error)[1]).toMatch(/Then run the same command again\.$/);
  });

  it('has one sentence for anything else, without a stack unless it is asked for', () => {
    const error = new TypeError('a is not a function\n    at b (c.mjs:1:2)');
    expect(describeError(error)[0]).toBe('The set-up stopped at something that it does not know: a is not a function');
    expect(describeError(error).join('\n')).not.toMatch(/^\s+at /m);
    expect(describeError('words')[0]).toContain('words');
    vi.stubEnv('TRANSFUSION_TRACE', '1');
    expect(describeError(error).join('\n')).toMatch(/^\s+at /m);
  });
});
