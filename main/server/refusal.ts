/** The answer to a request that may not pass: short, without a word about what is behind. */
import type http from 'node:http';

/** Answers and closes the connection, so that no body is read. */
export function refuse(response: http.ServerResponse, refusal: { status: number; reason: string }): void {
  response.writeHead(refusal.status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
    'Cross-Origin-Resource-Policy': 'same-origin',
    Connection: 'close',
  });
  response.end(`${refusal.reason}\n`);
}
