import fs from 'node:fs';
import { beforeEach, expect, it } from 'vitest';
import { libraryPaths, type LibraryPaths } from '../../../main/platform/library-paths.ts';
import { createQueueService } from '../../../main/services/studies/queue-service.ts';
import { createRunEventHub } from '../../../main/services/studies/run-events.ts';
import { readSettings, writeSettings } from '../../../main/services/system/settings.ts';
import { openStore } from '../../../main/store/open.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

let paths: LibraryPaths;
beforeEach(() => {
  paths = libraryPaths(makeTemporaryFolder('settings'));
});

it('are the defaults until something is set, and where the file cannot be used', () => {
  expect(readSettings(paths)).toEqual({ parallelRuns: 1 });
  for (const text of ['', '{', '{"parallelRuns": 99}']) {
    fs.writeFileSync(paths.settings, text);
    expect(readSettings(paths)).toEqual({ parallelRuns: 1 });
  }
  writeSettings(paths, { parallelRuns: 3 });
  expect(readSettings(paths)).toEqual({ parallelRuns: 3 });
});

it('keep the number of runs at a time for the next start', async () => {
  const store = openStore(paths.database);
  const start = () => {
    const executor = { start: () => expect.unreachable('No run is queued.') };
    return createQueueService({ store, paths, executor, events: createRunEventHub(), onStudyEnd: () => undefined });
  };
  const first = start();
  expect(first.status().parallel).toBe(1);
  first.setParallel(2);
  expect(first.status().parallel).toBe(2);
  await first.close();
  const second = start();
  expect(second.status().parallel).toBe(2);
  await second.close();
  store.close();
});
