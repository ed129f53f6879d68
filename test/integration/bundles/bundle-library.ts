/** A library with a study of which a bundle is made, anew for each test of the file that imports this. */
import fs from 'node:fs';
import path from 'node:path';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { afterEach, beforeEach } from 'vitest';
import { openApp } from '../../../main/app.ts';
import { contentHash } from '../../../main/datasets/manifest.ts';
import type { LibraryPaths } from '../../../main/platform/library-paths.ts';
import { sha256Of } from '../../../main/platform/sha256.ts';
import type { BundlesService } from '../../../main/services/bundles/bundles-service.ts';
import type { ResultsService } from '../../../main/services/results/results-service.ts';
import type { Prediction } from '../../../shared/run/run.ts';
import { openStore, type Store } from '../../../main/store/open.ts';
import { aDataset, anImage, aResult, aRun, aStudy } from '../../unit/store/factories.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

export interface Library {
  store: Store;
  paths: LibraryPaths;
  results: ResultsService;
  bundles: BundlesService;
}

export let folder: string;
export let source: Library;
export let zip: string;
export const opened: (() => void | Promise<void>)[] = [];

/** The whole app over a library of its own, with a second connection to look behind it. */
export async function library(name: string): Promise<Library> {
  const app = await openApp({ home: path.join(folder, name), mode: 'host', host: 'command line' });
  const store = openStore(app.paths.database);
  opened.push(
    () => store.close(),
    () => app.close(),
  );
  return { store, paths: app.paths, results: app.services.results, bundles: app.services.bundles };
}

/** Twenty test images of ten patients, scored with numbers that need every digit. */
export const predictions = (shift: number): Prediction[] =>
  Array.from({ length: 20 }, (_, i) => ({
    imageId: `t${i}`,
    patient: 100 + Math.floor(i / 2),
    eye: i % 2 === 0 ? 'left' : null,
    split: 'test',
    labels: i % 3 === 0 ? [0, 0, 1] : i % 5 === 0 ? [1, null, 0] : [1, 0, 0],
    probabilities: [0.1 + 1 / (i + 3), 1e-9 / (i + 1), ((i * 7 + (i % 3 === 0 ? 6 : shift)) % 20) / 19],
  }));

beforeEach(async () => {
  folder = makeTemporaryFolder('bundle');
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
});

export const files = (): Record<string, Uint8Array> => unzipSync(fs.readFileSync(zip));
export const text = (data: Uint8Array | undefined): string => Buffer.from(data ?? []).toString('utf8');

/** Writes the bundle again with other files; their checksums are made to fit unless `keepSums`. */
export function rewrite(change: (parts: Record<string, Uint8Array>) => void, { keepSums = false } = {}): void {
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
