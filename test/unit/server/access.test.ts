import { describe, expect, it } from 'vitest';
import { isLoopback, isRequestAllowed, type AccessPolicy, type AccessRequest } from '../../../main/server/access.ts';
import { ownHosts } from '../../../main/server/hosts.ts';

const token = 'secret-token';
const knows: AccessPolicy['knows'] = (credential) => credential.token === token;
const policy: AccessPolicy = { hosts: ownHosts('127.0.0.1', 5000), loopbackOnly: true, knows };

function request(changes: Partial<AccessRequest> = {}): AccessRequest {
  return {
    remoteAddress: '127.0.0.1',
    method: 'GET',
    host: '127.0.0.1:5000',
    origin: undefined,
    secFetchSite: undefined,
    credential: { kind: 'cookie', token },
    ...changes,
  };
}
const post = { method: 'POST', origin: 'http://127.0.0.1:5000', secFetchSite: 'same-origin' };

describe('isRequestAllowed', () => {
  it.each<[string, Partial<AccessRequest>]>([
    ['a page of the app', {}],
    ['a typed address', { secFetchSite: 'none' }],
    ['a procedure of the app', post],
    ['the same by another own name', { ...post, host: 'localhost:5000', origin: 'http://localhost:5000' }],
    ['an IPv4 peer of an IPv6 socket', { remoteAddress: '::ffff:127.0.0.1' }],
    ['a script with a bearer token and no origin', { method: 'POST', credential: { kind: 'bearer', token } }],
    ['the printed address', { credential: { kind: 'address', token } }],
    ['a code that works once', { credential: { kind: 'code', token }, secFetchSite: 'cross-site' }],
    [
      'the printed address as a link of another page',
      { credential: { kind: 'address', token }, secFetchSite: 'cross-site' },
    ],
  ])('lets pass: %s', (_name, changes) => {
    expect(isRequestAllowed(request(changes), policy)).toEqual({ allowed: true });
  });

  it.each<[string, number, Partial<AccessRequest>]>([
    ['another machine', 403, { remoteAddress: '192.168.1.20' }],
    ['an unknown peer', 403, { remoteAddress: undefined }],
    ['a rebound name', 421, { host: 'evil.example:5000' }],
    ['a rebound name with its own origin', 421, { host: 'evil.example:5000', origin: 'http://evil.example:5000' }],
    ['a name that begins like ours', 421, { host: '127.0.0.1:5000.evil.example' }],
    ['another port', 421, { host: '127.0.0.1:5001' }],
    ['no port', 421, { host: '127.0.0.1' }],
    ['no host', 421, { host: undefined }],
    ['a form of another site', 403, { method: 'POST', origin: 'https://evil.example' }],
    ['a sandboxed page', 403, { method: 'POST', origin: 'null' }],
    ['the https twin of our origin', 403, { ...post, origin: 'https://127.0.0.1:5000' }],
    ['a page on another port of this machine', 403, { ...post, origin: 'http://127.0.0.1:8888' }],
    ['our other name as origin', 403, { ...post, origin: 'http://localhost:5000' }],
    ['an image request of another site', 403, { secFetchSite: 'cross-site' }],
    ['an image request from another port', 403, { secFetchSite: 'same-site' }],
    ['a change by cookie without an origin', 403, { method: 'POST' }],
    ['a change by the address', 403, { ...post, credential: { kind: 'address', token } }],
    ['a change by a code', 403, { ...post, credential: { kind: 'code', token } }],
    ['no token', 401, { credential: null }],
    ['an empty token', 401, { credential: { kind: 'cookie', token: '' } }],
    ['a wrong token', 401, { credential: { kind: 'cookie', token: 'secret-tokem' } }],
    ['a part of the token', 401, { credential: { kind: 'bearer', token: 'secret' } }],
    ['the token and more', 401, { credential: { kind: 'bearer', token: `${token}x` } }],
    ['no token from another site by address', 403, { credential: null, secFetchSite: 'cross-site' }],
  ])('refuses: %s', (_name, status, changes) => {
    expect(isRequestAllowed(request(changes), policy)).toMatchObject({ allowed: false, status });
  });

  it('never says the token', () => {
    const refused = isRequestAllowed(request({ credential: null }), policy);
    expect(JSON.stringify(refused)).not.toContain(token);
  });

  it('lets other machines in only where the user asked for it, and then with the token only', () => {
    const open: AccessPolicy = { hosts: ownHosts('192.168.1.5', 5000), loopbackOnly: false, knows };
    const remote = { remoteAddress: '192.168.1.20', host: '192.168.1.5:5000' };
    expect(isRequestAllowed(request(remote), open).allowed).toBe(true);
    expect(isRequestAllowed(request({ ...remote, credential: null }), open)).toMatchObject({ status: 401 });
    expect(isRequestAllowed(request({ ...remote, host: 'evil.example:5000' }), open)).toMatchObject({ status: 421 });
  });
});

describe('isLoopback', () => {
  it.each([
    ['127.0.0.1', true],
    ['127.1.2.3', true],
    ['::1', true],
    ['::ffff:127.0.0.1', true],
    ['::FFFF:127.0.0.1', true],
    ['::ffff:192.168.0.1', false],
    ['192.168.0.1', false],
    ['0.0.0.0', false],
    ['127.evil.example', false],
    [undefined, false],
  ])('%s -> %s', (address, expected) => {
    expect(isLoopback(address)).toBe(expected);
  });
});
