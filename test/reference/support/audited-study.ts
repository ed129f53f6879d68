/**
 * Made-up studies with every number recomputed by `test/peers/study_audit.py`: ties, several images a patient in both classes, unknown
 * labels, eyes. The expected trees hold part of what the program gives, under the same names.
 */
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import type { FinishedRun, StudyResultsInput } from '../../../main/analysis/study/study-results.ts';
import { endpointSchema, type LabelValue } from '../../../shared/dataset/dataset.ts';
import type { Prediction } from '../../../shared/run/run.ts';
import { madeUpResult } from '../../unit/made-up-runs.ts';

interface Images {
  images: string[];
  patients: number[];
  labels: LabelValue[][];
  eyes: (string | null)[];
}

export interface AuditedStudy {
  study: {
    outputs: string[];
    grades: boolean;
    endpoints: unknown[];
    arms: { armId: string; model: 'cbr-tiny' | 'cbr-small'; initLabel: string; parameters: number }[];
    margin: number;
    test: Images;
    validation: Images;
    runs: { runId: string; armId: string; seed: number; test: number[][]; validation: number[][] }[];
  };
  expected: {
    results: Record<string, unknown> & { totals: unknown };
    details: Record<string, unknown>[];
    macro?: Record<string, unknown>;
  };
}

export type AuditedName = 'fundus' | 'chest';

export function readAuditedStudy(name: AuditedName): AuditedStudy {
  const file = path.join(import.meta.dirname, `../../fixtures/statistics/study-${name}.json`);
  return JSON.parse(fs.readFileSync(file, 'utf8')) as AuditedStudy;
}

export function predictionsOf(
  { study }: AuditedStudy,
  run: AuditedStudy['study']['runs'][number],
  split: 'test' | 'validation',
): Prediction[] {
  const { images, patients, labels, eyes } = study[split];
  return images.map((imageId, i) => ({
    imageId,
    patient: patients[i] as number,
    eye: eyes[i] ?? null,
    split,
    labels: labels[i] as LabelValue[],
    probabilities: run[split][i] as number[],
  }));
}

export function resultsInput(audited: AuditedStudy): StudyResultsInput {
  const { study } = audited;
  return {
    studyId: 'made-up',
    studyName: 'Made up',
    synthetic: true,
    thresholdAuc: 0.8,
    endpoints: study.endpoints.map((endpoint) => endpointSchema.parse(endpoint)),
    arms: study.arms.map((arm) => ({
      ...arm,
      modelName: arm.model,
      trainSize: 'all',
      paperParameters: null,
      runsTotal: study.runs.filter((run) => run.armId === arm.armId).length,
    })),
    runs: study.runs.map((run): FinishedRun => ({
      ...{ runId: run.runId, armId: run.armId, seed: run.seed, result: madeUpResult(run.runId) },
      predictions: predictionsOf(audited, run, 'test'),
    })),
    margin: { delta: study.margin, reason: 'Made up.', declaredAt: '2026-11-23T00:00:00.000Z', earlierStudies: 0 },
    testImages: [],
  };
}

/** Logistic fits and t quantiles agree to about 1e-11; all else is far below. */
const TOLERANCE = 1e-9;

/** Every leaf of `expected` in `actual`, numbers within 1e-9 (relative where above 1). Returns how many numbers there were. */
export function expectTree(actual: unknown, expected: unknown, at = ''): number {
  if (Array.isArray(expected)) {
    expect(Array.isArray(actual) ? actual.length : actual, `${at}: length`).toBe(expected.length);
    return expected.reduce<number>(
      (sum, item, i) => sum + expectTree((actual as unknown[])[i], item, `${at}[${i}]`),
      0,
    );
  }
  if (typeof expected === 'object' && expected !== null) {
    return Object.entries(expected).reduce(
      (sum, [key, value]) =>
        sum + expectTree((actual as Record<string, unknown> | null | undefined)?.[key], value, `${at}.${key}`),
      0,
    );
  }
  if (typeof expected !== 'number') {
    expect(actual, at).toBe(expected);
    return 0;
  }
  expect(typeof actual, `${at}: type`).toBe('number');
  const gap = Math.abs((actual as number) - expected) / Math.max(1, Math.abs(expected));
  expect(gap, `${at}: ${String(actual)} and ${expected}`).toBeLessThanOrEqual(TOLERANCE);
  return 1;
}
