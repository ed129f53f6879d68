/** Live events of runs, handed to any number of readers. */
import type { RunEvent } from '../../../shared/run/run.ts';

export interface ReadOptions {
  wanted: (runId: string) => boolean;
  first: () => RunEvent[];
  signal?: AbortSignal | undefined;
}

interface Reader {
  wanted: (runId: string) => boolean;
  pending: RunEvent[];
  wake: () => void;
}

const MOST_PENDING = 2000;

export function createRunEventHub() {
  const readers = new Set<Reader>();
  let closed = false;

  async function* read({ wanted, first, signal }: ReadOptions): AsyncGenerator<RunEvent, void, undefined> {
    const reader: Reader = { wanted, pending: [], wake: () => undefined };
    const onAbort = (): void => reader.wake();
    signal?.addEventListener('abort', onAbort);
    readers.add(reader);
    try {
      for (const event of first()) yield event;
      while (!closed && signal?.aborted !== true) {
        const next = reader.pending.shift();
        if (next !== undefined) yield next;
        else await new Promise<void>((resolve) => (reader.wake = resolve));
      }
    } finally {
      signal?.removeEventListener('abort', onAbort);
      readers.delete(reader);
    }
  }

  return {
    emit(event: RunEvent): void {
      for (const reader of readers) {
        if (!reader.wanted(event.runId)) continue;
        addEvent(reader.pending, event);
        reader.wake();
      }
    },
    /**
     * `first`, then events of runs that `wanted` accepts; nothing falls between the two. States and progress of a slow reader are merged to the latest; metrics
     * are kept in order, and beyond the limit the oldest step metrics are dropped (a later `studies.convergence` has them).
     */
    read,
    close(): void {
      closed = true;
      for (const reader of readers) reader.wake();
    },
  };
}

export type RunEventHub = ReturnType<typeof createRunEventHub>;

function addEvent(pending: RunEvent[], event: RunEvent): void {
  if (event.type !== 'metric') {
    const older = pending.findIndex((other) => other.type === event.type && other.runId === event.runId);
    if (older >= 0) pending.splice(older, 1);
  } else if (pending.length >= MOST_PENDING) {
    const oldest = pending.findIndex((other) => other.type === 'metric' && other.metric.type === 'step');
    pending.splice(Math.max(0, oldest), 1);
  }
  pending.push(event);
}
