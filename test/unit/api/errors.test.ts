import fs from 'node:fs';
import { TRPCError } from '@trpc/server';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AppError, ERROR_CODES, toErrorShape } from '../../../shared/system/errors.ts';
import { badInputShape } from '../../../main/api/bad-input.ts';
import { apiErrorShape, procedure, router } from '../../../main/api/trpc.ts';
import type { AppServices } from '../../../main/services/app-services.ts';

describe('bad input', () => {
  const schema = z.object({ split: z.object({ train: z.number().max(1, 'Expected at most 1.') }), name: z.string() });

  it('names the field and keeps all issues as details', () => {
    const { error } = schema.safeParse({ split: { train: 2 } });
    const shape = badInputShape(error ?? expect.fail());
    expect(shape.message).toBe('The field "split.train" cannot be used: expected at most 1.');
    expect(shape.details).toMatch(/name/);
  });

  it('speaks of the input where there is no field', () => {
    const { error } = schema.safeParse(3);
    expect(badInputShape(error ?? expect.fail()).message).toMatch(
      /^The input cannot be used: invalid input: expected object/,
    );
  });
});

describe('errors of procedures', () => {
  it.each(ERROR_CODES)('%s keeps its code, message and action', async (code) => {
    const failing = router({
      fail: procedure.query(() => {
        throw new AppError(code, 'What happened.', { action: 'What to do.' });
      }),
    });
    const error: unknown = await failing
      .createCaller({} as AppServices)
      .fail()
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TRPCError);
    expect(apiErrorShape(error as TRPCError)).toMatchObject({ code, message: 'What happened.', action: 'What to do.' });
  });

  it('says nothing about the inside of an unexpected error but its text', () => {
    const shape = apiErrorShape(
      new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause: new TypeError('x is undefined') }),
    );
    expect(shape).toEqual({
      code: 'internal',
      message: 'Something failed that should not have failed.',
      details: 'x is undefined',
    });
  });
});

describe('errors of the operating system', () => {
  it('keep their code but not the path', () => {
    const thrown = (() => {
      try {
        return fs.readFileSync('/patients/jane-doe.png');
      } catch (error) {
        return error;
      }
    })();
    const shape = toErrorShape(thrown);
    expect(shape).toMatchObject({ code: 'io', details: 'ENOENT' });
    expect(JSON.stringify(shape)).not.toContain('jane');
  });

  it('name a full disk', () => {
    const error = Object.assign(new Error('ENOSPC: /patients/x'), { code: 'ENOSPC', syscall: 'write' });
    expect(toErrorShape(error)).toMatchObject({ code: 'out-of-space' });
  });
});
