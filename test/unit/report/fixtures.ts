/** Made-up data for the report's tests. The numbers describe nothing. */
import type { DatasetDetail } from '../../../shared/dataset/dataset.ts';

export function datasetDetail(): DatasetDetail {
  const grades = ['grade 0', 'grade 1', 'grade 2', 'grade 3', 'grade 4'];
  const outputs = (counts: number[], total: number) =>
    grades.map((output, index) => ({
      output,
      positive: counts[index] as number,
      negative: total - (counts[index] as number),
      unknown: 0,
    }));
  return {
    id: 'ds1',
    name: 'made-up fundus set',
    layout: 'eyepacs',
    layoutName: 'EyePACS',
    modality: 'fundus',
    synthetic: true,
    createdAt: '2025-01-01T00:00:00.000Z',
    images: 960,
    patients: 480,
    target: {
      kind: 'ordinal',
      outputs: grades,
      endpoints: [
        { id: 'referable', name: 'Referable DR', positiveOutputs: [2, 3, 4], score: 'share', headline: true },
        { id: 'grade-4', name: 'Proliferative DR', positiveOutputs: [4], score: 'share', headline: false },
      ],
      mapping: 'Grades 2 to 4 of the 0–4 scale count as referable diabetic retinopathy',
    },
    folder: '/not/for/reports',
    evidence: [],
    patientRule: 'The number before _left or _right names the patient.',
    patientDisjoint: true,
    patientIdKnown: true,
    picturesCompared: true,
    flagCounts: {},
    splitConfig: { train: 0.7, validation: 0.1, test: 0.2, seed: 0 },
    unknownPolicy: { uncertain: 'ignore', blank: 'zeros', noFinding: 'absent' },
    splits: [
      { split: 'train', images: 672, patients: 336, outputs: outputs([480, 60, 80, 32, 20], 672) },
      { split: 'validation', images: 96, patients: 48, outputs: outputs([68, 9, 12, 4, 3], 96) },
      { split: 'test', images: 192, patients: 96, outputs: outputs([137, 17, 24, 9, 5], 192) },
    ],
    problems: [],
    problemCounts: { 'unreadable-image': 3, 'missing-image': 2, 'not-an-image': 1 },
    contentHash: 'c0ffee00'.repeat(8),
    flow: [
      { step: 'Rows in the labels file', images: 966, note: '' },
      { step: 'Image file found', images: 964, note: '2 rows without a file' },
      { step: 'Readable image', images: 960, note: '3 unreadable, 1 not an image' },
      { step: 'Used', images: 960, note: '' },
    ],
  };
}
