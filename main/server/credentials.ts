/** The token of one start of the server: how it is made and where a request may carry it. */
import { randomBytes } from 'node:crypto';
import type { AccessRequest } from './access.ts';

/** Name of the query parameter in the printed address. */
export const TOKEN_PARAMETER = 'token';

/** 256 random bits, safe in an address. */
export function createToken(): string {
  return randomBytes(32).toString('base64url');
}

/** Cookies do not tell ports apart, so the port is part of the name: two servers do not overwrite each other's. */
export function cookieName(port: number): string {
  return `transfusion-${port}`;
}

/** A session cookie that no script reads and no other site's request carries. */
export function cookieHeader(port: number, token: string): string {
  return `${cookieName(port)}=${token}; Path=/; HttpOnly; SameSite=Strict`;
}

/** The credential of a request: bearer before address before cookie. */
export function readCredential(params: {
  authorization: string | undefined;
  cookie: string | undefined;
  url: string;
  port: number;
}): AccessRequest['credential'] {
  const bearer = /^Bearer +(\S+)$/i.exec(params.authorization ?? '')?.[1];
  if (bearer !== undefined) return { kind: 'bearer', token: bearer };
  const query = params.url.indexOf('?');
  const address = query === -1 ? null : new URLSearchParams(params.url.slice(query)).get(TOKEN_PARAMETER);
  if (address !== null) return { kind: 'address', token: address };
  const cookie = readCookie(params.cookie ?? '', cookieName(params.port));
  return cookie === null ? null : { kind: 'cookie', token: cookie };
}

/** `url` (path and query) without the token. */
export function withoutToken(url: string): string {
  const [path = '/', query = ''] = url.split('?', 2);
  const rest = new URLSearchParams(query);
  rest.delete(TOKEN_PARAMETER);
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
