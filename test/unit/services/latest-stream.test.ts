import { describe, expect, it } from 'vitest';
import { createLatestStream } from '../../../main/services/studies/latest-stream.ts';

describe('latest stream', () => {
  it('gives what is there first, then changes, in the order of the latest ones', async () => {
    const stream = createLatestStream<string, string>({ intervalMs: 1 });
    const reader = stream.read({ first: () => [['a', 'a0']] });
    expect((await reader.next()).value).toBe('a0');
    stream.push('a', 'a1');
    stream.push('b', 'b1');
    stream.push('a', 'a2');
    expect((await reader.next()).value).toBe('b1');
    expect((await reader.next()).value).toBe('a2');
    await reader.return();
    expect(stream.readers()).toBe(0);
  });

  it('wakes a reader that waits', async () => {
    const stream = createLatestStream<string, number>({ intervalMs: 0 });
    const reader = stream.read({ first: () => [] });
    const next = reader.next();
    // Timers of one length end in their order: the pause of the reader is over, and it waits.
    await new Promise((resolve) => setTimeout(resolve, 0));
    stream.push('a', 1);
    expect(await next).toEqual({ value: 1, done: false });
  });

  it('ends on abort, and forgets the reader', async () => {
    const stream = createLatestStream<string, number>({ intervalMs: 0 });
    const abort = new AbortController();
    const next = stream.read({ first: () => [], signal: abort.signal }).next();
    expect(stream.readers()).toBe(1);
    abort.abort();
    expect((await next).done).toBe(true);
    expect(stream.readers()).toBe(0);
  });

  it('delivers what is pending when it is closed, then ends', async () => {
    const stream = createLatestStream<string, number>({ intervalMs: 0 });
    const reader = stream.read({
      first: () => [
        ['a', 1],
        ['b', 2],
      ],
    });
    expect((await reader.next()).value).toBe(1);
    stream.push('c', 3);
    stream.close();
    expect((await reader.next()).value).toBe(2);
    expect((await reader.next()).value).toBe(3);
    expect((await reader.next()).done).toBe(true);
  });

  it('does nothing for a reader that never starts', () => {
    const stream = createLatestStream<string, number>({ intervalMs: 0 });
    stream.read({ first: () => [] });
    expect(stream.readers()).toBe(0);
  });
});
