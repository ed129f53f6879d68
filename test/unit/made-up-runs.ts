/** Made-up runs for tests of statistics and reports. The numbers describe nothing. */
import type { Prediction, RunResult } from '../../shared/run/run.ts';
import { RandomStream } from '../../shared/system/random.ts';

export function madeUpResult(runId: string): RunResult {
  return {
    schema: 1,
    runId,
    steps: 400,
    bestStep: 350,
    bestValidationAuc: 0.87,
    stepsPerEpoch: 84,
    trainImages: 672,
    stepsToThreshold: 150,
    parameters: 1_077_925,
    trainableParameters: 1_076_965,
    seconds: 61.5,
    meanStepMs: 120,
    peakMemoryBytes: 900_000_000,
    attempts: 1,
    provenance: { 'conv1/kernel': 'random' },
    frozenStages: [],
    timing: { decodedImages: 90, decodeMs: 14, augmentMs: 2.5, waitMs: 1 },
    stoppedEarly: null,
    classWeights: null,
    versions: { app: '0.1.0', tfjs: '4.22.0', tensorflow: '2.21.0', node: '24.21.0' },
    device: 'CPU, 2 threads',
    skippedImages: 0,
    predictionsSha256: 'ab12cd34'.repeat(8),
    startedAt: '2025-01-02T10:00:00.000Z',
    finishedAt: '2025-01-02T10:01:01.500Z',
  };
}

/**
 * Two outputs, about a third and a tenth positive; labels depend on the image only, scores on `key`. `strength` separates the
 * classes.
 */
export function madeUpPredictions(params: {
  images: number;
  imagesPerPatient: number;
  key: string;
  strength: number;
}): Prediction[] {
  const { images, imagesPerPatient, key, strength } = params;
  return Array.from({ length: images }, (_, index): Prediction => {
    const truth = new RandomStream('made-up-labels', index);
    const noise = new RandomStream('made-up-scores', key, index);
    const first = truth.uniform() < 0.33 ? 1 : 0;
    const second = truth.uniform() < 0.02 ? null : truth.uniform() < 0.1 ? 1 : 0;
    const score = (label: number | null): number => 1 / (1 + Math.exp(-noise.normal() - strength * (label ?? 0)));
    return {
      imageId: `i${String((index * 7919) % 100_003).padStart(6, '0')}`,
      patient: Math.floor(index / imagesPerPatient),
      eye: index % 2 === 0 ? 'left' : 'right',
      split: 'test',
      labels: [first, second],
      probabilities: [score(first), score(second)],
    };
  });
}
