/**
 * Who may talk to the server. What it defends against:
 *
 * - **Other machines** (LAN): the socket is bound to loopback, and a peer that is not loopback is refused, unless the user
 *   gave `--host`.
 * - **DNS rebinding**: a web page whose name resolves to 127.0.0.1 reaches the port as its own origin. Its `Host` header
 *   still carries its name, and only the server's own names are served.
 * - **Cross-site requests** (CSRF): any page may send a form or an image request here, and a page on another port of the
 *   same host even with the cookie. `Origin` must be the server's own, is required for everything but reading, and
 *   `Sec-Fetch-Site` must not name another site.
 * - **Other users of this machine**: they reach loopback too. Every request needs a session (a cookie that scripts cannot read) or the
 *   random token of the library; `credentials.ts` compares in constant time.
 *
 * Everything is decided from the request's head, before a byte of the body is read.
 */
import net from 'node:net';

export interface AccessPolicy {
  /** `host:port` values that a `Host` header may have, in lower case. */
  hosts: ReadonlySet<string>;
  /** False only where the user asked for `--host` with an address that is not loopback. */
  loopbackOnly: boolean;
  knows(credential: Credential): boolean;
}

/** What a request carries, and by which means. */
export interface Credential {
  kind: 'cookie' | 'bearer' | 'address' | 'code';
  token: string;
}

export interface AccessRequest {
  remoteAddress: string | undefined;
  method: string;
  host: string | undefined;
  origin: string | undefined;
  secFetchSite: string | undefined;
  credential: Credential | null;
}

export type AccessDecision = { allowed: true } | { allowed: false; status: 401 | 403 | 421; reason: string };

/** Pure; see the head of this file for what each rule is there for. */
export function isRequestAllowed(request: AccessRequest, policy: AccessPolicy): AccessDecision {
  const { method, host, origin, secFetchSite, credential } = request;
  if (policy.loopbackOnly && !isLoopback(request.remoteAddress)) {
    return refuse(403, 'Expected a request from this machine.');
  }
  if (host === undefined || !policy.hosts.has(host.toLowerCase())) {
    return refuse(421, "Expected the server's own name and port as Host.");
  }
  const reads = method === 'GET' || method === 'HEAD';
  if (origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`) {
    return refuse(403, 'Expected a request of the app itself, got one from another origin.');
  }
  const byAddress = credential?.kind === 'address' || credential?.kind === 'code';
  // The printed address may be followed from anywhere (a link in a terminal's web page): who has it has the token.
  const fromOtherSite = secFetchSite === 'cross-site' || secFetchSite === 'same-site';
  if (fromOtherSite && !(reads && byAddress)) {
    return refuse(403, 'Expected a request of the app itself, got one from another site.');
  }
  if (!reads && byAddress) return refuse(403, 'The token of the address opens pages only.');
  if (credential === null || !policy.knows(credential)) {
    return refuse(401, 'Expected a session or the token of this library: open the address that "serve" printed.');
  }
  if (!reads && origin === undefined && credential.kind !== 'bearer') {
    return refuse(403, 'Expected an Origin header.');
  }
  return { allowed: true };
}

/** 127.0.0.0/8, ::1 and IPv4 loopback written as IPv6. */
export function isLoopback(address: string | undefined): boolean {
  if (address === undefined) return false;
  const plain = address.toLowerCase().replace(/^::ffff:(?=\d+\.)/, '');
  return plain === '::1' || (net.isIPv4(plain) && plain.startsWith('127.'));
}

const refuse = (status: 401 | 403 | 421, reason: string): AccessDecision => ({ allowed: false, status, reason });
