import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openApp } from '../../main/app.ts';
import { contentHash } from '../../main/datasets/manifest.ts';
import type { LibraryPaths } from '../../main/platform/library-paths.ts';
import { compareResults } from '../../main/services/bundle-compare.ts';
import { unzip } from '../../main/services/bundle-zip.ts';
import { sha256Of } from '../../main/platform/sha256.ts';
import type { BundlesService } from '../../main/services/bundles.ts';
import { refuseReadOnly } from '../../main/services/read-only.ts';
import type { ResultsService } from '../../main/services/results.ts';
import { openStore, type Store } from '../../main/store/open.ts';
import type { Prediction } from '../../shared/run.ts';
import { aDataset, anImage, aResult, aRun, aStudy } from '../unit/store/factories.ts';

interface Library {
  store: Store;
  paths: LibraryPaths;
  results: ResultsService;
  bundles: BundlesService;
}

let folder: string;
let source: Library;
let zip: string;
const opened: (() => void | Promise<void>)[] = [];

/** The whole app over a library of its own, with a second connection to look behind it. */
async function library(name: string): Promise<Library> {
  const app = await openApp({ home: path.join(folder, name), mode: 'host', host: 'command line' });
  const store = openStore(app.paths.database);
  opened.push(
    () => store.close(),
    () => app.close(),
  );
  return { store, paths: app.paths, results: app.services.results, bundles: app.services.bundles };
}

/** Twenty test images of ten patients, scored with numbers that need every digit. */
const predictions = (shift: number): Prediction[] =>
  Array.from({ length: 20 }, (_, i) => ({
    imageId: `t${i}`,
    patient: 100 + Math.floor(i / 2),
    eye: i % 2 === 0 ? 'left' : null,
    split: 'test',
    labels: i % 3 === 0 ? [0, 0, 1] : i % 5 === 0 ? [1, null, 0] : [1, 0, 0],
    probabilities: [0.1 + 1 / (i + 3), 1e-9 / (i + 1), ((i * 7 + (i % 3 === 0 ? 6 : shift)) % 20) / 19],
  }));

beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'transfusion-bundle-'));
  zip = path.join(folder, 'study.zip');
  source = await library('home');
  const { store, paths } = source;
  const images = predictions(0).map(({ imageId: id, patient, split, labels, eye }, i) =>
    anImage({
      ...{ id, patient, split, labels, eye },
      sha256: String(i).padStart(64, '0'),
      path: `/secret/Jane-Doe-${i}.png`,
      site: i < 10 ? 'St. Secret' : 'Elsewhere',
      sex: 'F',
      age: i === 0 ? 97.4 : 61.5,
    }),
  );
  const dataset = aDataset({
    folder: '/secret',
    evidence: ['Jane-Doe.csv'],
    contentHash: contentHash(['0', '1', '2'], images),
  });
  store.datasets.insert(dataset, images, [
    { kind: 'missing-image', leftOut: true, file: 'Jane-Doe-99.png', message: 'There is no such file.' },
  ]);
  store.studies.insert(aStudy(), []);
  store.studies.setAnswers('s1', { 'intended-use': 'None.' });
  const runs = aStudy().arms.flatMap((arm) =>
    [0, 1].map((seed) => aRun({ id: `${arm.init.kind}-${seed}`, armId: arm.id, initLabel: arm.initLabel, seed })),
  );
  store.runs.insert(runs);
  for (const [i, run] of runs.slice(0, 3).entries()) {
    const result = aResult({ runId: run.id, predictionsSha256: String(i).repeat(64) });
    store.runs.finish({ id: run.id, result, predictions: predictions(i) });
  }
  const events =
    '{"type":"evaluation","step":5,"epoch":1,"loss":0.6,"auc":{"referable":0.7},"headlineAuc":0.7,"best":true}';
  fs.mkdirSync(paths.run('s1', 'random-0'), { recursive: true });
  fs.writeFileSync(path.join(paths.run('s1', 'random-0'), 'metrics.jsonl'), `${events}\n`);
});
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
  fs.rmSync(folder, { recursive: true, force: true });
});

const files = (): Record<string, Uint8Array> => unzipSync(fs.readFileSync(zip));
const text = (data: Uint8Array | undefined): string => Buffer.from(data ?? []).toString('utf8');

/** Writes the bundle again with other files; their checksums are made to fit unless `keepSums`. */
function rewrite(change: (parts: Record<string, Uint8Array>) => void, { keepSums = false } = {}): void {
  const parts = files();
  change(parts);
  if (!keepSums) {
    const manifest = JSON.parse(text(parts['bundle.json'])) as {
      files: { name: string; bytes: number; sha256: string }[];
    };
    for (const file of manifest.files) {
      const data = parts[file.name];
      if (data) Object.assign(file, { bytes: data.length, sha256: sha256Of(data) });
    }
    parts['bundle.json'] = strToU8(JSON.stringify(manifest));
  }
  fs.writeFileSync(zip, zipSync(parts));
}

describe('a study bundle', () => {
  it('opens in another library with the same results to the last digit, read-only', async () => {
    await source.bundles.export({ studyId: 's1', file: zip });
    const other = await library('other');
    const found = await other.bundles.open({ file: zip });
    const before = await source.results.complete('s1');
    const after = await other.results.complete('s1');
    expect(JSON.stringify(after)).toBe(JSON.stringify(before));
    expect(before.arms[0]?.endpoints[0]?.mean).not.toBeNull();
    expect(found).toMatchObject({ studyId: 's1', runs: 4, images: 20, already: false });
    expect(found.bundle.recomputed.different).toBe(0);
    expect(found.bundle.recomputed.numbers).toBeGreaterThan(20);
    expect(other.results.convergence('s1')).toEqual(source.results.convergence('s1'));
    expect(other.store.studies.answers('s1')).toEqual({ 'intended-use': 'None.' });
    expect(other.store.predictions.list('random-1')).toEqual(source.store.predictions.list('random-1'));
    expect(other.store.runs.get('transfer-1')?.state).toBe('cancelled');
    expect(() => refuseReadOnly(other.store.studies.get('s1'))).toThrow('opened from a bundle');
    expect(() => refuseReadOnly(source.store.studies.get('s1'))).not.toThrow();
    expect(other.store.datasets.list()).toEqual([]);
    expect(other.store.datasets.find('Clinic')).toBeNull();
    expect((await other.bundles.open({ file: zip })).already).toBe(true);
  });

  it('carries marks of doubtful labels, and compares what follows from them', async () => {
    source.store.imageMarks.set('d1', { imageId: 't3', reason: 'Blurred', markedAt: '2026-01-02T03:04:05.000Z' });
    await source.bundles.export({ studyId: 's1', file: zip });
    const other = await library('other');
    const found = await other.bundles.open({ file: zip });
    const datasetId = other.store.studies.get('s1')?.datasetId ?? '';
    expect(other.store.imageMarks.list(datasetId)).toEqual(source.store.imageMarks.list('d1'));
    expect(found.bundle.recomputed.different).toBe(0);
    const study = JSON.parse(text(files()['study.json'])) as { failures: { withoutMarked: unknown[] } };
    expect(study.failures.withoutMarked).not.toEqual([]);
  });

  it('opens a bundle of an earlier version without marks, and refuses a mark of no image', async () => {
    await source.bundles.export({ studyId: 's1', file: zip });
    const edit = (change: (study: Record<string, unknown>) => void): void =>
      rewrite((parts) => {
        const study = JSON.parse(text(parts['study.json'])) as Record<string, unknown>;
        change(study);
        parts['study.json'] = strToU8(JSON.stringify(study));
      });
    edit((study) => {
      study['marks'] = [{ imageId: 'nowhere', reason: 'x', markedAt: 'now' }];
    });
    await expect((await library('first')).bundles.open({ file: zip })).rejects.toThrow('marks an image');
    edit((study) => {
      delete study['marks'];
      delete study['failures'];
    });
    expect((await (await library('second')).bundles.open({ file: zip })).bundle.recomputed.different).toBe(0);
  });

  it('finds no difference in a bundle of a version that computed less', async () => {
    const events =
      '{"type":"evaluation","step":5,"epoch":1,"loss":0.6,"auc":{"referable":0.7},"headlineAuc":0.7,"best":true}';
    for (const id of ['random-1', 'transfer-0']) {
      fs.mkdirSync(source.paths.run('s1', id), { recursive: true });
      fs.writeFileSync(path.join(source.paths.run('s1', id), 'metrics.jsonl'), `${events}\n`);
    }
    await source.bundles.export({ studyId: 's1', file: zip });
    const now = await (await library('now')).bundles.open({ file: zip });
    const newer = ['stepsRatio', 'until', 'modelComparisons', 'margin', 'bootstrap', 'leftOut'];
    let dropped = 0;
    rewrite((parts) => {
      const older: unknown = JSON.parse(text(parts['results.json']), function (this: object, key, value: unknown) {
        if (!newer.includes(key)) return value;
        dropped++;
        return undefined;
      });
      parts['results.json'] = strToU8(JSON.stringify(older));
    });
    const other = await library('other');
    const { recomputed } = (await other.bundles.open({ file: zip })).bundle;
    expect(dropped).toBeGreaterThan(newer.length);
    expect(recomputed.different).toBe(0);
    expect(recomputed.numbers).toBeLessThan(now.bundle.recomputed.numbers);
    // What the older version did not compute is there all the same.
    const arm = (await other.results.complete('s1')).arms[1];
    expect(arm?.stepsRatio?.against).toBeDefined();
    expect(arm?.stepsToThreshold[0]?.until).toBeTypeOf('number');
  });

  it('is opened by a job with progress; wherever it is cancelled, nothing stays', async () => {
    await source.bundles.export({ studyId: 's1', file: zip });
    const other = await library('other');
    const steps: string[] = [];
    await other.bundles.open({ file: zip }, { onProgress: (done, total) => steps.push(`${done}/${total}`) });
    expect(steps).toEqual(['0/0', ...Array.from({ length: 10 }, (_, done) => `${done}/9`)]);
    for (const [index] of steps.entries()) {
      const third = await library(`cancelled-${index}`);
      const stop = new AbortController();
      let calls = 0;
      const onProgress = (): void => {
        if (calls++ === index) stop.abort();
      };
      await expect(third.bundles.open({ file: zip }, { onProgress, signal: stop.signal })).rejects.toThrow('Cancelled');
      expect(third.store.studies.list()).toEqual([]);
      expect(third.store.datasets.list()).toEqual([]);
      expect(third.store.runs.get('random-0')).toBeNull();
      expect(fs.existsSync(third.paths.study('s1'))).toBe(false);
    }
    const job = (await library('by-job')).bundles.startOpen({ file: zip });
    expect(job).toMatchObject({ kind: 'bundle', state: 'running' });
  });

  it('a process that ends while it opens a bundle leaves nothing to the next', async () => {
    await source.bundles.export({ studyId: 's1', file: zip });
    const other = await library('other');
    const home = path.dirname(other.paths.database);
    const left: string[] = [];
    await other.bundles.open(
      { file: zip },
      {
        // The library as it is on disk at each step from the first stored run on: what a killed process leaves.
        onProgress: (done) => {
          if (done < 4) return;
          left.push(`left-${done}`);
          fs.cpSync(home, path.join(folder, `left-${done}`), { recursive: true });
          if (done === 6) expect(other.store.runs.listByState(['queued'])).toEqual([]);
        },
      },
    );
    expect(left).toHaveLength(6);
    for (const name of left) {
      const before = openStore(path.join(folder, name, 'library.sqlite'));
      expect(before.studies.get('s1')?.bundle?.opening).toBe(true);
      before.close();
      const after = await library(name);
      expect(after.store.studies.list()).toEqual([]);
      expect(after.store.runs.get('random-0')).toBeNull();
      for (const table of ['datasets', 'images', 'predictions', 'image_marks']) {
        expect(after.store.db.prepare(`SELECT count(*) AS n FROM ${table}`).get()).toEqual({ n: 0 });
      }
      expect(fs.existsSync(after.paths.study('s1'))).toBe(false);
    }
    expect(other.store.studies.get('s1')?.bundle?.opening).toBeUndefined();
  });

  it('is not opened twice at the same time', async () => {
    await source.bundles.export({ studyId: 's1', file: zip });
    const other = await library('other');
    const second: Promise<unknown>[] = [];
    const onProgress = (done: number): void => {
      if (done === 5) second.push(other.bundles.open({ file: zip }).catch((error: unknown) => error));
    };
    await other.bundles.open({ file: zip }, { onProgress });
    expect(await second[0]).toMatchObject({ code: 'conflict' });
    expect(other.store.studies.get('s1')?.bundle?.recomputed.different).toBe(0);
  });

  it('holds no path, no file name and no site name', async () => {
    await source.bundles.export({ studyId: 's1', file: zip });
    const all = Object.values(files()).map(text).join('\n');
    expect(all).not.toMatch(/secret|Jane|Elsewhere/i);
    expect(all).not.toContain(folder);
    expect(text(files()['split.csv'])).toContain(',F,90,site 2,');
  });

  it('lists the checksum of every file', async () => {
    await source.bundles.export({ studyId: 's1', file: zip });
    const parts = files();
    const lines = text(parts['checksums.txt']).trim().split('\n');
    expect(lines).toHaveLength(Object.keys(parts).length - 2);
    for (const line of lines) {
      const [sha256, name] = line.split('  ');
      expect(sha256Of(parts[name as string] as Uint8Array)).toBe(sha256);
    }
  });

  it('is refused where the library holds the study itself', async () => {
    await source.bundles.export({ studyId: 's1', file: zip });
    await expect(source.bundles.open({ file: zip })).rejects.toThrow('holds the study of the bundle itself');
    expect(source.store.studies.get('s1')?.bundle).toBeUndefined();
  });
});

describe('a hostile or damaged bundle is refused and leaves nothing behind', () => {
  beforeEach(() => source.bundles.export({ studyId: 's1', file: zip }));

  async function refused(message: string): Promise<void> {
    const other = await library(`other-${opened.length}`);
    await expect(other.bundles.open({ file: zip })).rejects.toThrow(message);
    expect(other.store.studies.list()).toEqual([]);
    expect(fs.existsSync(other.paths.study('s1'))).toBe(false);
  }

  it.each(['../evil.txt', '/etc/evil', 'runs/../../evil/metrics.jsonl', 'C:\\evil', 'runs\\..\\evil'])(
    'path %s',
    async (name) => {
      rewrite((parts) => (parts[name] = strToU8('x')));
      await refused('outside of its folder');
      expect(fs.existsSync(path.join(folder, 'evil.txt'))).toBe(false);
    },
  );
  it('a file that no bundle has', async () => {
    rewrite((parts) => (parts['run.sh'] = strToU8('x')));
    await refused('a file that no study bundle has');
  });
  it('a file that bundle.json does not list', async () => {
    rewrite((parts) => (parts['report/more.html'] = strToU8('x')));
    await refused('report/more.html is not listed in bundle.json');
  });
  it('a changed file', async () => {
    rewrite((parts) => (parts['runs/random-0/predictions.csv'] = strToU8('x')), { keepSums: true });
    await refused('runs/random-0/predictions.csv was changed');
  });
  it('a missing file', async () => {
    rewrite((parts) => delete parts['split.csv'], { keepSums: true });
    await refused('split.csv is missing');
  });
  it('labels that are not those of the content hash', async () => {
    rewrite((parts) => (parts['split.csv'] = strToU8(text(parts['split.csv']).replace('l100', 'l001'))));
    await refused('do not have the content hash');
  });
  it('predictions of other images', async () => {
    const name = 'runs/random-0/predictions.csv';
    rewrite((parts) => (parts[name] = strToU8(text(parts[name]).replace('t3,', 'u3,'))));
    await refused('does not fit split.csv');
  });
  it('ids that would be paths', async () => {
    rewrite((parts) => {
      for (const name of ['bundle.json', 'study.json'])
        parts[name] = strToU8(text(parts[name]).replaceAll('"s1"', '"../s1"'));
    });
    await refused('Expected an id');
  });
  it('a newer schema', async () => {
    rewrite(
      (parts) => (parts['bundle.json'] = strToU8(text(parts['bundle.json']).replace('"schema": 1', '"schema": 2'))),
    );
    await refused('it has schema 2, this version reads schema 1');
  });
  it('another zip file, another file, no file', async () => {
    fs.writeFileSync(zip, zipSync({ 'README.txt': strToU8('x') }));
    await refused('no bundle.json');
    fs.writeFileSync(zip, 'hello');
    await refused('not a zip file');
    fs.rmSync(zip);
    await refused('found no file there');
  });
  it('half a zip file', async () => {
    fs.writeFileSync(zip, fs.readFileSync(zip).subarray(0, 3000));
    await refused('damaged or cut short');
  });
  it('a result that differs is told, not hidden', async () => {
    rewrite(
      (parts) => (parts['results.json'] = strToU8(text(parts['results.json']).replace(/"auc": 0\.\d/, '"auc": 0.0'))),
    );
    const found = await (await library('other')).bundles.open({ file: zip });
    expect(found.bundle.recomputed.different).toBe(1);
  });
});

describe('unzip', () => {
  const limits = { zipBytes: 1e9, files: 3, fileBytes: 1000, totalBytes: 1500 };

  it('refuses what unpacks to more than the limits, before unpacking', () => {
    const bomb = zipSync({ 'split.csv': new Uint8Array(1e6) });
    expect(bomb.length).toBeLessThan(5000);
    expect(() => unzip(bomb, limits)).toThrow('larger than a study can be');
    const many = { 'split.csv': new Uint8Array(900), 'results.json': new Uint8Array(900) };
    expect(() => unzip(zipSync(many), limits)).toThrow('larger than a study can be');
    const small = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [`report/${name}.csv`, strToU8('1')]));
    expect(() => unzip(zipSync(small), limits)).toThrow('more than 3 files');
  });

  it('never unpacks more than the zip file says', () => {
    const bomb = zipSync({ 'split.csv': new Uint8Array(1e6) });
    // The size that the directory at the end of the file states, made 10 bytes.
    const view = new DataView(bomb.buffer, bomb.byteOffset, bomb.byteLength);
    for (let at = 0; at + 4 < bomb.length; at++) if (view.getUint32(at, true) === 1e6) view.setUint32(at, 10, true);
    let size = 0;
    try {
      size = unzip(bomb, limits).get('split.csv')?.length ?? 0;
    } catch (error) {
      expect((error as Error).message).toContain('damaged');
    }
    expect(size).toBeLessThanOrEqual(10);
  });
});

describe('compareResults', () => {
  it('counts numbers and differences, and leaves out what only later versions say', () => {
    expect(compareResults({ a: 1, b: [2, null] }, { a: 1, b: [2, null], c: 3 })).toEqual({ numbers: 2, different: 0 });
    expect(compareResults({ a: 0.1, b: 'x' }, { a: 0.1 + 1e-17, b: 'y' })).toEqual({ numbers: 1, different: 2 });
    expect(compareResults({ a: 0.3 }, { a: 0.1 + 0.2 })).toEqual({ numbers: 1, different: 1 });
    expect(compareResults([1], [1, 2])).toEqual({ numbers: 1, different: 1 });
  });
});
