import fs from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { CliContext } from '../../../main/cli/context.ts';
import { createOutput } from '../../../main/cli/output/output.ts';
import { exportNames, registerFilters } from '../../../main/cli/study/filters.ts';
import type { FilterView } from '../../../shared/results/results.ts';
import type { LayerWeights } from '../../../shared/weights/weight-changes.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const ARMS = ['cbr-tiny/random/all', 'cbr-tiny/transfer(natural)/all'].map((id, index) => ({
  ...{ id, model: 'cbr-tiny', initLabel: index === 0 ? 'random' : 'transfer(natural)', trainSize: 'all' },
}));
const VIEWS: FilterView[] = ARMS.flatMap(({ id: armId }) =>
  [1, 0].map((seed) => ({
    ...{ runId: `${armId}-${seed}`, armId, seed, kernelSize: 1, channels: 3 },
    before: [
      [1, 0, -1],
      [0.5, 0.5, 0.5],
    ],
    after: [
      [1, 0, -0.5],
      [0.5, 0.5, 0.5],
    ],
  })),
);
const LAYER: LayerWeights = {
  ...{ layer: 'conv1', stage: 'block1', shape: [1, 1, 3, 2], relativeDistance: 0.5, cosine: null, count: 6 },
  ...{ rmsBefore: 1, rmsAfter: 2, histogram: { low: -1, high: 1, before: [1, 3], after: [2, 2] } },
};

async function filters(flags: string[], views = VIEWS): Promise<{ folder: string; names: string[]; text: string }> {
  const folder = makeTemporaryFolder('out');
  let text = '';
  const services = {
    studies: { find: () => 'study', get: () => ({ id: 'study', arms: ARMS }) },
    results: {
      filters: ({ armId }: { armId?: string }) => views.filter((view) => armId === undefined || view.armId === armId),
    },
    weightAnalysis: { run: () => Promise.resolve({ layers: [LAYER] }) },
  };
  const context = {
    signal: new AbortController().signal,
    out: createOutput({ json: false, stdout: { write: (part) => (text += part) }, stderr: { write: () => undefined } }),
    app: () => Promise.resolve({ services }),
  } as unknown as CliContext;
  const study = new Command('study').exitOverride();
  registerFilters(study, context);
  await study.parseAsync(['filters', 'S', '--out', folder, ...flags], { from: 'user' });
  return { folder, names: fs.readdirSync(folder).sort(), text };
}

test('writes grids of every channel and scale, histograms and numbers, of the lowest seed of each arm', async () => {
  const { folder, names, text } = await filters([]);
  // Two runs, each 4 channels x 2 scales and histograms as SVG and PNG, a table; and the list of checksums.
  expect(names).toHaveLength(2 * (2 * 9 + 1) + 1);
  expect(names.filter((name) => name.includes('seed1'))).toEqual([]);
  const stem = path.join(folder, 'cbr-tiny-random-all-seed0');
  const svg = fs.readFileSync(`${stem}-filters-rgb-common.svg`, 'utf8');
  expect(svg).toContain('First-layer filters, CBR-Tiny, random, seed 0');
  expect(svg).toContain('Difference (white: 0.50, 50 % of before)');
  // Filter 0 before training: full red, no green, least blue; the difference of its blue weight is the largest.
  const grids = [...svg.matchAll(/<image [^>]*base64,([^"]+)"/g)].map(([, data = '']) => Buffer.from(data, 'base64'));
  const corners = await Promise.all(grids.map((grid) => sharp(grid).raw().toBuffer()));
  expect(corners.map((pixels) => pixels.subarray(0, 3).toString('hex'))).toEqual(['ff8000', 'ff8040', '8080ff']);
  expect(fs.readFileSync(`${stem}-filters-blue-own.svg`, 'utf8')).toContain('Each filter on its own scale.');
  const png = await sharp(`${stem}-filters-rgb-common.png`).metadata();
  expect(png.width).toBe(3 * Number(/width="(\d+)"/.exec(svg)?.[1]));
  expect(fs.readFileSync(`${stem}-histograms.svg`, 'utf8')).toContain('>conv1</text>');
  expect(fs.readFileSync(`${stem}-layers.csv`, 'utf8')).toContain('conv1,block1,0.5,,1,2,1,6');
  expect(text).toContain('cbr-tiny-transfer-natural-all-seed0-*');
});

test('writes only what is asked for', async () => {
  const flags = ['--arm', ARMS[1]?.id ?? '', '--seed', '1', '--channel', 'red', '--scale', 'own', '--format', 'svg'];
  expect((await filters(flags)).names).toEqual([
    'cbr-tiny-transfer-natural-all-seed1-filters-red-own.svg',
    'cbr-tiny-transfer-natural-all-seed1-histograms.svg',
    'cbr-tiny-transfer-natural-all-seed1-layers.csv',
    'checksums.txt',
  ]);
  const all = await filters(['--all-seeds', '--format', 'svg']);
  expect(all.names.filter((name) => name.endsWith('layers.csv'))).toHaveLength(4);
});

test.each([
  [['--arm', 'nope'], VIEWS, /Expected an arm of this study, got "nope"/],
  [['--seed', '7'], VIEWS, /Expected the seed of a finished run, got 7/],
  [['--seed', '0', '--all-seeds'], VIEWS, /either --seed or --all-seeds/],
  [[], [], /Expected a finished run with its weights, found none/],
])('refuses %s', async (flags, views, message) => {
  await expect(filters(flags, views)).rejects.toThrow(message);
});

test('arms whose ids differ in punctuation only do not share files', () => {
  const views = ['a/transfer(x y)/all', 'a/transfer(x-y)/all'].map((armId) => ({ armId, seed: 0 }));
  expect(exportNames(views)).toEqual(['a-transfer-x-y-all-seed0', 'a-transfer-x-y-all-seed0-arm2']);
});
