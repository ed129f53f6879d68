/**
 * The API's foundation: context, error format and the one procedure that every router builds on. Errors reach a client as
 * tRPC errors whose `data.app` is an ErrorShape; no stack ever crosses.
 */
import { initTRPC, TRPCError } from '@trpc/server';
import { ZodError } from 'zod';
import { AppError, toErrorShape, type ErrorCode, type ErrorShape } from '../../shared/system/errors.ts';
import type { AppServices } from '../services/app-services.ts';
import { badInputShape } from './bad-input.ts';

/** What procedures get as `ctx`. */
export type ApiContext = AppServices;

const TRPC_CODES = {
  'needs-answer': 'UNPROCESSABLE_CONTENT',
  'bad-input': 'BAD_REQUEST',
  'not-found': 'NOT_FOUND',
  conflict: 'CONFLICT',
  unsupported: 'METHOD_NOT_SUPPORTED',
  'runtime-missing': 'PRECONDITION_FAILED',
  'library-locked': 'CONFLICT',
  'out-of-space': 'INTERNAL_SERVER_ERROR',
  'run-failed': 'INTERNAL_SERVER_ERROR',
  cancelled: 'CLIENT_CLOSED_REQUEST',
  io: 'INTERNAL_SERVER_ERROR',
  internal: 'INTERNAL_SERVER_ERROR',
} as const satisfies Record<ErrorCode, TRPCError['code']>;

/** The ErrorShape of anything that a procedure threw, or that tRPC threw before it got there. */
export function apiErrorShape(error: TRPCError): ErrorShape {
  if (error.cause instanceof AppError) return toErrorShape(error.cause);
  if (error.cause instanceof ZodError && error.code === 'BAD_REQUEST') return badInputShape(error.cause);
  if (error.code === 'NOT_FOUND') {
    return { code: 'not-found', message: 'Expected a procedure of this API, got a name that it does not have.' };
  }
  if (error.code !== 'INTERNAL_SERVER_ERROR') return { code: 'bad-input', message: error.message };
  return toErrorShape(error.cause ?? error);
}

const t = initTRPC.context<ApiContext>().create({
  isDev: false,
  // A browser notices a dead connection by the missing pings and subscribes again.
  sse: { ping: { enabled: true, intervalMs: 15_000 }, client: { reconnectAfterInactivityMs: 45_000 } },
  errorFormatter: ({ shape, error }) => {
    const app = apiErrorShape(error);
    return { ...shape, message: app.message, data: { ...shape.data, app } };
  },
});

export const router = t.router;

/** Every procedure: an AppError keeps its meaning as the HTTP status. */
export const procedure = t.procedure.use(async ({ next }) => {
  const result = await next();
  if (!result.ok && result.error.cause instanceof AppError) {
    const { cause } = result.error;
    throw new TRPCError({ code: TRPC_CODES[cause.code], message: cause.message, cause });
  }
  return result;
});
