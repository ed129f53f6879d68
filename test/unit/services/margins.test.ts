import fs from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { libraryPaths, type LibraryPaths } from '../../../main/platform/library-paths.ts';
import { runFiles } from '../../../main/runs/process/run-folder.ts';
import { createMarginsService, type MarginsService } from '../../../main/services/studies/margins.ts';
import { countEarlierScorings } from '../../../main/services/studies/test-set-uses.ts';
import { openStore, type Store } from '../../../main/store/open.ts';
import type { ImageRecord } from '../../../shared/dataset/dataset-record.ts';
import { aDataset, aResult, aRun, aStudy, someImages } from '../store/factories.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

let home: string;
let store: Store;
let paths: LibraryPaths;
let margins: MarginsService;
beforeEach(() => {
  home = makeTemporaryFolder('margins');
  paths = libraryPaths(home);
  store = openStore(paths.database);
  store.datasets.insert(aDataset(), someImages(), []);
  for (const id of ['s1', 's2']) {
    store.studies.insert(aStudy({ id }), []);
    store.runs.insert([aRun({ id: `${id}-r`, studyId: id })]);
    fs.mkdirSync(paths.run(id, `${id}-r`), { recursive: true });
  }
  margins = createMarginsService({ store, paths, now: () => new Date('2026-03-04T05:06:07Z') });
});
afterEach(() => {
  store.close();
});

const reason = 'Readers differ by more than this.';

describe('declaring a margin', () => {
  it('stores it with the time; a later one counts and the earlier one stays', () => {
    expect(margins.get('s1')).toEqual({ declared: [], opened: false });
    margins.declare({ studyId: 's1', delta: 0.05, reason });
    const state = margins.declare({ studyId: 's1', delta: 0.02, reason });
    expect(state.declared.map(({ delta }) => delta)).toEqual([0.05, 0.02]);
    expect(state.declared[1]).toEqual({
      delta: 0.02,
      reason,
      declaredAt: '2026-03-04T05:06:07.000Z',
      earlierStudies: 0,
    });
    expect(margins.get('s2').declared).toEqual([]);
  });

  it('is refused once a run has scored the test images, whether or not it has finished', () => {
    fs.writeFileSync(runFiles(paths.run('s1', 's1-r')).predictions, '');
    expect(margins.get('s1').opened).toBe(true);
    expect(() => margins.declare({ studyId: 's1', delta: 0.02, reason })).toThrow(
      'whose test images no run has scored',
    );
    store.runs.finish({ id: 's2-r', result: aResult({ runId: 's2-r' }), predictions: [] });
    expect(() => margins.declare({ studyId: 's2', delta: 0.02, reason })).toThrow(
      'whose test images no run has scored',
    );
    expect(margins.get('s2').declared).toEqual([]);
  });

  it('keeps that other studies had scored the same images', () => {
    store.runs.finish({ id: 's2-r', result: aResult({ runId: 's2-r' }), predictions: [] });
    expect(margins.declare({ studyId: 's1', delta: 0.02, reason }).declared[0]?.earlierStudies).toBe(1);
  });

  it('finds them by the images, in other imports of the same files too', () => {
    const [, , , test] = someImages() as [ImageRecord, ImageRecord, ImageRecord, ImageRecord];
    const others: [string, ImageRecord[]][] = [
      ['again', [{ ...test, path: '/elsewhere.png' }]],
      ['learned', [{ ...test, split: 'train' }]],
      ['other', [{ ...test, id: 'b9' }]],
    ];
    for (const [id, images] of others) {
      store.datasets.insert(aDataset({ id, name: id }), images, []);
      store.studies.insert(aStudy({ id: `of-${id}`, name: `of ${id}`, datasetId: id }), []);
      store.runs.insert([aRun({ id: `of-${id}-r`, studyId: `of-${id}` })]);
      store.runs.finish({ id: `of-${id}-r`, result: aResult({ runId: `of-${id}-r` }), predictions: [] });
    }
    expect(countEarlierScorings(store, { id: 's1', datasetId: 'd1' })).toBe(1);
  });

  it('has no default and needs a reason', () => {
    for (const bad of [
      { delta: 0, reason },
      { delta: -0.02, reason },
      { delta: 0.7, reason },
      { delta: 0.02, reason: 'why' },
    ]) {
      expect(() => margins.declare({ studyId: 's1', ...bad })).toThrow('The margin cannot be used');
    }
    expect(() => margins.declare({ studyId: 'nope', delta: 0.02, reason })).toThrow('Expected a study of this library');
  });
});
