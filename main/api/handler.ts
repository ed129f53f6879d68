/**
 * The app as one web-standard function: the API, the raw routes and the renderer's files. The HTTP server and Electron's
 * scheme mount it, tests call it. Who may call is the mount's business (`main/server`, `main/electron`).
 */
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { Hono } from 'hono';
import { toErrorShape, type ErrorShape } from '../../shared/system/errors.ts';
import type { AppServices } from '../services/app-services.ts';
import { addRawRoutes } from './raw-routes.ts';
import { createRendererFiles } from './renderer-files.ts';
import { appRouter } from './router.ts';
import { addSecurityHeaders } from './security-headers.ts';

export type FetchHandler = (request: Request) => Promise<Response>;

/** The longest request is a study's specification: a few kilobytes. */
export const MAX_BODY_BYTES = 1024 * 1024;

const STATUS: Partial<Record<ErrorShape['code'], 400 | 404 | 409 | 422>> = {
  'bad-input': 400,
  'not-found': 404,
  conflict: 409,
  unsupported: 422,
};

/** Calls that one request may hold; the app's own pages ask for a few at once. */
const MOST_CALLS = 20;

const TOO_LARGE: ErrorShape = { code: 'bad-input', message: 'Expected a request of at most 1 MiB, got a larger one.' };

export interface HandlerOptions {
  services: AppServices;
  /** The built renderer; it may not be there yet. */
  rendererFolder: string;
  /** Told about errors that nobody expected: the procedure's name and the error. */
  onUnexpected?: (where: string, error: unknown) => void;
}

export function createHandler({ services, rendererFolder, onUnexpected }: HandlerOptions): FetchHandler {
  const app = new Hono();
  const renderer = createRendererFiles(rendererFolder);
  app.use('*', async (context, next) => {
    await next();
    addSecurityHeaders(context.res.headers);
  });
  app.on(['GET', 'POST'], '/api/trpc/*', async (context) => {
    const request = await readWhole(context.req.raw);
    if (request === null) return context.json({ error: TOO_LARGE }, 413);
    return fetchRequestHandler({
      endpoint: '/api/trpc',
      req: request,
      router: appRouter,
      createContext: () => services,
      maxBatchSize: MOST_CALLS,
      onError: ({ error, path }) => {
        if (error.code === 'INTERNAL_SERVER_ERROR') onUnexpected?.(path ?? 'api', error.cause ?? error);
      },
    });
  });
  addRawRoutes(app, services);
  app.all('/api/*', (context) => {
    const { method, path } = context.req;
    const allowed = path.startsWith('/api/trpc/') ? ['GET', 'POST'] : ['GET', 'HEAD'];
    if (!allowed.includes(method)) {
      const error: ErrorShape = { code: 'bad-input', message: `Expected ${allowed.join(' or ')}, got ${method}.` };
      return context.json({ error }, 405, { Allow: allowed.join(', ') });
    }
    const error: ErrorShape = { code: 'not-found', message: 'Expected an address of this API, got another one.' };
    return context.json({ error }, 404);
  });
  app.all('*', (context) => renderer.serve(context.req.raw));
  app.onError((error, context) => {
    const shape = toErrorShape(error);
    if (shape.code === 'internal') onUnexpected?.(context.req.routePath, error);
    return context.json({ error: shape }, STATUS[shape.code] ?? 500);
  });
  return async (request) => app.fetch(request);
}

/** The request with its body read, whatever its length was announced as; null where it is too long. A change without a body has no input. */
async function readWhole(request: Request): Promise<Request | null> {
  const { url, method, signal } = request;
  if (method !== 'POST') return request;
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    length += piece.length;
    if (length > MAX_BODY_BYTES) return null;
    pieces.push(piece);
  }
  const headers = new Headers(request.headers);
  if (length === 0 && !headers.has('Content-Type')) headers.set('Content-Type', 'application/json');
  return new Request(url, { method, headers, signal, body: Buffer.concat(pieces) });
}
