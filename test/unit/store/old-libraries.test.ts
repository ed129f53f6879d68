/** Libraries of every earlier version of the schema, with rows as that version wrote them, opened by this one. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { latestVersion, migrate } from '../../../main/store/migrate.ts';
import { MIGRATIONS } from '../../../main/store/migrations/all.ts';
import { openStore } from '../../../main/store/open.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';
import { readRows, WRITTEN, writeRows, type Rows } from './written-rows.ts';

/** A library of this version, with the rows that it wrote. */
function oldLibrary(version: number, rows: Rows): string {
  const file = join(makeTemporaryFolder('old-library'), 'library.sqlite');
  const db = new Database(file);
  migrate(db, MIGRATIONS.slice(0, version));
  writeRows(db, rows);
  db.close();
  return file;
}

it.each(WRITTEN.slice(1).map((_, index) => index + 1))(
  'a process that is killed in the middle of the update from schema %i loses nothing',
  (version) => {
    const rows = WRITTEN[version - 1] as Rows;
    const file = oldLibrary(version, rows);
    const { signal } = spawnSync(process.execPath, [join(import.meta.dirname, 'killed-update.ts'), file]);
    expect(signal).toBe('SIGKILL');
    const store = openStore(file);
    expect(store.db.pragma('user_version', { simple: true })).toBe(latestVersion());
    expect(readRows(store.db, rows)).toEqual(rows);
    store.close();
  },
);

it('there are rows of every version', () => {
  expect(WRITTEN).toHaveLength(latestVersion());
});

describe.each(WRITTEN.map((rows, index) => ({ version: index + 1, rows })))(
  'a library of schema $version',
  ({ version, rows }) => {
    it('keeps every value that was written, here and in its backup', () => {
      const store = openStore(oldLibrary(version, rows));
      expect(store.db.pragma('user_version', { simple: true })).toBe(latestVersion());
      expect(readRows(store.db, rows)).toEqual(rows);
      expect(store.db.pragma('foreign_key_check')).toEqual([]);
      if (version === latestVersion()) expect(store.backup).toBeNull();
      else {
        const backup = new Database(store.backup as string);
        expect(backup.pragma('user_version', { simple: true })).toBe(version);
        expect(readRows(backup, rows)).toEqual(rows);
        backup.close();
      }
      store.close();
    });

    it('is read by this version, with what later ones added left empty', () => {
      const store = openStore(oldLibrary(version, rows));
      expect(store.datasets.list().map(({ id }) => id)).toEqual(['d1']);
      expect(store.datasets.get('d1')).toMatchObject({ images: 3, patients: 3, patientDisjoint: true });
      expect(store.datasets.images('d1')).toHaveLength(3);
      expect(store.datasets.problems('d1', { offset: 0, limit: 10 })).toHaveLength(1);
      const study = store.studies.get('s1');
      expect(study?.protocol).toMatchObject({ classWeights: 'none', earlyStopping: null, augmentFrozen: false });
      expect(study?.bundle).toBeUndefined();
      expect(store.studies.answers('s1')).toEqual(version < 4 ? {} : { design: 'retrospective' });
      expect(store.studies.weights('s1')).toEqual(['w1']);
      const [first, second] = store.runs.listByStudy('s1');
      expect(first?.result).toMatchObject({ bestValidationAuc: 0.8, timing: null, classWeights: null });
      expect(second).toMatchObject({ state: 'failed', result: null, progress: { done: 3 } });
      expect(store.predictions.list('r1', 'test')).toMatchObject([{ imageId: 'a2', labels: [0, 0, 1] }]);
      expect(store.weights.list()).toHaveLength(version < 2 ? 1 : 2);
      expect(store.weights.details('w1')).toBeNull();
      expect(store.imageMarks.list('d1')).toHaveLength(version < 3 ? 0 : 1);
      expect(store.imageMarks.list('d1', 'exclude')).toHaveLength(version < 7 ? 0 : 1);
      expect(store.datasets.get('d1')?.flagCounts).toEqual(version < 7 ? null : { dark: 1 });
      if (version >= 2) expect(store.weights.details('w2')?.origin.program).toBe('Keras 2.1.6');
      if (version >= 4) expect(store.studies.get('s2')?.bundle?.recomputed).toEqual({ numbers: 30, different: 0 });
      store.close();
    });
  },
);
