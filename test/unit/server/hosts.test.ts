import os from 'node:os';
import { describe, expect, it } from 'vitest';
import { addressHost, isLoopbackHost, ownHosts } from '../../../main/server/hosts.ts';

describe('own hosts', () => {
  it('are the names of loopback with the port', () => {
    expect([...ownHosts('127.0.0.1', 5000)]).toEqual(['127.0.0.1:5000', 'localhost:5000', '[::1]:5000']);
  });

  it('may leave out port 80', () => {
    expect(ownHosts('127.0.0.1', 80).has('127.0.0.1')).toBe(true);
  });

  it("are this machine's own where all interfaces are served", () => {
    const hosts = ownHosts('0.0.0.0', 5000);
    expect(hosts.has(`${os.hostname().toLowerCase()}:5000`)).toBe(true);
    expect(hosts.has('evil.example:5000')).toBe(false);
  });

  it('know loopback by any name', () => {
    expect(['127.0.0.1', 'localhost', '::1', '[::1]', '0.0.0.0', '10.0.0.1'].map(isLoopbackHost)).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  it('are printed so that a browser understands them', () => {
    expect(['127.0.0.1', '0.0.0.0', '::', '::1', '10.0.0.1'].map(addressHost)).toEqual([
      '127.0.0.1',
      '127.0.0.1',
      '127.0.0.1',
      '[::1]',
      '10.0.0.1',
    ]);
  });
});
