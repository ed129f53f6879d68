/** A library folder that holds the tiny dataset, as an import would have left it. */
import path from 'node:path';
import type { StudySpecInput } from '../../../shared/study/study.ts';
import { libraryPaths } from '../../../main/platform/library-paths.ts';
import { openStore } from '../../../main/store/open.ts';
import { writeTinyDataset, type TinyDataset } from './tiny-dataset.ts';

/** Makes `home` with one dataset called "tiny". */
export async function makeTinyLibrary(home: string, patients?: number): Promise<TinyDataset> {
  const paths = libraryPaths(home);
  const dataset = await writeTinyDataset(paths.dataset('tiny'), patients);
  const { manifest } = dataset;
  const store = openStore(paths.database);
  store.datasets.insert(
    {
      id: 'tiny',
      name: 'Tiny',
      layout: 'csv',
      layoutName: 'CSV',
      modality: manifest.modality,
      synthetic: manifest.synthetic,
      createdAt: '2026-01-01T00:00:00.000Z',
      target: manifest.target,
      folder: path.join(paths.dataset('tiny'), 'images'),
      evidence: [],
      patientRule: 'by number',
      patientIdKnown: true,
      picturesCompared: true,
      splitConfig: { train: 0.5, validation: 0.25, test: 0.25, seed: 0 },
      unknownPolicy: { uncertain: 'ignore', blank: 'zeros', noFinding: 'absent' },
      problemCounts: {},
      contentHash: manifest.contentHash,
      flow: [],
      request: {},
    },
    manifest.images.map((image) => ({
      ...image,
      view: null,
      sex: null,
      age: null,
      site: null,
      width: 40,
      height: 40,
    })),
    [],
  );
  store.close();
  return dataset;
}

export const TINY_SPEC: StudySpecInput = {
  name: 'tiny study',
  dataset: 'tiny',
  size: 32,
  batch: 4,
  steps: 10,
  evaluateEverySteps: 5,
  checkpointEverySteps: 2,
  models: ['cbr-tiny'],
  inits: ['random', 'gabor'],
  seeds: [0],
};
