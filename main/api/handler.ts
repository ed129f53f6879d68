/**
 * The app as one web-standard function: the API, the raw routes and the renderer's files. The HTTP server and Electron's
 * scheme mount it, tests call it. Who may call is the mount's business (`main/server`, `main/electron`).
 */
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
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
  const tooLarge: ErrorShape = { code: 'bad-input', message: 'Expected a request of at most 1 MiB, got a larger one.' };

  app.use('*', async (context, next) => {
    await next();
    addSecurityHeaders(context.res.headers);
  });
  app.use(
    '/api/*',
    bodyLimit({ maxSize: MAX_BODY_BYTES, onError: (context) => context.json({ error: tooLarge }, 413) }),
  );
  app.all('/api/trpc/*', (context) =>
    fetchRequestHandler({
      endpoint: '/api/trpc',
      req: context.req.raw,
      router: appRouter,
      createContext: () => services,
      onError: ({ error, path }) => {
        if (error.code === 'INTERNAL_SERVER_ERROR') onUnexpected?.(path ?? 'api', error.cause ?? error);
      },
    }),
  );
  addRawRoutes(app, services);
  app.all('/api/*', (context) => {
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
