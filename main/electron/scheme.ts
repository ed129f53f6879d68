/** The app's own scheme: the window gets everything from the fetch handler, without a port. */
import type { Protocol } from 'electron';
import type { FetchHandler } from '../api/handler.ts';

const SCHEME = 'transfusion';
/** Origin of every page of the app. */
export const APP_ORIGIN = `${SCHEME}://app`;

/** Must be called before the app is ready. Standard and secure: relative addresses, fetch and event streams work. */
export function registerScheme(protocol: Protocol): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: SCHEME,
      privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
    },
  ]);
}

export function mountScheme(protocol: Protocol, handler: FetchHandler): void {
  protocol.handle(SCHEME, async (request) => {
    const origin = request.headers.get('Origin');
    if (!isOwnAddress(request.url) || (origin !== null && origin !== APP_ORIGIN)) {
      return new Response('Expected a request of the app itself.\n', { status: 403 });
    }
    return handler(request);
  });
}

export const isOwnAddress = (url: string): boolean => url === APP_ORIGIN || url.startsWith(`${APP_ORIGIN}/`);
