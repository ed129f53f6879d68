import { PROTOCOLS } from '../../../shared/study/protocol.ts';
import type { Prediction, RunResult } from '../../../shared/run/run.ts';
import { expandArms, studySpecSchema } from '../../../shared/study/study.ts';
import type { DatasetRecord, ImageRecord } from '../../../shared/dataset/dataset-record.ts';
import type { NewRun } from '../../../main/store/runs.ts';
import type { StoredStudy } from '../../../main/store/studies.ts';

export function aDataset(over: Partial<DatasetRecord> = {}): DatasetRecord {
  return {
    id: 'd1',
    name: 'Clinic',
    layout: 'eyepacs',
    layoutName: 'EyePACS',
    modality: 'fundus',
    synthetic: true,
    createdAt: '2026-01-01T00:00:00.000Z',
    folder: '/data/clinic',
    evidence: ['trainLabels.csv has the columns image and level.'],
    patientRule: 'The number before _left or _right.',
    patientIdKnown: true,
    picturesCompared: true,
    target: {
      kind: 'ordinal',
      outputs: ['0', '1', '2'],
      endpoints: [{ id: 'referable', name: 'Referable', positiveOutputs: [2], score: 'share', headline: true }],
      mapping: 'Level 2 and up is referable.',
    },
    splitConfig: { train: 0.7, validation: 0.1, test: 0.2, seed: 0 },
    unknownPolicy: { uncertain: 'ignore', blank: 'zeros', noFinding: 'absent' },
    contentHash: 'c'.repeat(64),
    flow: [{ step: 'Rows read', images: 4, note: '' }],
    problemCounts: { 'missing-image': 1 },
    request: { folder: '/data/clinic', name: 'Clinic' },
    ...over,
  };
}

export function anImage(over: Partial<ImageRecord> = {}): ImageRecord {
  return {
    id: 'a0',
    path: '/data/clinic/train/1_left.jpeg',
    sha256: 'a'.repeat(64),
    patient: 0,
    eye: 'left',
    view: null,
    sex: null,
    age: null,
    site: null,
    split: 'train',
    labels: [1, 0, 0],
    width: 100,
    height: 80,
    ...over,
  };
}

/** Four images of two patients: two in train, one each in validation and test (which share a patient when asked). */
export function someImages(): ImageRecord[] {
  return [
    anImage({ id: 'a0', patient: 0, labels: [1, 0, 0] }),
    anImage({ id: 'a1', patient: 0, eye: 'right', labels: [0, 1, 0] }),
    anImage({ id: 'a2', patient: 1, split: 'validation', labels: [0, null, 1] }),
    anImage({ id: 'a3', patient: 2, split: 'test', labels: [0, 0, 1] }),
  ];
}

export function aStudy(over: Partial<StoredStudy> = {}): StoredStudy {
  const spec = studySpecSchema.parse({
    name: 'Does it help?',
    dataset: 'Clinic',
    models: ['cbr-tiny'],
    inits: ['random', { transfer: 'natural' }],
    seeds: [0, 1],
  });
  return {
    id: 's1',
    name: spec.name,
    datasetId: 'd1',
    createdAt: '2026-01-02T00:00:00.000Z',
    spec,
    protocol: PROTOCOLS.retina,
    arms: expandArms(spec),
    ...over,
  };
}

export function aRun(over: Partial<NewRun> = {}): NewRun {
  return {
    id: 'r1',
    studyId: 's1',
    armId: 'cbr-tiny/random/all',
    model: 'cbr-tiny',
    initLabel: 'random',
    trainSize: 'all',
    seed: 0,
    createdAt: '2026-01-02T00:00:00.000Z',
    ...over,
  };
}

export function aResult(over: Partial<RunResult> = {}): RunResult {
  return {
    schema: 1,
    runId: 'r1',
    steps: 10,
    bestStep: 10,
    bestValidationAuc: 0.8,
    stepsPerEpoch: 5,
    trainImages: 2,
    stepsToThreshold: null,
    parameters: 100,
    trainableParameters: 90,
    seconds: 1,
    meanStepMs: 10,
    peakMemoryBytes: 1000,
    attempts: 1,
    provenance: { conv1: 'random' },
    frozenStages: [],
    timing: { decodedImages: 90, decodeMs: 14, augmentMs: 2.5, waitMs: 1 },
    stoppedEarly: null,
    classWeights: null,
    versions: { app: '0.1.0' },
    device: 'cpu',
    skippedImages: 0,
    predictionsSha256: 'p'.repeat(64),
    startedAt: '2026-01-02T00:00:00.000Z',
    finishedAt: '2026-01-02T00:01:00.000Z',
    ...over,
  };
}

export function aPrediction(over: Partial<Prediction> = {}): Prediction {
  return {
    imageId: 'a3',
    patient: 2,
    eye: 'left',
    split: 'test',
    labels: [0, null, 1],
    probabilities: [0.1, 0.25, 1 / 3],
    ...over,
  };
}
