import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { openApp } from '../../../main/app.ts';
import { libraryPaths } from '../../../main/platform/library-paths.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

it('what a killed process had not stored yet goes with the next start; what holds work stays', async () => {
  const paths = libraryPaths(makeTemporaryFolder('half-made'));
  const files = {
    unstored: path.join(paths.run('unstored', 'r'), 'config.json'),
    started: path.join(paths.run('started', 'r'), 'attempt.json'),
    manifestOnly: paths.manifest('manifestOnly'),
    lookedAt: paths.thumbnail('lookedAt', 'i'),
  };
  for (const file of Object.values(files)) {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, '{}');
  }
  await (await openApp({ home: paths.home, mode: 'host', host: 'command line' })).close();
  expect(fs.readdirSync(paths.studies)).toEqual(['started']);
  expect(fs.readdirSync(paths.datasets)).toEqual(['lookedAt']);
});
