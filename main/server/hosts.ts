/** The names under which a server may be addressed. */
import os from 'node:os';
import { isLoopback } from './access.ts';

/** True for addresses that only this machine reaches. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || isLoopback(host.replace(/^\[|\]$/g, ''));
}

/**
 * `Host` header values of a server bound to `host` and `port`. Bound to all interfaces, those are this machine's own
 * addresses and its name; a name of the outside that points here is none of them.
 */
export function ownHosts(host: string, port: number): ReadonlySet<string> {
  const names = new Set(['127.0.0.1', 'localhost', '[::1]']);
  if (host === '0.0.0.0' || host === '::') {
    names.add(os.hostname());
    for (const address of Object.values(os.networkInterfaces()).flat()) {
      if (address !== undefined) names.add(bracketed(address.address));
    }
  } else if (!isLoopbackHost(host)) {
    names.add(bracketed(host));
  }
  return new Set([...names].flatMap((name) => hostHeaders(name.toLowerCase(), port)));
}

/** The host part of the address to print. */
export function addressHost(host: string): string {
  if (host === '0.0.0.0' || host === '::' || host === 'localhost') return '127.0.0.1';
  return bracketed(host);
}

/** On port 80 browsers leave the port out. */
const hostHeaders = (name: string, port: number): string[] =>
  port === 80 ? [name, `${name}:80`] : [`${name}:${port}`];

const bracketed = (host: string): string => (host.includes(':') && !host.startsWith('[') ? `[${host}]` : host);
