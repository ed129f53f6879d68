/** The app over HTTP: one server on loopback, guarded by `access.ts`, that hands what may pass to the fetch handler. */
import http from 'node:http';
import type net from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { AppError } from '../../shared/system/errors.ts';
import { MAX_BODY_BYTES, type FetchHandler } from '../api/handler.ts';
import { isRequestAllowed, type AccessPolicy } from './access.ts';
import {
  CODE_PARAMETER,
  cookieHeader,
  createCodes,
  createSession,
  createToken,
  isSession,
  readCredential,
  sameSecret,
  TOKEN_PARAMETER,
  withoutToken,
} from './credentials.ts';
import { addressHost, isLoopbackHost, ownHosts } from './hosts.ts';
import { refuse } from './refusal.ts';

export interface ServerOptions {
  handler: FetchHandler;
  /** Default 127.0.0.1. Any other address than loopback is the user's explicit wish. */
  host?: string | undefined;
  /** Default: a free one. */
  port?: number | undefined;
  /** Default: a new one. With the token and port of an earlier start, its pages go on after a reload. */
  token?: string | undefined;
}

export interface RunningServer {
  /** With the token: opening it once signs a browser in. */
  url: string;
  origin: string;
  token: string;
  port: number;
  /** True when other machines can reach it. */
  exposed: boolean;
  /** Ends open streams and connections. */
  close(): Promise<void>;
  /** For the command line of a browser, which other users can read: an address that signs in once, within a minute. */
  urlOnce(): string;
}

/** @throws AppError `conflict` when the port is taken, `bad-input` when the host is not one of this machine's. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { handler, host = '127.0.0.1', port = 0, token = createToken() } = options;
  const bindHost = host === 'localhost' ? '127.0.0.1' : host.replace(/^\[|\]$/g, '');
  const codes = createCodes();
  const knows: AccessPolicy['knows'] = ({ kind, token: given }) =>
    kind === 'cookie'
      ? isSession(given, { token, nowMs: Date.now() })
      : kind === 'code'
        ? codes.take(given)
        : sameSecret(given, token);
  const newSession = (): string => createSession(token, Date.now());
  const listener = getRequestListener(handler, { overrideGlobalObjects: false });
  let policy: AccessPolicy = { hosts: new Set(), loopbackOnly: true, knows };
  let boundPort = 0;

  const server = http.createServer({ maxHeaderSize: 16 * 1024 }, (request, response) => {
    if (!admit({ request, response, policy, port: boundPort, newSession })) return;
    void listener(request, response);
  });
  // Upgrades, `Expect: 100-continue` and CONNECT are not spoken here.
  server.on('upgrade', (_request, socket) => socket.destroy());
  server.on('checkContinue', (request: http.IncomingMessage, response: http.ServerResponse) => {
    if (!admit({ request, response, policy, port: boundPort, newSession })) return;
    response.writeContinue();
    void listener(request, response);
  });
  boundPort = await listen(server, bindHost, port);
  policy = { hosts: ownHosts(bindHost, boundPort), loopbackOnly: isLoopbackHost(bindHost), knows };
  const origin = `http://${addressHost(bindHost)}:${boundPort}`;
  return {
    url: `${origin}/?${TOKEN_PARAMETER}=${token}`,
    origin,
    urlOnce: () => `${origin}/?${CODE_PARAMETER}=${codes.issue()}`,
    token,
    port: boundPort,
    exposed: !policy.loopbackOnly,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** True when the request may go on to the handler; else it has been answered. */
function admit(params: {
  request: http.IncomingMessage;
  response: http.ServerResponse;
  policy: AccessPolicy;
  port: number;
  newSession: () => string;
}): boolean {
  const { request, response, policy, port, newSession } = params;
  const { headers, method = 'GET', url = '/' } = request;
  const credential = readCredential({ authorization: headers.authorization, cookie: headers.cookie, url, port });
  const secFetchSite = headers['sec-fetch-site'];
  const decision = isRequestAllowed(
    {
      remoteAddress: request.socket.remoteAddress,
      method,
      host: headers.host,
      origin: headers.origin,
      secFetchSite,
      credential,
    },
    policy,
  );
  if (!decision.allowed) {
    refuse(response, decision);
    return false;
  }
  if (Number(headers['content-length'] ?? 0) > MAX_BODY_BYTES) {
    refuse(response, { status: 413, reason: 'Expected a request of at most 1 MiB, got a larger one.' });
    return false;
  }
  if (credential?.kind === 'address' || credential?.kind === 'code') {
    signIn({ response, location: withoutToken(url), cookie: cookieHeader(port, newSession()), secFetchSite });
    return false;
  }
  return true;
}

/**
 * Exchanges the token or the code of the address for a session and takes it out of the address. A browser that came from another
 * site does not send a strict cookie along a redirect, but does along the page's own next step.
 */
function signIn(params: {
  response: http.ServerResponse;
  location: string;
  cookie: string;
  secFetchSite: string | undefined;
}): void {
  const { response, location, cookie, secFetchSite } = params;
  const common = { 'Set-Cookie': cookie, 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' };
  if (secFetchSite === 'cross-site' || secFetchSite === 'same-site') {
    response.writeHead(200, { ...common, Refresh: `0; url=${location}`, 'Content-Type': 'text/plain; charset=utf-8' });
  } else {
    response.writeHead(303, { ...common, Location: location });
  }
  response.end();
}

function listen(server: http.Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, port)));
    server.listen({ host, port }, () => resolve((server.address() as net.AddressInfo).port));
  });
}

function listenError(error: NodeJS.ErrnoException, port: number): AppError {
  if (error.code === 'EADDRINUSE') {
    return new AppError('conflict', `Port ${port} is in use by another program.`, {
      action: 'Choose another with --port, or leave it out to get a free one.',
      cause: error,
    });
  }
  if (error.code === 'EACCES') {
    return new AppError('bad-input', `Port ${port} may not be used by this user.`, {
      action: 'Choose one above 1023 with --port.',
      cause: error,
    });
  }
  return new AppError('bad-input', 'Expected an address of this machine as --host, got another one.', {
    action: 'Leave --host out to serve this machine only.',
    details: error.code ?? error.message,
    cause: error,
  });
}
