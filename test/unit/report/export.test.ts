import fs from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { writeSafetensors } from '../../../main/engine/weights/safetensors.ts';
import { libraryPaths, type LibraryPaths } from '../../../main/platform/library-paths.ts';
import { runFiles } from '../../../main/runs/process/run-folder.ts';
import { createReportsService, type ReportsService } from '../../../main/services/reports/reports-service.ts';
import type { ExplanationFigure } from '../../../main/services/mistakes/draw-explanation.ts';
import { createMistakesService } from '../../../main/services/mistakes/mistakes-service.ts';
import { createJobsService, type JobsService } from '../../../main/services/system/jobs.ts';
import { createPredictedStudies } from '../../../main/services/results/predicted-studies.ts';
import { createResultsService, type ResultsService } from '../../../main/services/results/results-service.ts';
import { openStore, type Store } from '../../../main/store/open.ts';
import type { ExplanationRequest } from '../../../shared/mistakes/explanation.ts';
import type { Prediction } from '../../../shared/run/run.ts';
import { leakageProofSchema } from '../../../shared/dataset/leakage-proof.ts';
import { fileStem } from '../../../shared/system/names.ts';
import { studySpecSchema } from '../../../shared/study/study.ts';
import { aDataset, anImage, aResult, aRun, aStudy } from '../store/factories.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

let home: string;
beforeEach(() => {
  home = makeTemporaryFolder('report');
});

const read = (...parts: string[]): string => fs.readFileSync(path.join(home, ...parts), 'utf8');

/** Of files of the study. */
const STEM = fileStem(aStudy().name);

const NO_WEIGHTS = { armId: 'a', seed: 0, layers: [], stages: [] };

describe('results and report of a stored study', () => {
  let store: Store;
  let paths: LibraryPaths;
  let results: ResultsService;
  let reports: ReportsService;
  let jobs: JobsService;
  let draw: (request: ExplanationRequest) => Promise<ExplanationFigure>;

  /** Twenty test images of ten patients; the higher output 2, the likelier. */
  const predictions = (shift: number): Prediction[] =>
    Array.from({ length: 20 }, (_, i) => ({
      imageId: `t${i}`,
      patient: 100 + Math.floor(i / 2),
      eye: i % 2 === 0 ? 'left' : 'right',
      split: 'test',
      labels: i % 3 === 0 ? [0, 0, 1] : [1, 0, 0],
      probabilities: [0.5, 0.2, ((i * 7 + (i % 3 === 0 ? 6 : shift)) % 20) / 20],
    }));

  beforeEach(() => {
    paths = libraryPaths(home);
    store = openStore(paths.database);
    const images = predictions(0).map((row, i) =>
      anImage({
        id: row.imageId,
        patient: row.patient,
        split: 'test',
        labels: row.labels,
        site: i < 10 ? 'A' : 'B',
        path: `/secret/patient-${i}.png`,
      }),
    );
    store.datasets.insert(aDataset({ name: '<b>Clinic</b>', folder: '/secret' }), images, []);
    store.studies.insert(aStudy(), []);
    const runs = aStudy().arms.flatMap((arm) =>
      [0, 1].map((seed) => aRun({ id: `${arm.init.kind}-${seed}`, armId: arm.id, initLabel: arm.initLabel, seed })),
    );
    store.runs.insert(runs);
    for (const [i, run] of runs.slice(0, 3).entries()) {
      store.runs.finish({
        id: run.id,
        result: aResult({ runId: run.id, predictionsSha256: String(i).repeat(64) }),
        predictions: predictions(i),
      });
      const files = runFiles(paths.run('s1', run.id));
      fs.mkdirSync(files.folder, { recursive: true });
      const events = [
        {
          type: 'step',
          step: 5,
          epoch: 1,
          loss: 0.6,
          learningRate: 1e-3,
          stepMs: 9,
          waitMs: 1,
          decodedImages: 0,
          decodeMs: 0,
          augmentMs: 1,
        },
        { type: 'evaluation', step: 5, epoch: 1, loss: 0.6, auc: { referable: 0.7 }, headlineAuc: 0.7, best: true },
      ];
      fs.writeFileSync(files.metrics, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
      const kernel = {
        name: 'conv1/kernel',
        shape: [2, 2, 3, 2],
        values: Float32Array.from({ length: 24 }, (_, k) => k),
      };
      writeSafetensors(files.initial, [kernel], {});
      writeSafetensors(files.best, [{ ...kernel, values: kernel.values.map((v) => v + 1) }], {});
    }
    const predicted = createPredictedStudies(store);
    results = createResultsService({ store, paths, predicted });
    // The weights of these runs are one tensor each: no network to analyse.
    const representations = { similarity: () => null };
    const weightAnalysis = {
      movement: () => Promise.resolve([]),
      run: (runId: string) => Promise.resolve({ ...NO_WEIGHTS, runId }),
    };
    const now = () => new Date('2026-02-03T04:05:06Z');
    jobs = createJobsService();
    const mistakes = createMistakesService({ store, predicted });
    reports = createReportsService({
      ...{ store, paths, predicted, results, representations, weightAnalysis, now, jobs, mistakes },
      explanations: { figure: (request) => draw(request) },
    });
  });
  afterEach(() => store.close());

  it('computes from stored predictions, and anew when a run has finished', async () => {
    const before = await results.results('s1');
    expect(before.arms.map((arm) => arm.runsFinished)).toEqual([2, 1]);
    expect(before.test).toEqual({ images: 20, patients: 10, leftOut: 0 });
    expect(before.intervalKind).toBe('delong-clustered');
    expect(await results.results('s1')).toBe(before);
    store.runs.finish({ id: 'transfer-1', result: aResult({ runId: 'transfer-1' }), predictions: predictions(4) });
    expect((await results.results('s1')).arms[1]?.runsFinished).toBe(2);
    await expect(results.results('nope')).rejects.toThrow('Expected a study of this library');
  });

  it('adds the bootstrap when it is asked for, and forgets it when a further run has finished', async () => {
    expect((await results.results('s1')).bootstrap).toBeNull();
    const [full, same] = await Promise.all([results.complete('s1'), results.complete('s1')]);
    expect(full.bootstrap).toBe(same.bootstrap);
    expect(full.bootstrap).toMatchObject({ draws: 2000, seed: 1 });
    expect(full.bootstrap?.arms.map((arm) => arm.armId)).toEqual(
      full.arms.flatMap((arm) => full.endpoints.map(() => arm.armId)),
    );
    expect(await results.results('s1')).toBe(await results.complete('s1'));
    store.runs.finish({ id: 'transfer-1', result: aResult({ runId: 'transfer-1' }), predictions: predictions(4) });
    expect((await results.results('s1')).bootstrap).toBeNull();
  });

  it('reads curves and filters from the run folders', () => {
    expect(results.convergence('s1').map((curve) => [curve.runId, curve.events.length])).toEqual([
      ['random-0', 2],
      ['random-1', 2],
      ['transfer-0', 2],
    ]);
    const views = results.filters({ id: 's1' });
    expect(views).toHaveLength(3);
    // HWIO: filter 1 of a 2 x 2 x 3 x 2 kernel has every second value.
    expect(views[0]?.before[1]).toEqual([1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23]);
    expect(views[0]?.after[0]?.[0]).toBe(1);
    expect(results.filters({ id: 's1', armId: 'cbr-tiny/transfer(natural)/all' })).toHaveLength(1);
    expect(() => results.filters({ id: 's1', armId: 'nope' })).toThrow('Expected an arm of this study');
  });

  it('writes every file with the same numbers, without paths', async () => {
    const out = path.join(home, 'out');
    const files = await reports.export({ studyId: 's1', folder: out });
    expect(files.map((file) => file.name)).toEqual([
      ...[
        'report.html',
        'checklists.html',
        'results.csv',
        'runs.csv',
        'details.csv',
        'margins.csv',
        'predictions.csv',
        'study.yaml',
        'study.json',
        'leakage-proof.json',
        'report.docx',
        ...['checklist-claim.docx', 'checklist-tripod-ai.docx', 'checklist-stard-ai.docx'],
      ].map((name) => `${STEM}-${name}`),
      'checksums.txt',
    ]);
    for (const file of files) {
      expect(fs.statSync(path.join(out, file.name)).size).toBe(file.bytes);
      expect(read('out', file.name)).not.toContain('/secret');
      expect(file.href).toBe(`/api/reports/s1/${file.name}`);
      expect(Buffer.from(reports.file({ studyId: 's1', name: file.name })).toString()).toBe(read('out', file.name));
    }
    expect(read('out', `${STEM}-report.html`)).toContain('&lt;b&gt;Clinic&lt;/b&gt;');
    expect(read('out', `${STEM}-report.html`)).toContain('1 run has not finished.');
    const rows: Record<string, string>[] = parse(read('out', `${STEM}-results.csv`), { columns: true });
    expect(Number(rows[0]?.['auc_mean'])).toBe((await results.results('s1')).arms[0]?.endpoints[0]?.mean);
    const predicted: Record<string, string>[] = parse(read('out', `${STEM}-predictions.csv`), { columns: true });
    expect(predicted).toHaveLength(60);
    expect(new Set(predicted.map((row) => row['run_id']))).toEqual(new Set(['random-0', 'random-1', 'transfer-0']));
    expect(studySpecSchema.parse(parseYaml(read('out', `${STEM}-study.yaml`)))).toEqual({
      ...aStudy().spec,
      dataset: '<b>Clinic</b>',
    });
    expect(leakageProofSchema.parse(JSON.parse(read('out', `${STEM}-leakage-proof.json`)))).toMatchObject({
      dataset: { contentHash: 'c'.repeat(64) },
    });
    expect(read('out', `${STEM}-report.html`)).toContain('in several parts 0');
    expect(JSON.parse(read('out', `${STEM}-study.json`))).toMatchObject({
      study: { id: 's1' },
      dataset: { contentHash: 'c'.repeat(64) },
    });
  });

  it('repeats an export in place and never over other files', async () => {
    const out = path.join(home, 'out');
    fs.mkdirSync(out);
    fs.writeFileSync(path.join(out, `${STEM}-report.html`), 'the user’s own');
    const names = async () => (await reports.export({ studyId: 's1', folder: out })).map((file) => file.name);
    expect((await names())[0]).toBe(`${STEM}-report-2.html`);
    expect((await names())[0]).toBe(`${STEM}-report-2.html`);
    expect(read('out', `${STEM}-report.html`)).toBe('the user’s own');
    expect((await reports.export({ studyId: 's1' }))[0]?.name).toBe(`${STEM}-report.html`);
    expect(fs.readdirSync(paths.report('s1'))).toHaveLength(15);
  });

  describe('with images of errors', () => {
    const ARM = 'cbr-tiny/transfer(natural)/all';
    const asked: string[] = [];
    const report = () => read('out', `${STEM}-report.html`);
    const request = () => ({ studyId: 's1', folder: path.join(home, 'out'), images: { count: 2, armId: ARM } });

    beforeEach(() => {
      const validation = predictions(3).map((row) => ({
        ...row,
        ...{ imageId: `v${row.imageId}`, patient: row.patient + 100, split: 'validation' as const },
        probabilities: [0.5, 0.2, row.labels[2] === 1 ? 0.9 : 0.1],
      }));
      /** Right of all images but the first six. */
      const wrong = predictions(4).map((row, i) => ({
        ...row,
        probabilities: [0.5, 0.2, (row.labels[2] === 1) === i < 6 ? 0.01 + i / 1000 : 0.99 - i / 1000],
      }));
      store.runs.finish({
        id: 'transfer-1',
        result: aResult({ runId: 'transfer-1', bestValidationAuc: 0.9 }),
        predictions: [...wrong, ...validation],
      });
      const { best, folder } = runFiles(paths.run('s1', 'transfer-1'));
      fs.mkdirSync(folder, { recursive: true });
      fs.copyFileSync(runFiles(paths.run('s1', 'transfer-0')).best, best);
      fs.copyFileSync(runFiles(paths.run('s1', 'transfer-0')).initial, runFiles(folder).initial);
      store.db.prepare('UPDATE datasets SET synthetic = 0').run();
      asked.length = 0;
      const hidden = { score: 0.25, x: 0.5, y: 0.5, patch: 8 };
      const map = { score: 0.75, cells: 1, values: [0.5], patch: 8, size: 64, hidden };
      const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"></svg>';
      draw = (wanted) => {
        asked.push(`${wanted.runId} ${wanted.imageId}`);
        return Promise.resolve({
          ...{ explanation: { ...wanted, ...map, seed: 1 }, svg, width: 8, height: 8, overlaySvg: svg },
          squareUri: 'data:image/jpeg;base64,c3F1YXJl',
        });
      };
    });

    it('shows the best run of the arm, by image id only, and the next report has none', async () => {
      await reports.export(request());
      expect(asked).toHaveLength(4);
      expect(asked.every((one) => one.startsWith('transfer-1 t'))).toBe(true);
      const html = report();
      expect(html).toContain('This report holds 4 images of patients');
      expect(html.match(/href="data:image\/jpeg;base64,c3F1YXJl"/g)).toHaveLength(4);
      expect(html.match(/href="data:image\/jpeg;base64,/g)).toHaveLength(8);
      expect(html).toContain('Score 0.750; 0.250 with the framed place hidden in grey. The map shows where, not why.');
      const [, first] = (asked[0] as string).split(' ');
      expect(html).toContain(`Image ${first}`);
      expect(html).not.toContain('/secret');
      await reports.export({ studyId: 's1', folder: path.join(home, 'out') });
      expect(report()).not.toContain('data:image/jpeg');
      expect(fs.readFileSync(path.join(paths.report('s1'), `${STEM}-report.html`), 'utf8')).not.toContain(
        'data:image/jpeg',
      );
    });

    it('says so where no threshold could be chosen', async () => {
      await reports.export({ ...request(), images: { armId: 'cbr-tiny/random/all' } });
      expect(asked).toEqual([]);
      expect(report()).toContain('no image counts as an error');
    });

    it('leaves nothing where it is cancelled or an image cannot be read', async () => {
      const stop = new AbortController();
      const whole = draw;
      draw = (wanted) => {
        stop.abort();
        return whole(wanted);
      };
      await expect(reports.export(request(), { signal: stop.signal })).rejects.toThrow();
      expect(asked).toHaveLength(1);
      draw = () => Promise.reject(new Error('The image was changed.'));
      await expect(reports.export(request())).rejects.toThrow('The image was changed');
      expect(fs.existsSync(path.join(home, 'out'))).toBe(false);
      expect(fs.existsSync(paths.report('s1'))).toBe(false);
    });

    it('is a job with progress', async () => {
      const { id } = reports.startExport(request());
      expect(await jobs.ended(id)).toMatchObject({ kind: 'report', state: 'succeeded', error: null, total: 500 });
      expect(report()).toContain('Pictures of errors');
    });

    it('refuses studies from bundles, unknown arms and arms without weights', async () => {
      await expect(reports.export({ ...request(), images: { armId: 'nope' } })).rejects.toThrow('Expected an arm');
      for (const seed of [0, 1]) fs.rmSync(runFiles(paths.run('s1', `transfer-${seed}`)).best, { force: true });
      await expect(reports.export(request())).rejects.toThrow('finished run with its weights');
      const origin = { sha256: 'a'.repeat(64), exportedAt: '2026-01-01', openedAt: '2026-01-01', appVersion: '0.1.0' };
      store.studies.setBundle('s1', { ...origin, recomputed: { numbers: 1, different: 0 }, weights: [] });
      await expect(reports.export(request())).rejects.toThrow('opened from a bundle has neither');
      expect(fs.existsSync(path.join(home, 'out'))).toBe(false);
    });
  });

  it('serves only files of the report', async () => {
    for (const name of ['report.html', '../../library.sqlite', '.hidden.csv', 'nope.csv']) {
      expect(() => reports.file({ studyId: 's1', name })).toThrow('Expected a file of the report');
    }
    await expect(reports.export({ studyId: 'nope' })).rejects.toThrow('Expected a study of this library');
    await expect(reports.export({ studyId: 's1', folder: 'relative' })).rejects.toThrow('Expected the whole path');
  });
});
