/** Tables and figures of a study's similarities from what was computed pair by pair. Pure. */
import type {
  BeforeAfterRow,
  InitialVsFinalRow,
  InitsRow,
  NetworkRef,
  PairSimilarity,
  SeedsRow,
  SimilarityFile,
  StageEstimate,
  StartCorrelation,
  StudySimilarity,
} from '../../../shared/similarity/similarity.ts';
import {
  initialOf,
  pairKey,
  pairsBetweenArms,
  pairsWithinArms,
  trainedOf,
  type ComparedRun,
  type RunPair,
} from './network-pairs.ts';
import { estimateSimilarity, meanOfStages, squaredCorrelation } from './similarity-estimates.ts';

/** Figure 2 averages the topmost two layers. */
const TOP_STAGES = 2;

export function summariseSimilarity(params: {
  file: SimilarityFile;
  /** Finished runs in the order of arms and seeds. */
  runs: readonly ComparedRun[];
  /** Arms whose networks start at random: what others are measured against. */
  randomArms: ReadonlySet<string>;
}): StudySimilarity {
  const { file, runs, randomArms } = params;
  const pairs = new Map(file.pairs.map((pair) => [pairKey(pair.a, pair.b), pair]));
  const seen = new Set(file.pairs.flatMap(({ a, b }) => [a.runId, b.runId]));
  const seeds = seedsRows(runs, pairs);
  return {
    studyId: file.studyId,
    settings: file.settings,
    computedAt: file.computedAt,
    images: file.images,
    models: file.models,
    missingRuns: runs.filter(({ id }) => !seen.has(id)).length,
    beforeAfter: beforeAfterRows(runs, pairs),
    seeds,
    inits: initsRows(runs, pairs, { seeds, randomArms }),
    initialVsFinal: initialVsFinalRows(runs, pairs),
  };
}

type Pairs = ReadonlyMap<string, PairSimilarity>;

function found(pairs: Pairs, wanted: readonly (readonly [NetworkRef, NetworkRef])[]): PairSimilarity[] {
  return wanted.flatMap(([a, b]) => pairs.get(pairKey(a, b)) ?? []);
}

const trained = ([a, b]: RunPair) => [trainedOf(a), trainedOf(b)] as const;

/** Of each stage the estimate over these pairs; empty without pairs. */
function estimates(pairs: readonly PairSimilarity[]): StageEstimate[] {
  const stages = pairs[0]?.stages.map(({ stage }) => stage) ?? [];
  return stages.map((stage) => ({ stage, ...estimateSimilarity(pairs.map((pair) => meanOfStages(pair, [stage]))) }));
}

function topEstimate(pairs: readonly PairSimilarity[]): SeedsRow['top'] {
  const stages = pairs[0]?.stages.map(({ stage }) => stage).slice(-TOP_STAGES) ?? [];
  return estimateSimilarity(pairs.map((pair) => meanOfStages(pair, stages)));
}

function beforeAfterRows(runs: readonly ComparedRun[], pairs: Pairs): BeforeAfterRow[] {
  return [...Map.groupBy(runs, ({ armId }) => armId)].flatMap(([armId, own]): BeforeAfterRow[] => {
    const { model, trainSize } = own[0] as ComparedRun;
    const these = found(
      pairs,
      own.map((run) => [initialOf(run), trainedOf(run)] as const),
    );
    return these.length === 0 ? [] : [{ armId, model, trainSize, stages: estimates(these) }];
  });
}

function seedsRows(runs: readonly ComparedRun[], pairs: Pairs): SeedsRow[] {
  return pairsWithinArms(runs).flatMap((arm): SeedsRow[] => {
    const these = found(pairs, arm.pairs.map(trained));
    if (these.length === 0) return [];
    const [{ model, trainSize }] = arm.pairs[0] as RunPair;
    return [{ armId: arm.armId, model, trainSize, stages: estimates(these), top: topEstimate(these) }];
  });
}

function initsRows(
  runs: readonly ComparedRun[],
  pairs: Pairs,
  { seeds, randomArms }: { seeds: readonly SeedsRow[]; randomArms: ReadonlySet<string> },
): InitsRow[] {
  return pairsBetweenArms(runs).flatMap(({ armA, armB, pairs: wanted }): InitsRow[] => {
    const these = found(pairs, wanted.map(trained));
    if (these.length === 0) return [];
    const [{ model, trainSize }] = wanted[0] as RunPair;
    const random = seeds.find((row) => row.model === model && row.trainSize === trainSize && randomArms.has(row.armId));
    const baseline = random === undefined ? null : { armId: random.armId, stages: random.stages, top: random.top };
    return [{ armA, armB, model, trainSize, stages: estimates(these), top: topEstimate(these), baseline }];
  });
}

function initialVsFinalRows(runs: readonly ComparedRun[], pairs: Pairs): InitialVsFinalRow[] {
  const groups = Map.groupBy(runs, ({ model, trainSize }) => `${model} ${trainSize}`);
  return [...groups.values()].flatMap((own): InitialVsFinalRow[] => {
    const { model, trainSize } = own[0] as ComparedRun;
    const wanted = [...pairsWithinArms(own), ...pairsBetweenArms(own)].flatMap((group) => group.pairs);
    const both = wanted.flatMap(([a, b]) => {
      const initial = pairs.get(pairKey(initialOf(a), initialOf(b)));
      const final = pairs.get(pairKey(trainedOf(a), trainedOf(b)));
      return initial === undefined || final === undefined ? [] : [{ a, b, initial, final }];
    });
    const stages = both[0]?.initial.stages.map(({ stage }) => stage) ?? [];
    if (stages.length === 0) return [];
    return [
      {
        model,
        trainSize,
        stages: stages.map((stage) => {
          const points = both.map(({ a, b, initial, final }) => ({
            ...{ runA: a.id, runB: b.id, armA: a.armId, armB: b.armId },
            initial: average(meanOfStages(initial, [stage])),
            final: average(meanOfStages(final, [stage])),
          }));
          return { stage, points, correlations: correlationsOf(points) };
        }),
      },
    ];
  });
}

/** A similarity of 1 but for rounding: copies of one set of weights, which say nothing about their start. */
const SAME_START = 1 - 1e-6;

function correlationsOf(points: InitialVsFinalRow['stages'][number]['points']): StartCorrelation[] {
  return [...Map.groupBy(points, ({ armA, armB }) => `${armA} ${armB}`).values()].map((kind): StartCorrelation => {
    const [{ armA, armB }] = kind as [(typeof points)[number]];
    const apart = kind.filter(({ initial }) => initial < SAME_START);
    const found =
      apart.length === 0
        ? { rSquared: null, why: 'All pairs start from the same weights.' }
        : squaredCorrelation(apart.map(({ initial, final }) => [initial, final]));
    return { armA, armB, pairs: apart.length, ...found };
  });
}

const average = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
