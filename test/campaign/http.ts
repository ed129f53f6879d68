/** Random requests to the app over real sockets: every answer is one that HTTP knows for it, and none is an internal error. */
import http from 'node:http';
import path from 'node:path';
import { createHandler } from '../../main/api/handler.ts';
import { appRouter } from '../../main/api/router.ts';
import { openApp } from '../../main/app.ts';
import { startServer } from '../../main/server/server.ts';
import { RandomStream } from '../../shared/system/random.ts';
import type { Campaign } from './campaign.ts';

const METHODS = ['GET', 'GET', 'POST', 'POST', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH', 'PROPFIND'];
const BODIES = [
  '',
  '{}',
  '{',
  'null',
  '[]',
  '"x"',
  '{"id":"nope"}',
  '{"id":null}',
  '{"json":1e999}',
  '\0\0',
  '{"path":"/\\u0000"}',
];
const ADDRESSES = [
  '/',
  '/x.js',
  '/api/',
  '/api/results/a.csv',
  '/api/images/a/b?side=1e9',
  '/api/reports/%2e%2e/x',
  '/%00',
  '//x',
  '/api/trpc/',
];
/** These end the server, change what is outside of the library, or take minutes. */
const PASSED_OVER = /^(system\.doctor|phantoms\.|weights\.download)/;

export const requests: Campaign = async ({ amount, seed, folder }) => {
  const app = await openApp({ home: path.join(folder, 'home'), mode: 'host', host: 'browser' });
  const faults: string[] = [];
  const handler = createHandler({
    services: app.services,
    rendererFolder: path.join(folder, 'none'),
    onUnexpected: (where, error) => faults.push(`${where}: ${String(error)}`),
  });
  const server = await startServer({ handler });
  const procedures = Object.entries(appRouter._def.procedures as unknown as Record<string, { _def: { type: string } }>)
    .filter(([name, { _def }]) => !PASSED_OVER.test(name) && _def.type !== 'subscription')
    .map(([name]) => `/api/trpc/${name}`);
  const figures: Record<string, number> = { requests: 0, procedures: procedures.length };
  const stream = new RandomStream(seed, 'http');
  const pick = <T>(list: readonly T[]): T => list[stream.integer(list.length)] as T;
  for (let i = 0; i < amount; i++) {
    const body = pick(BODIES);
    const address = stream.integer(4) === 0 ? pick(ADDRESSES) : pick(procedures);
    const query = stream.integer(3) === 0 ? `?input=${encodeURIComponent(body)}` : '';
    const line = { method: pick(METHODS), path: `${address}${query}`, body, chunked: stream.integer(2) === 0 };
    const status = await ask(server, line);
    figures['requests'] = (figures['requests'] ?? 0) + 1;
    figures[`answer ${status}`] = (figures[`answer ${status}`] ?? 0) + 1;
    if (status >= 500 && status !== 503) faults.push(`${JSON.stringify(line)}: ${status}`);
  }
  await server.close();
  await app.close();
  return { figures, faults };
};

function ask(
  { port, token }: { port: number; token: string },
  line: { method: string; path: string; body: string; chunked: boolean },
): Promise<number> {
  const { method, path: address, body, chunked } = line;
  const length = chunked ? { 'Transfer-Encoding': 'chunked' } : { 'Content-Length': String(Buffer.byteLength(body)) };
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...length };
  return new Promise((resolve, reject) => {
    const request = http.request(
      { host: '127.0.0.1', port, path: address, method, headers, agent: false },
      (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}
