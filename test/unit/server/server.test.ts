/** The HTTP mount with real sockets: what is refused never reaches the handler, and no body of it is read. */
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSession } from '../../../main/server/credentials.ts';
import { startServer, type RunningServer } from '../../../main/server/server.ts';

interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: string;
}

let server: RunningServer;
let handled: string[];

beforeEach(async () => {
  handled = [];
  server = await startServer({
    handler: async (request) => {
      handled.push(`${request.method} ${new URL(request.url).pathname}`);
      if (request.url.endsWith('/stream')) return new Response(endlessStream(request.signal));
      return new Response(`handled ${await request.text()}`);
    },
  });
});
afterEach(() => server.close());

let streamEnded: Promise<void>;

function endlessStream(signal: AbortSignal): ReadableStream<Uint8Array> {
  let resolveEnded = (): void => undefined;
  streamEnded = new Promise((resolve) => (resolveEnded = resolve));
  signal.addEventListener('abort', resolveEnded);
  return new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode('data: first\n\n')),
    cancel: resolveEnded,
  });
}

function ask(path: string, options: http.RequestOptions & { body?: string } = {}): Promise<Answer> {
  const { body, ...rest } = options;
  return new Promise((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', port: server.port, path, agent: false, ...rest }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    });
    request.on('error', reject);
    request.end(body);
  });
}
const cookie = (): { Cookie: string } => ({
  Cookie: `transfusion-${server.port}=${createSession(server.token, Date.now())}`,
});

describe('server', () => {
  it('is on loopback, at a free port, with the token in its address', () => {
    expect(server.url).toBe(`http://127.0.0.1:${server.port}/?token=${server.token}`);
    expect(server.exposed).toBe(false);
  });

  it('exchanges the token of the address for a cookie by a redirect', async () => {
    const answer = await ask(`/studies?token=${server.token}`);
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe('/studies');
    const set = answer.headers['set-cookie']?.[0] ?? '';
    expect(set).toMatch(/HttpOnly; SameSite=Strict/);
    const next = await ask('/studies', { headers: { Cookie: set.split(';')[0] ?? '' } });
    expect(next).toMatchObject({ status: 200, body: 'handled ' });
    expect(handled).toEqual(['GET /studies']);
  });

  it('signs in from a link of another page by a step of its own', async () => {
    const answer = await ask(`/?token=${server.token}`, { headers: { 'Sec-Fetch-Site': 'cross-site' } });
    expect(answer).toMatchObject({ status: 200, headers: { refresh: '0; url=/' } });
    expect(handled).toEqual([]);
  });

  it('lets a code in once: what a process list shows opens nothing a second time', async () => {
    const url = new URL(server.urlOnce());
    expect(url.href).not.toContain(server.token);
    const address = `${url.pathname}${url.search}`;
    const first = await ask(address);
    expect(first).toMatchObject({ status: 303, headers: { location: '/' } });
    expect(first.headers['set-cookie']?.[0]).not.toContain(server.token);
    expect((await ask(address)).status).toBe(401);
  });

  it('knows its sessions again after a restart with the same token, and none after one with a new token', async () => {
    const { port, token } = server;
    const headers = cookie();
    await server.close();
    const handler = (): Promise<Response> => Promise.resolve(new Response('again'));
    server = await startServer({ handler, port, token });
    expect(await ask('/studies', { headers })).toMatchObject({ status: 200, body: 'again' });
    await server.close();
    server = await startServer({ handler, port });
    expect((await ask('/studies', { headers })).status).toBe(401);
  });

  it('answers a bearer token', async () => {
    const headers = { Authorization: `Bearer ${server.token}` };
    expect((await ask('/api/x', { method: 'POST', headers, body: 'hello' })).body).toBe('handled hello');
  });

  it('answers its own page', async () => {
    const headers = { ...cookie(), Origin: server.origin, 'Sec-Fetch-Site': 'same-origin' };
    expect((await ask('/api/x', { method: 'POST', headers, body: 'hello' })).body).toBe('handled hello');
  });

  it.each<[string, number, () => http.RequestOptions]>([
    ['no token', 401, () => ({})],
    ['a wrong token in the cookie', 401, () => ({ headers: { Cookie: `transfusion-${server.port}=wrong` } })],
    ['the token as a cookie', 401, () => ({ headers: { Cookie: `transfusion-${server.port}=${server.token}` } })],
    ['a wrong token in the address', 401, () => ({ path: '/?token=wrong' })],
    ['a wrong host', 421, () => ({ headers: { ...cookie(), Host: `evil.example:${server.port}` } })],
    ['a wrong origin', 403, () => ({ method: 'POST', headers: { ...cookie(), Origin: 'http://evil.example' } })],
    ['a wrong origin on a read', 403, () => ({ headers: { ...cookie(), Origin: 'http://127.0.0.1:1' } })],
    ['a change without origin', 403, () => ({ method: 'POST', headers: cookie() })],
    ['another site', 403, () => ({ headers: { ...cookie(), 'Sec-Fetch-Site': 'cross-site' } })],
  ])('refuses %s before its handler', async (_name, status, options) => {
    const answer = await ask('/', options());
    expect(answer.status).toBe(status);
    expect(answer.headers.connection).toBe('close');
    expect(answer.body).not.toContain(server.token);
    expect(handled).toEqual([]);
  });

  it('refuses without waiting for the body', async () => {
    const answer = await rawExchange(
      `POST /api/x HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nContent-Length: 1000000\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
  });

  it('does not ask for the body of a request that it refuses', async () => {
    const answer = await rawExchange(
      `POST /api/x HTTP/1.1\r\nHost: evil.example\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 421 /);
  });

  it('refuses a body that is announced as too long', async () => {
    const answer = await rawExchange(
      `POST /api/x HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nAuthorization: Bearer ${server.token}\r\n` +
        `Content-Length: 2000000\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(handled).toEqual([]);
  });

  it('refuses two Host headers and HTTP/1.0 without one', async () => {
    const host = `Host: 127.0.0.1:${server.port}\r\n`;
    expect(await rawExchange(`GET / HTTP/1.1\r\n${host}Host: evil.example\r\n\r\n`)).toMatch(/^HTTP\/1\.1 4/);
    expect(await rawExchange(`GET / HTTP/1.0\r\n\r\n`)).toMatch(/^HTTP\/1\.[01] 4/);
    expect(handled).toEqual([]);
  });

  it('speaks no upgrades', async () => {
    const answer = await rawExchange(
      `GET / HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
    );
    expect(answer).toBe('');
  });

  it('ends a stream when the browser goes away, and all streams when it closes', async () => {
    const stream = http.get({ host: '127.0.0.1', port: server.port, path: '/stream', headers: cookie(), agent: false });
    stream.on('error', () => undefined);
    await new Promise<void>((resolve) => stream.on('response', (response) => response.once('data', () => resolve())));
    stream.destroy();
    await streamEnded;
    const second = http.get({ host: '127.0.0.1', port: server.port, path: '/stream', headers: cookie(), agent: false });
    second.on('error', () => undefined);
    await new Promise<void>((resolve) =>
      second.on('response', (response) => {
        response.on('error', () => undefined);
        response.once('data', () => resolve());
      }),
    );
    await server.close();
    await streamEnded;
  });

  it('is not there for other machines: the addresses of its network refuse the connection', async () => {
    for (const address of ownAddresses()) {
      await expect(ask('/', { host: address, headers: cookie() })).rejects.toThrow(/ECONNREFUSED/);
    }
  });

  it('serves other machines where the user asked for it, with the token and under its own names only', async () => {
    const open = await startServer({ handler: () => Promise.resolve(new Response('x')), host: '0.0.0.0' });
    try {
      expect(open.exposed).toBe(true);
      expect(open.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\//);
      for (const host of ['127.0.0.1', ...ownAddresses()]) {
        const to = { host, port: open.port };
        const authorization = { Authorization: `Bearer ${open.token}` };
        expect((await ask('/', to)).status).toBe(401);
        expect((await ask('/', { ...to, headers: { ...authorization, Host: 'evil.example' } })).status).toBe(421);
        expect((await ask('/', { ...to, headers: authorization })).status).toBe(200);
      }
    } finally {
      await open.close();
    }
  });

  it('says which port is taken', async () => {
    await expect(startServer({ handler: () => Promise.resolve(new Response()), port: server.port })).rejects.toThrow(
      `Port ${server.port} is in use by another program.`,
    );
  });

  it('says that an address is not of this machine', async () => {
    await expect(startServer({ handler: () => Promise.resolve(new Response()), host: '203.0.113.9' })).rejects.toThrow(
      /Expected an address of this machine/,
    );
  });
});

/** IPv4 addresses of this machine that other machines may know; there may be none. */
function ownAddresses(): string[] {
  return Object.values(os.networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter((address) => address.family === 'IPv4' && !address.internal)
    .map((address) => address.address);
}

/** Writes `text` as it is and returns everything that comes back until the server closes. */
function rawExchange(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(server.port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}
