/** What is asked often or of large tables goes by an index: none of these statements reads a whole table or sorts it. */
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openStore, type Store } from '../../../main/store/open.ts';
import { aDataset, aPrediction, aResult, aRun, aStudy, someImages } from './factories.ts';

/** A row an image, a row a run and image, and what hangs on them: these grow with the data. */
const LARGE = ['images', 'image_flags', 'predictions', 'image_marks', 'import_problems', 'runs'];

const statements = new Set<string>();
let store: Store;
beforeEach(() => {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its database below
  const prepare = Database.prototype.prepare;
  vi.spyOn(Database.prototype, 'prepare').mockImplementation(function (this: Database.Database, sql: string) {
    statements.add(sql);
    return prepare.call(this, sql);
  });
  store = openStore(':memory:');
  store.datasets.insert(aDataset(), someImages(), []);
  store.studies.insert(aStudy(), []);
  store.runs.insert([aRun()]);
});
afterEach(() => {
  vi.restoreAllMocks();
  store.close();
  statements.clear();
});

/** How SQLite would answer: one line a step. */
function planOf(sql: string): string[] {
  const named = [...sql.matchAll(/:(\w+)/g)].map(([, name = '']) => [name, null] as const);
  const places = [...sql.matchAll(/\?/g)].map(() => null);
  const values: unknown[] = named.length > 0 ? [Object.fromEntries(named)] : places;
  const plan = store.db.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`);
  return plan.all(...values).map(({ detail }) => detail);
}

it('lists, pages, results and marks go by an index', () => {
  store.runs.finish({ id: 'r1', result: aResult(), predictions: [aPrediction()] });
  store.datasets.list();
  store.datasets.get('d1');
  store.datasets.images('d1');
  store.datasets.image('d1', 'a0');
  store.datasets.page('d1', { offset: 0, limit: 10 });
  store.datasets.page('d1', { split: 'test', positiveOutput: 2, offset: 0, limit: 10 });
  store.datasets.page('d1', { flag: 'dark', offset: 0, limit: 10 });
  store.datasets.page('d1', { flag: 'dark', split: 'test', positiveOutput: 2, offset: 0, limit: 10 });
  store.datasets.problems('d1', { offset: 0, limit: 10 });
  store.imageMarks.list('d1');
  store.runs.listByStudy('s1');
  store.runs.listByState(['queued']);
  store.predictions.list('r1');
  store.predictions.list('r1', 'test');
  const asked = [...statements].filter(
    (sql) => /^\s*SELECT/i.test(sql) && LARGE.some((table) => new RegExp(`\\b${table}\\b`).test(sql)),
  );
  expect(asked.length).toBeGreaterThan(12);
  for (const sql of asked) {
    const plan = planOf(sql);
    const aliases = [...LARGE, 'm', 'i', 'f'];
    const scanned = plan.filter((step) => aliases.some((name) => new RegExp(`^SCAN ${name}\\b`).test(step)));
    expect(scanned, sql).toEqual([]);
    // Marks are few and shown latest first; a list of states is read in the order of each.
    if (/image_marks|json_each/.test(sql)) continue;
    expect(
      plan.filter((step) => step.includes('TEMP B-TREE FOR ORDER BY')),
      sql,
    ).toEqual([]);
  }
});
