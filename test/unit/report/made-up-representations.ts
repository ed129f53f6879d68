/** Made-up similarities and movements of weights for the made-up report. The numbers describe nothing. */
import { summariseSimilarity } from '../../../main/analysis/cca/study-similarity.ts';
import type { RunSummary } from '../../../shared/run/run.ts';
import type { StudySimilarity } from '../../../shared/similarity/similarity.ts';
import { RandomStream } from '../../../shared/system/random.ts';
import type { Arm } from '../../../shared/study/study.ts';
import type { ArmWeightMovement, RunWeights } from '../../../shared/weights/weight-changes.ts';

const STAGES = ['block1', 'block2', 'block3', 'block4'];

export function movement(arm: Arm, runs: number): ArmWeightMovement {
  const stream = new RandomStream('movement', arm.id);
  return {
    armId: arm.id,
    runs,
    stages: [...STAGES, 'head'].map((stage) => ({
      stage,
      relativeDistance: { mean: 0.2 + 0.3 * stream.uniform(), sd: runs < 2 ? null : 0.02 },
      cosine: { mean: 0.9 - 0.2 * stream.uniform(), sd: runs < 2 ? null : 0.01 },
    })),
  };
}

export function runWeights(arm: Arm, runs: readonly RunSummary[]): RunWeights[] {
  const run = runs.find(({ armId, result }) => armId === arm.id && result !== null);
  if (run === undefined) return [];
  const spread = (wide: number): number[] =>
    Array.from({ length: 60 }, (_, bin) => Math.round(1000 * Math.exp(-(((bin - 29.5) / wide) ** 2))));
  const moved = { relativeDistance: 0.3, cosine: 0.9, rmsBefore: 0.1, rmsAfter: 0.11, count: 1000 };
  return [
    {
      ...{ runId: run.id, armId: arm.id, seed: run.seed },
      layers: STAGES.map((stage) => ({
        ...moved,
        ...{ layer: `${stage}_conv`, stage, shape: [5, 5, 3, 64] },
        histogram: { low: -0.3, high: 0.3, before: spread(8), after: spread(10) },
      })),
      stages: STAGES.map((stage) => ({ stage, ...moved })),
    },
  ];
}

export function similarities(arms: readonly Arm[], runs: readonly RunSummary[]): StudySimilarity {
  const stream = new RandomStream('similarities');
  const stages = () =>
    STAGES.map((stage, depth) => {
      const mean = Array.from({ length: 3 }, () => 0.7 - 0.1 * depth + 0.02 * stream.uniform());
      return { stage, mean, thresholded: mean };
    });
  const compared = runs.filter(({ result }) => result !== null);
  const own = compared.map(({ id }) => ({
    a: { runId: id, when: 'initial' as const },
    b: { runId: id, when: 'trained' as const },
    stages: stages(),
  }));
  const pairs = compared.flatMap(({ id: a }, i) =>
    compared.slice(i + 1).flatMap(({ id: b }) =>
      (['initial', 'trained'] as const).map((when) => ({
        a: { runId: a, when },
        b: { runId: b, when },
        stages: stages(),
      })),
    ),
  );
  const sampled = { height: 8, width: 8, channels: 64, images: 96, positions: 64, neurons: 64, datapoints: 6144 };
  return summariseSimilarity({
    file: {
      schema: 1,
      studyId: 's',
      contentHash: '',
      settings: { method: 'cca', patches: 6144, neurons: 128, repeats: 3, seed: 0 },
      computedAt: '2026-01-01T00:00:00Z',
      images: 192,
      models: [{ model: 'cbr-tiny', stages: STAGES.map((stage) => ({ stage, ...sampled })) }],
      pairs: [...own, ...pairs],
    },
    runs: compared.map(({ id, armId, trainSize, seed }) => ({ id, armId, model: 'cbr-tiny', trainSize, seed })),
    randomArms: new Set(arms.filter(({ init }) => init.kind === 'random').map(({ id }) => id)),
  });
}
