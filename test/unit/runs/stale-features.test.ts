/** Stored features of frozen stages go with the last attempt that could read them. */
import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { runFiles } from '../../../main/runs/process/run-folder.ts';
import { createSurroundings, type FakeSurroundings } from './fake-runs.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

let folder: string;
beforeEach(() => (folder = makeTemporaryFolder('stale-features')));

function leaveFeatures(id: string): void {
  const { features, featuresDone } = runFiles(path.join(folder, id));
  fs.writeFileSync(features, 'rows');
  fs.writeFileSync(featuresDone, '{}');
}

function hasFeatures(id: string): boolean {
  const { features, featuresDone } = runFiles(path.join(folder, id));
  return fs.existsSync(features) || fs.existsSync(featuresDone);
}

function surroundings(...runs: Parameters<typeof createSurroundings>[0]['runs']): FakeSurroundings {
  const made = createSurroundings({ folder, runs });
  for (const { id } of runs) leaveFeatures(id);
  return made;
}

it('a killed run keeps them for its next attempt, until it is cancelled', async () => {
  const { queue, executions, states } = surroundings({ id: 'a' });
  await queue.start();
  await executions[0]?.end('interrupted');
  expect(states()).toEqual(['interrupted']);
  expect(hasFeatures('a')).toBe(true);
  queue.cancelRun('a');
  expect(states()).toEqual(['cancelled']);
  expect(hasFeatures('a')).toBe(false);
});

it('a run whose process had to be killed to cancel it', async () => {
  const { queue, executions } = surroundings({ id: 'a' });
  await queue.start();
  queue.cancelRun('a');
  expect(hasFeatures('a')).toBe(true);
  await executions[0]?.end('interrupted');
  expect(hasFeatures('a')).toBe(false);
});

it('at start-up, those of runs that ended; not those of runs that may go on', async () => {
  const { queue, states } = surroundings(
    { id: 'done', state: 'succeeded' },
    { id: 'gone', state: 'cancelled' },
    { id: 'broken', state: 'failed' },
    { id: 'paused', state: 'paused' },
    { id: 'killed', state: 'interrupted' },
    { id: 'cancelling', state: 'cancelling' },
  );
  await queue.recover();
  expect(states()).toEqual(['succeeded', 'cancelled', 'failed', 'paused', 'interrupted', 'cancelled']);
  expect(['done', 'gone', 'broken', 'paused', 'killed', 'cancelling'].filter(hasFeatures)).toEqual([
    'paused',
    'killed',
  ]);
});
