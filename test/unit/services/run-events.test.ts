import { expect, it } from 'vitest';
import type { RunEvent, RunSummary } from '../../../shared/run/run.ts';
import { createRunEventHub } from '../../../main/services/studies/run-events.ts';

const step = (runId: string, n: number): RunEvent => ({
  type: 'metric',
  runId,
  metric: {
    type: 'step',
    step: n,
    epoch: 0,
    loss: 0,
    learningRate: 0,
    stepMs: 0,
    waitMs: 0,
    decodedImages: 0,
    decodeMs: 0,
    augmentMs: 1,
  },
});
const progress = (runId: string, done: number): RunEvent => ({
  type: 'progress',
  runId,
  progress: { phase: 'training', done, total: 9, etaSeconds: null },
});
const state = (runId: string): RunEvent => ({ type: 'state', runId, run: { id: runId } as RunSummary });

it('gives the first events, then every metric in order and only the latest progress', async () => {
  const hub = createRunEventHub();
  const stop = new AbortController();
  const reader = hub.read({ wanted: (id) => id === 'a', first: () => [state('a')], signal: stop.signal });
  expect((await reader.next()).value).toEqual(state('a'));
  for (const event of [progress('a', 1), step('a', 1), step('b', 1), progress('a', 2), step('a', 2)]) hub.emit(event);
  const seen = [await reader.next(), await reader.next(), await reader.next()].map(({ value }) => value as RunEvent);
  expect(seen).toEqual([step('a', 1), progress('a', 2), step('a', 2)]);
  const waiting = reader.next();
  hub.emit(step('a', 3));
  expect((await waiting).value).toEqual(step('a', 3));
  const last = reader.next();
  stop.abort();
  expect((await last).done).toBe(true);
});

it('misses nothing between the snapshot and the stream, and ends when the hub closes', async () => {
  const hub = createRunEventHub();
  const reader = hub.read({
    wanted: () => true,
    first: () => {
      hub.emit(step('a', 1));
      return [];
    },
  });
  expect((await reader.next()).value).toEqual(step('a', 1));
  const last = reader.next();
  hub.close();
  expect((await last).done).toBe(true);
});

it('keeps memory bounded for a reader that does not read', async () => {
  const hub = createRunEventHub();
  const reader = hub.read({ wanted: () => true, first: () => [state('a')] });
  await reader.next();
  for (let n = 0; n < 5000; n++) hub.emit(step('a', n));
  const { value } = await reader.next();
  expect(value).toEqual(step('a', 3000));
  await reader.return();
});
