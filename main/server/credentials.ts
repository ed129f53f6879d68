/**
 * What lets a request in: the library's token (printed by `serve`, or as a bearer of scripts), a code that works once (what a browser is
 * started with, since other users can read command lines), and the session that a browser gets for either.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { AccessRequest } from './access.ts';

/** Name of the query parameter in the printed address. */
export const TOKEN_PARAMETER = 'token';
/** The same with a code that works once. */
export const CODE_PARAMETER = 'code';

const SESSION_MS = 7 * 24 * 3_600_000;
const CODE_MS = 60_000;

/** 256 random bits, safe in an address. */
export const createToken = (): string => randomBytes(32).toString('base64url');

/** Cookies do not tell ports apart, so the port is part of the name: two servers do not overwrite each other's. */
export const cookieName = (port: number): string => `transfusion-${port}`;

/** A session cookie that no script reads and no other site's request carries. */
export function cookieHeader(port: number, session: string): string {
  return `${cookieName(port)}=${session}; Path=/; HttpOnly; SameSite=Strict`;
}

/** Says when it ends, signed by the token: nothing is stored of it, it survives a restart, and a new token ends it. */
export function createSession(token: string, nowMs: number): string {
  const text = `${nowMs + SESSION_MS}.${randomBytes(12).toString('base64url')}`;
  return `${text}.${signature(text, token)}`;
}

export function isSession(value: string, { token, nowMs }: { token: string; nowMs: number }): boolean {
  const [ends = '', nonce = '', signed = ''] = value.split('.');
  return sameSecret(signed, signature(`${ends}.${nonce}`, token)) && Number(ends) > nowMs;
}

const signature = (text: string, token: string): string => createHmac('sha256', token).update(text).digest('base64url');

/** In constant time. */
export function sameSecret(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Codes that work once, and only within a minute. */
export function createCodes(now: () => number = Date.now): { issue(): string; take(code: string): boolean } {
  const ends = new Map<string, number>();
  return {
    issue() {
      const code = createToken();
      ends.set(code, now() + CODE_MS);
      return code;
    },
    take(code) {
      const end = ends.get(code) ?? 0;
      ends.delete(code);
      return end > now();
    },
  };
}

/** The credential of a request: bearer before address before code before cookie. */
export function readCredential(params: {
  authorization: string | undefined;
  cookie: string | undefined;
  url: string;
  port: number;
}): AccessRequest['credential'] {
  const bearer = /^Bearer +(\S+)$/i.exec(params.authorization ?? '')?.[1];
  if (bearer !== undefined) return { kind: 'bearer', token: bearer };
  const query = params.url.indexOf('?');
  const parameters = new URLSearchParams(query === -1 ? '' : params.url.slice(query));
  const address = parameters.get(TOKEN_PARAMETER);
  if (address !== null) return { kind: 'address', token: address };
  const code = parameters.get(CODE_PARAMETER);
  if (code !== null) return { kind: 'code', token: code };
  const cookie = readCookie(params.cookie ?? '', cookieName(params.port));
  return cookie === null ? null : { kind: 'cookie', token: cookie };
}

/** `url` (path and query) without token and code. */
export function withoutToken(url: string): string {
  const [path = '/', query = ''] = url.split('?', 2);
  const rest = new URLSearchParams(query);
  rest.delete(TOKEN_PARAMETER);
  rest.delete(CODE_PARAMETER);
  // A path of two slashes would be read as another host.
  const local = `/${path.replace(/^\/+/, '')}`;
  return rest.size === 0 ? local : `${local}?${rest.toString()}`;
}

function readCookie(header: string, name: string): string | null {
  for (const part of header.split(';')) {
    const [key, ...value] = part.trim().split('=');
    if (key === name) return value.join('=');
  }
  return null;
}
