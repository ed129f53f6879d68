/** Odd but well-formed HTTP over real sockets: each request has a right answer, and none is an internal error. */
import http from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createHandler } from '../../../main/api/handler.ts';
import { openApp, type App } from '../../../main/app.ts';
import { startServer, type RunningServer } from '../../../main/server/server.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

let app: App;
let server: RunningServer;
const unexpected: string[] = [];

beforeAll(async () => {
  const home = makeTemporaryFolder('odd');
  app = await openApp({ home, mode: 'host', host: 'browser' });
  const handler = createHandler({
    services: app.services,
    rendererFolder: path.join(home, 'none'),
    onUnexpected: (where) => unexpected.push(where),
  });
  server = await startServer({ handler });
});
afterAll(async () => {
  await server.close();
  await app.close();
});

type Body = string | { chunks: string[] } | undefined;

function ask(method: string, address: string, body?: Body): Promise<{ status: number; allow: string | undefined }> {
  const headers: Record<string, string> = { Authorization: `Bearer ${server.token}` };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (typeof body === 'string') headers['Content-Length'] = String(body.length);
  if (typeof body === 'object') headers['Transfer-Encoding'] = 'chunked';
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: server.port, path: address, method, headers, agent: false };
    const request = http.request(options, (response) => {
      response.resume();
      response.on('end', () => resolve({ status: response.statusCode ?? 0, allow: response.headers.allow }));
    });
    request.on('error', reject);
    if (typeof body === 'object') for (const chunk of body.chunks) request.write(chunk);
    request.end(typeof body === 'string' ? body : undefined);
  });
}

const batch = (procedure: string, calls: number): string =>
  `/api/trpc/${Array.from({ length: calls }, () => procedure).join(',')}?batch=1&input=%7B%7D`;

it.each<[string, string, Body, number]>([
  ['GET', '/api/trpc/system.info', undefined, 200],
  ['POST', '/api/trpc/queue.pause', { chunks: [] }, 200],
  ['POST', '/api/trpc/queue.resume', undefined, 200],
  ['POST', '/api/trpc/queue.setParallel', { chunks: ['{"ru', 'ns":1}'] }, 200],
  ['POST', '/api/trpc/queue.setParallel', undefined, 400],
  ['POST', '/api/trpc/queue.setParallel', '', 400],
  ['POST', '/api/trpc/queue.setParallel', '{', 400],
  ['POST', '/api/trpc/queue.setParallel', 'null', 400],
  ['POST', '/api/trpc/queue.setParallel', '[1]', 400],
  ['POST', '/api/trpc/queue.setParallel', '{"runs":1e999}', 400],
  ['POST', '/api/trpc/nope', '{}', 404],
  ['GET', '/api/trpc/', undefined, 404],
  ['GET', '/api/trpc/datasets.get?input=%7B', undefined, 400],
  ['GET', batch('system.info', 20), undefined, 200],
  ['GET', batch('system.doctor', 700), undefined, 400],
  ['GET', '/api/nope', undefined, 404],
  ['GET', '/api/results/a%00b.csv', undefined, 404],
  ['GET', '/api/reports/x/..%2f..%2fetc%2fpasswd', undefined, 404],
  ['GET', '/api/images/a/b?side=x', undefined, 400],
])('%s %s %j: %i', async (method, address, body, status) => {
  expect((await ask(method, address, body)).status).toBe(status);
});

const addresses = [
  '/api/trpc/system.info',
  '/api/trpc/queue.pause',
  '/api/results/a.csv',
  '/api/nope',
  '/',
  '/studies/x',
];

it.each(['OPTIONS', 'PUT', 'DELETE', 'PATCH', 'PROPFIND', 'REPORT'])(
  '%s is not spoken anywhere: 405 with Allow',
  async (method) => {
    for (const address of addresses) {
      for (const body of [undefined, '{}', { chunks: ['{', '}'] }] satisfies Body[]) {
        const { status, allow } = await ask(method, address, body);
        expect([address, status]).toEqual([address, 405]);
        expect(allow).toMatch(address.startsWith('/api/trpc') ? /^GET, POST$/ : /^GET, HEAD$/);
      }
    }
  },
);

it('found none of it unexpected', () => {
  expect(unexpected).toEqual([]);
});
