import fs from 'node:fs';
import path from 'node:path';
import { strToU8 } from 'fflate';
import { describe, expect, it } from 'vitest';
import { sha256Of } from '../../../main/platform/sha256.ts';
import { readProof, verifyProof } from '../../../main/services/datasets/leakage-proof.ts';
import { requireStudy } from '../../../main/services/require.ts';
import { refuseReadOnly } from '../../../main/services/studies/read-only.ts';
import { openStore } from '../../../main/store/open.ts';
import { files, folder, library, rewrite, source, text, zip } from './bundle-library.ts';

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
    expect(() => refuseReadOnly(requireStudy(other.store, 's1'))).toThrow('opened from a bundle');
    expect(() => refuseReadOnly(requireStudy(source.store, 's1'))).not.toThrow();
    expect(other.store.datasets.list()).toEqual([]);
    expect(other.store.datasets.find('Clinic')).toBeNull();
    expect((await other.bundles.open({ file: zip })).already).toBe(true);
  });

  it('carries the leakage proof, which can be checked again there', async () => {
    await source.bundles.export({ studyId: 's1', file: zip });
    const other = await library('other');
    await other.bundles.open({ file: zip });
    const proof = readProof(source, 's1');
    expect(proof?.rows.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(readProof(other, 's1')).toEqual(proof);
    const checks = verifyProof(other, 's1');
    expect(checks.filter(({ holds }) => !holds)).toEqual([]);
    expect(checks.length).toBeGreaterThan(4);
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
