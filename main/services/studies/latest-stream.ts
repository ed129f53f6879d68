/**
 * A stream of changes by key that keeps only the latest value of each key for every reader: memory stays bounded however
 * slow a reader is, and no reader misses the final state of anything.
 */
import { setTimeout as delay } from 'node:timers/promises';

export interface LatestStream<K, V> {
  /** Offers a new value of `key` to all readers. */
  push(key: K, value: V): void;
  /**
   * `first` (asked for when the reader starts), then changes. Ends when `signal` is aborted, when the stream is closed (what
   * is pending is still delivered) or when the reader returns.
   */
  read(options: {
    first: () => Iterable<readonly [K, V]>;
    signal?: AbortSignal | undefined;
  }): AsyncGenerator<V, void, undefined>;
  close(): void;
  /** Readers at this moment, for tests and diagnostics. */
  readers(): number;
}

interface Reader<K, V> {
  pending: Map<K, V>;
  wake: () => void;
}

/** `intervalMs`: a reader is woken at most this often, so that fast work does not flood a page. */
export function createLatestStream<K, V>(options: { intervalMs: number }): LatestStream<K, V> {
  const readers = new Set<Reader<K, V>>();
  let closed = false;

  async function* drain(
    first: () => Iterable<readonly [K, V]>,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<V, void, undefined> {
    const reader: Reader<K, V> = { pending: new Map(first()), wake: () => undefined };
    const aborted = () => signal?.aborted === true;
    const onAbort = () => reader.wake();
    signal?.addEventListener('abort', onAbort);
    readers.add(reader);
    try {
      while (!aborted()) {
        for (const [key, value] of reader.pending) {
          reader.pending.delete(key);
          yield value;
        }
        if (closed) return;
        await delay(options.intervalMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
        if (reader.pending.size === 0 && !closed && !aborted()) {
          await new Promise<void>((resolve) => {
            reader.wake = resolve;
          });
        }
      }
    } finally {
      signal?.removeEventListener('abort', onAbort);
      readers.delete(reader);
    }
  }

  return {
    push(key, value) {
      for (const reader of readers) {
        // Deleting first moves the key to the end: readers see changes in the order of the latest ones.
        reader.pending.delete(key);
        reader.pending.set(key, value);
        reader.wake();
      }
    },
    read: ({ first, signal }) => drain(first, signal),
    close() {
      closed = true;
      for (const reader of readers) reader.wake();
    },
    readers: () => readers.size,
  };
}
