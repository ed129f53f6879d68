/** Errors of a small study's runs: the table, marks, and why one image got its score. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApp, type App } from '../../../main/app.ts';
import { EXPLANATION_METHODS, type Explanation } from '../../../shared/mistakes/explanation.ts';
import type { MistakesOf } from '../../../shared/mistakes/mistakes.ts';
import { sharp } from '../../../main/images/sharp.ts';
import { makeTinyLibrary, TINY_SPEC } from './tiny-library.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const COMMAND = fileURLToPath(new URL('../../../main/cli/transfusion.ts', import.meta.url));
const runFile = promisify(execFile);
let home: string;
let app: App;
let of: MistakesOf;

beforeAll(async () => {
  home = makeTemporaryFolder('image-errors');
  await makeTinyLibrary(home, 24);
  app = await openApp({ home, mode: 'host', host: 'command line' });
  const { studies, queue, results } = app.services;
  const spec = { ...TINY_SPEC, steps: 2, evaluateEverySteps: 2, seeds: [0, 1] };
  const { studyId } = studies.create(spec);
  await queue.start();
  await queue.idle();
  const endpoint = (await results.results(studyId)).endpoints.find(({ headline }) => headline);
  of = { studyId, armId: 'cbr-tiny/gabor/all', endpointId: endpoint?.id ?? '' };
});
afterAll(async () => {
  await app.close();
});

describe('errors of an arm', () => {
  it("have the AUC of the study's results, and every test image in one cell and one band", async () => {
    const { mistakes, results } = app.services;
    const summary = await mistakes.summary(of);
    const arm = (await results.results(of.studyId)).arms.find(({ armId }) => armId === of.armId);
    const expected = arm?.endpoints.find(({ endpointId }) => endpointId === of.endpointId);
    expect(summary.auc.mean).toBeCloseTo(expected?.mean ?? NaN, 12);
    expect(summary.auc.low).toBeCloseTo(expected?.low ?? NaN, 12);
    const { tp, fp, fn, tn } = summary.counts ?? { tp: 0, fp: 0, fn: 0, tn: 0 };
    expect(tp + fp + fn + tn).toBe(summary.auc.images);
    expect(summary.bands.reduce((sum, band) => sum + band.positives + band.negatives, 0)).toBe(summary.auc.images);
    for (const [cell, count] of Object.entries({ tp, fp, fn, tn })) {
      expect((await mistakes.images({ ...of, filter: { cell: cell as 'tp' } })).total).toBe(count);
    }
    expect(JSON.stringify(await mistakes.images(of))).not.toContain(home);
  });

  it('are told of one run as well, and refused for what is not there', async () => {
    const { mistakes, runs } = app.services;
    const run = runs.list(of.studyId).find(({ armId, seed }) => armId === of.armId && seed === 1);
    const one = { ...of, runId: run?.id ?? '' };
    expect((await mistakes.summary(one)).runs).toEqual([{ runId: run?.id, seed: 1 }]);
    expect((await mistakes.images(one)).images[0]?.seeds).toHaveLength(1);
    await expect(mistakes.summary({ ...of, armId: 'none' })).rejects.toThrow('Expected an arm');
    await expect(mistakes.summary({ ...of, rule: 'best' })).rejects.toThrow('Expected youden');
  });

  it('a mark changes no result: the AUC without it stands beside, until it is taken off', async () => {
    const { mistakes, imageMarks, results } = app.services;
    const before = await results.results(of.studyId);
    const summary = await mistakes.summary(of);
    expect(summary.aucWithoutMarked).toBeNull();
    const imageId = (await mistakes.images(of)).images[0]?.id ?? '';
    imageMarks.mark({ datasetId: summary.datasetId, imageId, reason: 'borderline' });
    const marked = await mistakes.summary(of);
    expect(marked.auc).toEqual(summary.auc);
    expect(marked.aucWithoutMarked?.images).toBe(summary.auc.images - 1);
    expect(await results.results(of.studyId)).toEqual(before);
    expect((await mistakes.images({ ...of, filter: { marked: true } })).images.map(({ id }) => id)).toEqual([imageId]);
    imageMarks.unmark({ datasetId: summary.datasetId, imageId });
    expect(await mistakes.summary(of)).toEqual(summary);
  });
});

describe('the explanation of an image', () => {
  it.each(EXPLANATION_METHODS)('%s: starts from the score that the run gave it', async (method) => {
    const { mistakes, explanations, jobs } = app.services;
    const [run] = (await mistakes.summary(of)).runs;
    const [image] = (await mistakes.images(of)).images;
    const { endpointId } = of;
    const request = { runId: run?.runId ?? '', imageId: image?.id ?? '', endpointId, method };
    const job = await jobs.ended(explanations.explain(request).id);
    expect(job.error).toBeNull();
    const found = job.result as Explanation;
    expect(found).toMatchObject({ ...request, seed: 0 });
    expect(found.score).toBeCloseTo(image?.seeds[0]?.score ?? NaN, 4);
    expect(found.values).toHaveLength(found.cells ** 2);
    expect(found.values.some((value) => value !== 0)).toBe(true);
    expect(found.values.every(Number.isFinite)).toBe(true);
    const { hidden } = found;
    expect(hidden.score).not.toBe(found.score);
    if (method === 'occlusion') {
      const cell = Math.floor(hidden.y * found.cells) * found.cells + Math.floor(hidden.x * found.cells);
      expect(Math.abs(found.values[cell] ?? 0)).toBe(Math.max(...found.values.map(Math.abs)));
      expect(hidden.score).toBeCloseTo(found.score - (found.values[cell] ?? NaN), 12);
    }
  });

  it('is a figure with both scores, the reference and no path', async () => {
    const { mistakes, explanations } = app.services;
    const [network] = (await mistakes.summary(of)).runs;
    const [image] = (await mistakes.images(of)).images;
    const { endpointId } = of;
    const request = { runId: network?.runId ?? '', imageId: image?.id ?? '', endpointId, method: 'gradient' as const };
    const { svg, explanation } = await explanations.figure(request);
    expect(svg).toContain(`Score ${explanation.score.toFixed(4)}, untouched`);
    expect(svg).toContain(`Score ${explanation.hidden.score.toFixed(4)} with the frame hidden`);
    expect(svg).toContain(`Reference: ${image?.label === 1 ? 'positive' : 'negative'}`);
    expect(svg).not.toContain(home);
  });

  it('study explain: writes the most confident errors of one run, beside a library in use', async () => {
    const { mistakes } = app.services;
    const [network] = (await mistakes.summary(of)).runs;
    const [fp, fn] = await Promise.all(
      (['fp', 'fn'] as const).map((cell) => mistakes.images({ ...of, runId: network?.runId ?? '', filter: { cell } })),
    );
    const wrong = [...(fp?.images ?? []), ...(fn?.images ?? [])];
    const [first] = wrong.sort((a, b) => Math.abs(b.label - b.score) - Math.abs(a.label - a.score));
    const out = path.join(home, 'maps');
    const explain = async (...args: string[]): Promise<{ maps: { id: string; figure: string; overlay: string }[] }> => {
      const of = ['study', 'explain', 'tiny study', '--arm', 'cbr-tiny/gabor/all', '--out', out];
      const { stdout } = await runFile(process.execPath, [COMMAND, '--home', home, '--json', ...of, ...args]);
      return JSON.parse(stdout) as Awaited<ReturnType<typeof explain>>;
    };
    const { maps } = await explain('--count', '1', '--method', 'gradient');
    expect(maps.map(({ id }) => id)).toEqual([first?.id]);
    const figure = await sharp(path.join(out, maps[0]?.figure ?? '')).metadata();
    const overlay = await sharp(path.join(out, maps[0]?.overlay ?? '')).metadata();
    expect(figure).toMatchObject({ format: 'png', width: 1264 });
    expect(overlay).toMatchObject({ format: 'png', width: 600, height: 600 });
    await expect(explain('--image', 'none')).rejects.toMatchObject({
      stdout: expect.stringContaining('Expected the id of a test image') as string,
    });
  });

  it('is refused where the run or the image is not there', async () => {
    const { explanations } = app.services;
    const request = { imageId: 'x', endpointId: of.endpointId, method: 'gradient' as const };
    expect(() => explanations.explain({ ...request, runId: 'x' })).toThrow('Expected a run of this library');
    const runId = (await app.services.mistakes.summary(of)).runs[0]?.runId ?? '';
    expect(() => explanations.explain({ ...request, runId })).toThrow('Expected an image of this dataset');
  });
});
