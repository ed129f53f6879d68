/** The main job through the API: synthetic data, import, study, training, results, over a real library and real training. */
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Job } from '../../../shared/system/system.ts';
import type { RunEvent } from '../../../shared/run/run.ts';
import type { StudySpecInput } from '../../../shared/study/study.ts';
import { createHandler, type FetchHandler } from '../../../main/api/handler.ts';
import { openApp, type App } from '../../../main/app.ts';
import { createClient, get, jobEnd, runEvents, type ApiClient } from './client.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

let home: string;
let app: App;
let handler: FetchHandler;
let api: ApiClient;
let datasetId: string;
let studyId: string;
let made: Job;
let read: Job;
let imported: Job;
/** Everything that was heard of the runs. */
const seen: RunEvent[] = [];

beforeAll(async () => {
  home = makeTemporaryFolder('api');
  app = await openApp({ home, mode: 'host', host: 'browser' });
  handler = createHandler({ services: app.services, rendererFolder: path.join(home, 'no-renderer') });
  api = createClient(handler);
  const drawing = await api.phantoms.create.mutate({ kind: 'fundus', patients: 24, size: 64, seed: 1 });
  made = await jobEnd(handler, drawing.jobId);
  const { folder } = made.result as { folder: string };
  read = await jobEnd(handler, (await api.datasets.preview.mutate({ folder })).jobId);
  imported = await jobEnd(handler, (await api.datasets.import.mutate({ folder, name: 'phantoms' })).jobId);
  ({ datasetId } = imported.result as { datasetId: string });
  ({ studyId } = await api.studies.create.mutate(spec()));
  await train();
});
afterAll(async () => {
  await app.close();
});

/** Both runs to their end. */
async function train(): Promise<void> {
  const abort = new AbortController();
  const events = runEvents(handler, studyId, abort.signal);
  void app.services.queue.start();
  const finished = new Set<string>();
  for await (const event of events) {
    seen.push(event);
    if (event.type === 'state' && event.run.state === 'failed') expect.fail(event.run.error?.message);
    if (event.type === 'state' && event.run.state === 'succeeded') finished.add(event.runId);
    if (finished.size === 2) break;
  }
  abort.abort();
}

const spec = (): StudySpecInput => ({
  name: 'API study',
  dataset: datasetId,
  protocol: 'retina',
  size: 32,
  batch: 4,
  steps: 6,
  evaluateEverySteps: 3,
  models: ['cbr-tiny'],
  inits: ['random', 'gabor'],
  seeds: [0],
});

describe('the main job', () => {
  it('makes synthetic data', () => {
    expect(made).toMatchObject({ state: 'succeeded', kind: 'phantom' });
    const { folder } = made.result as { folder: string };
    expect(fs.existsSync(path.join(folder, 'trainLabels.csv'))).toBe(true);
  });

  it('previews and imports it', async () => {
    expect(read.result).toMatchObject({ layout: 'eyepacs', synthetic: true, counts: { usable: 48, patients: 24 } });
    expect(imported.error).toBeNull();
    const detail = await api.datasets.get.query({ id: datasetId });
    expect(detail).toMatchObject({ images: 48, patients: 24, patientDisjoint: true });
  });

  it('shows thumbnails by id only', async () => {
    const { images } = await api.datasets.images.query({ id: datasetId, offset: 0, limit: 1 });
    const id = images[0]?.id ?? expect.fail('no image');
    const picture = await get(handler, `/api/images/${datasetId}/${id}?side=512`);
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/webp']);
    expect((await get(handler, `/api/images/${datasetId}/${id}?side=9999`)).status).toBe(400);
    expect((await get(handler, `/api/images/${datasetId}/nope?side=512`)).status).toBe(404);
    const thumbnail = await get(handler, `/api/thumbnails/${datasetId}/${id}`);
    expect(thumbnail.status).toBe(200);
    expect(thumbnail.headers.get('Content-Type')).toBe('image/webp');
    const bytes = Buffer.from(await thumbnail.arrayBuffer());
    expect(bytes.subarray(8, 12).toString('latin1')).toBe('WEBP');
    for (const address of [
      `/api/thumbnails/${datasetId}/..%2F..%2Fmanifest.json`,
      `/api/thumbnails/..%2F..%2F..%2Fetc/passwd`,
      `/api/thumbnails/${datasetId}/nope`,
    ]) {
      const refused = await get(handler, address);
      expect(refused.status).toBe(404);
      expect(await refused.json()).toMatchObject({ error: { code: 'not-found' } });
    }
  });

  it('says which field of a study cannot be used', async () => {
    await expect(api.studies.create.mutate({ ...spec(), dataset: 'nope' })).rejects.toMatchObject({
      data: { httpStatus: 400, app: { code: 'bad-input' } },
    });
    await expect(api.studies.create.mutate({ ...spec(), size: 3 })).rejects.toMatchObject({
      data: { app: { code: 'bad-input', message: expect.stringContaining('"size"') as string } },
    });
  });

  it('tells what the report will say, and trains', async () => {
    const { text } = await api.studies.methods.query(spec());
    expect(text).toMatch(/CBR-Tiny/i);
    expect(new Set(seen.map((event) => event.type))).toEqual(new Set(['state', 'progress', 'metric']));
    expect(await api.studies.get.query({ id: studyId })).toMatchObject({
      state: 'finished',
      runs: { total: 2, succeeded: 2 },
    });
    expect(await api.queue.status.query()).toMatchObject({ running: [], queued: 0 });
  });

  it('compares the arms', async () => {
    const results = await api.studies.results.query({ id: studyId });
    expect(results.arms.map((arm) => arm.initLabel)).toEqual(['random', 'gabor']);
    expect(results.test.images).toBeGreaterThan(0);
    for (const arm of results.arms) expect(arm.runsFinished).toBe(1);
    expect(await api.studies.convergence.query({ id: studyId })).toHaveLength(2);
    const filters = await api.studies.filters.query({ id: studyId });
    expect(filters).toHaveLength(2);
    expect(filters[0]?.before[0]).toHaveLength(5 * 5 * 3);
    const csv = await get(handler, `/api/results/${studyId}.csv`);
    expect(csv.headers.get('Content-Type')).toBe('text/csv; charset=utf-8');
    expect(csv.headers.get('Content-Disposition')).toMatch(/^attachment/);
    expect((await csv.text()).trim().split('\n').length).toBeGreaterThan(2);
    expect((await get(handler, '/api/results/nope.csv')).status).toBe(404);
  });

  it('exports the report, and serves exactly its files', async () => {
    const files = await api.reports.export.mutate({ studyId });
    const html = files.find((file) => file.name.endsWith('.html')) ?? expect.fail('no HTML file');
    const response = await get(handler, html.href);
    expect(response.headers.get('Content-Disposition')).toMatch(/^attachment/);
    const text = await response.text();
    expect(Buffer.byteLength(text)).toBe(html.bytes);
    expect(text).not.toContain(home);
    const view = await get(handler, `${html.href}?view`);
    expect(view.headers.get('Content-Disposition')).toMatch(/^inline/);
    expect(view.headers.get('Content-Security-Policy')).toMatch(/^sandbox; default-src 'none'/);
    for (const name of ['..%2F..%2Flibrary.sqlite', 'nope.html', '%2Fetc%2Fpasswd']) {
      expect((await get(handler, `/api/reports/${studyId}/${name}`)).status).toBe(404);
    }
  });

  it('turns a finished run into weights', async () => {
    const [run] = await api.runs.list.query({ studyId });
    const weights = await api.weights.fromRun.mutate({ runId: run?.id ?? '', name: 'my run' });
    expect(weights).toMatchObject({ name: 'my run', model: 'cbr-tiny', synthetic: true });
    expect((await api.weights.list.query()).map(({ name }) => name)).toContain('my run');
  });

  it('does not remove a dataset that a study uses', async () => {
    await expect(api.datasets.remove.mutate({ id: datasetId })).rejects.toMatchObject({
      data: { httpStatus: 409, app: { code: 'conflict' } },
    });
  });
});
