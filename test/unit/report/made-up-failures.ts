/** What the networks of the made-up report get wrong: a run that calls nothing positive, a subgroup that is too small. */
import type { MistakesAuc } from '../../../shared/mistakes/mistakes.ts';
import type { StudyFailures } from '../../../main/analysis/mistakes/failures.ts';
import { madeUpReport } from './made-up-report.ts';

const { results, runs } = madeUpReport();
const counts = { tp: 30, fn: 8, fp: 40, tn: 114 };
const auc = (mean: number): MistakesAuc => ({
  ...{ mean, low: mean - 0.05, high: mean + 0.05, why: null },
  ...{ images: 192, positives: 38, negatives: 154 },
});

export const madeUpFailures: StudyFailures = {
  endpoints: [
    {
      ...{ endpointId: 'referable', rule: 'youden', positives: 38, negatives: 154, unknown: 3, leastInClass: 10 },
      runs: runs.map(({ id: runId, armId, seed }) => ({
        ...{ runId, armId, seed, threshold: seed === 0 ? 0.25 : null, why: null },
        ...{ counts: { ...counts, fn: 8 + seed }, validation: { sensitivity: 0.92, specificity: 0.81 } },
      })),
      arms: results.arms.map(({ armId }) => ({
        ...{ armId, runs: 2, wrong: { fn: 7, fp: 35 }, alone: 2 },
      })),
      subgroups: [
        {
          ...{ variable: 'Sex', name: 'F', positives: 20, negatives: 70, patients: 45 },
          arms: results.arms.map(({ armId }) => ({ armId, fn: 4.5, fp: 14 })),
        },
        {
          ...{ variable: 'Sex', name: 'other', positives: 2, negatives: 3, patients: 3 },
          arms: results.arms.map(({ armId }) => ({ armId, fn: null, fp: null })),
        },
      ],
      overlap: {
        ...{ runs: 8, everyArm: { fn: 3, fp: 4 }, everyRun: { fn: 1, fp: 1 }, noRun: 100 },
        expected: { fn: 0.01, fp: 0.02 },
        images: [
          { id: 'img-one', label: 1, wrongRuns: 8 },
          { id: 'img-two', label: 0, wrongRuns: 8 },
        ],
      },
      marked: [{ id: 'img-two', label: 0, wrongRuns: 8 }],
    },
  ],
  marks: [
    {
      imageId: 'img-two',
      reason: 'The <label> contradicts',
      markedAt: '2025-01-03T09:00:00.000Z',
      split: 'test',
      patient: 3,
    },
    { imageId: 'img-six', reason: 'Not gradable', markedAt: '2025-01-02T09:00:00.000Z', split: 'train', patient: 4 },
  ],
  withoutMarked: results.arms.map(({ armId }) => ({
    ...{ armId, endpointId: 'referable', all: auc(0.8), without: { ...auc(0.81), images: 191 } },
  })),
};
