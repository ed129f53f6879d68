/**
 * The demonstration: synthetic data, a study, its report. Sizes are chosen so that a machine with two cores is
 * done in a few minutes and the AUCs are neither chance nor saturated. Everything is found again by name, so that a demo
 * that was stopped goes on where it was.
 */
import type { ImportRequest } from '../../../shared/dataset/dataset.ts';
import type { PhantomRequest } from '../../../shared/dataset/phantom.ts';
import type { StudySpecInput, StudySummary } from '../../../shared/study/study.ts';

export interface DemoDataset {
  name: string;
  phantom: PhantomRequest;
}

const SIZE = 64;

export const DEMO = {
  fundus: {
    name: 'Demo: fundus phantoms',
    phantom: { kind: 'fundus', patients: 500, size: 128, seed: 1 },
  },
  /** The weight set of the app that the initialisations start from. */
  weights: 'natural-cbr-tiny',
  study: 'Demo: does transfer help on fundus phantoms?',
} as const satisfies {
  fundus: DemoDataset;
  weights: string;
  study: string;
};

export const demoImport = (dataset: DemoDataset, folder: string): ImportRequest => ({ folder, name: dataset.name });

export function demoStudySpec(datasetId: string): StudySpecInput {
  const { weights } = DEMO;
  return {
    name: DEMO.study,
    dataset: datasetId,
    size: SIZE,
    batch: 8,
    steps: 300,
    evaluateEverySteps: 30,
    models: ['cbr-tiny'],
    inits: [
      { kind: 'random' },
      { kind: 'transfer', weights },
      { kind: 'mean-var', weights },
      { kind: 'gabor', weights },
    ],
    seeds: [0, 1],
  };
}

/** The newest study of this name that has not come to an end. */
export function unfinishedStudy(studies: readonly StudySummary[], name: string): StudySummary | null {
  return studies.find((study) => study.name === name && study.runs.succeeded < study.runs.total) ?? null;
}
