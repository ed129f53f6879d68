/** Which test images an arm or a run gets wrong, at a threshold that was chosen on validation images. */
import type { Endpoint } from '../../../shared/dataset/dataset.ts';
import {
  SCORE_BANDS,
  type ConfusionCell,
  type MistakesAuc,
  type ErrorFilter,
  type MistakenImage,
  type ScoreBand,
} from '../../../shared/mistakes/mistakes.ts';
import type { Prediction } from '../../../shared/run/run.ts';
import { alignRuns } from '../study/aligned-runs.ts';
import { meanOverSeeds } from '../statistics/comparison.ts';
import { confusionAt } from '../statistics/confusion.ts';
import { endpointLabel, endpointScore } from '../study/endpoints.ts';
import type { DetailedRun } from '../study/study-run-details.ts';
import { countClasses, whyUndefined } from '../statistics/labels.ts';
import { placements } from '../statistics/placements.ts';
import { chooseThreshold, type ChosenThreshold, type ThresholdRule } from '../statistics/thresholds.ts';
import { buildClusters } from '../statistics/variance.ts';

/** `test`: the images that count in the study's results. */
export type ErrorRun = Omit<DetailedRun, 'armId'>;

export type ScoredImage = Omit<MistakenImage, 'view' | 'mark'>;

export interface MistakeAnalysis {
  chosen: ChosenThreshold;
  /** Test images with a known answer, most confidently wrong first: by |label - score|, then by id. */
  images: ScoredImage[];
  unknown: number;
  counts: Record<ConfusionCell, number> | null;
  bands: ScoreBand[];
}

/**
 * An image's score is the mean over the runs, and the threshold is chosen on the means of the validation images: with several
 * runs this is the table of their ensemble, not the mean of their tables.
 */
export function analyseMistakes(params: {
  endpoint: Endpoint;
  rule: ThresholdRule;
  runs: readonly ErrorRun[];
}): MistakeAnalysis {
  const { endpoint, rule, runs } = params;
  const validation = meanScores(endpoint, runs, 'validation');
  const chosen = chooseThreshold(
    validation.known.map(({ label }) => label),
    validation.known.map(({ score }) => score),
    rule,
  );
  const { known, unknown } = meanScores(endpoint, runs, 'test');
  const images = known
    .map((image): ScoredImage => ({ ...image, cell: chosen.defined ? cellOf(image, chosen.threshold) : null }))
    .sort((a, b) => wrongness(b) - wrongness(a) || (a.id < b.id ? -1 : 1));
  return {
    chosen,
    images,
    unknown,
    counts: chosen.defined
      ? confusionAt(
          known.map(({ label }) => label),
          known.map(({ score }) => score),
          chosen.threshold,
        )
      : null,
    bands: bandsOf(images),
  };
}

const wrongness = ({ label, score }: Pick<ScoredImage, 'label' | 'score'>): number => Math.abs(label - score);

function meanScores(
  endpoint: Endpoint,
  runs: readonly ErrorRun[],
  split: 'validation' | 'test',
): { known: Omit<ScoredImage, 'cell'>[]; unknown: number } {
  const { rowsByRun, common } = alignRuns(runs.map((run) => ({ runId: run.runId, predictions: run[split] })));
  const known = common.flatMap(({ imageId: id, labels, patient, eye }, index) => {
    const label = endpointLabel(endpoint, labels);
    if (label === null) return [];
    const seeds = runs.map(({ runId, seed }) => {
      const row = rowsByRun.get(runId)?.[index] as Prediction;
      return { seed, score: endpointScore(endpoint, row.probabilities) };
    });
    const score = seeds.reduce((sum, one) => sum + one.score, 0) / seeds.length;
    return [{ id, label, labels, score, seeds, patient, eye }];
  });
  return { known, unknown: common.length - known.length };
}

function cellOf({ label, score }: Pick<ScoredImage, 'label' | 'score'>, threshold: number | null): ConfusionCell {
  const called = threshold !== null && score >= threshold;
  return label === 1 ? (called ? 'tp' : 'fn') : called ? 'fp' : 'tn';
}

/** The band of a score in [0, 1]. */
export function bandOf(score: number): number {
  return Math.max(0, Math.min(SCORE_BANDS - 1, Math.floor(score * SCORE_BANDS)));
}

function bandsOf(images: readonly ScoredImage[]): ScoreBand[] {
  const bands = Array.from({ length: SCORE_BANDS }, (_, band): ScoreBand => {
    return { low: band / SCORE_BANDS, high: (band + 1) / SCORE_BANDS, positives: 0, negatives: 0 };
  });
  for (const { label, score } of images) {
    const band = bands[bandOf(score)] as ScoreBand;
    if (label === 1) band.positives++;
    else band.negatives++;
  }
  return bands;
}

/**
 * The images that a filter lets through, most confidently wrong first; of a cell of right answers the most confident first, so
 * that the extreme of each cell leads it.
 */
export function filterImages(
  images: readonly ScoredImage[],
  filter: ErrorFilter,
  marked: ReadonlySet<string>,
): ScoredImage[] {
  const { cell, band, label } = filter;
  const found = images.filter(
    (image) =>
      (cell === undefined || image.cell === cell) &&
      (band === undefined || bandOf(image.score) === band) &&
      (label === undefined || image.label === label) &&
      (filter.marked === undefined || marked.has(image.id)),
  );
  return cell === 'tp' || cell === 'tn' ? found.reverse() : found;
}

/**
 * Mean AUC over the runs on these images, with the interval of the study's results (`meanOverSeeds`); clustered by patient where
 * `clustered`.
 */
export function mistakesAuc(images: readonly ScoredImage[], clustered: boolean): MistakesAuc {
  const labels = images.map(({ label }) => label);
  const counts = countClasses(labels, labels);
  const runs = images[0]?.seeds.length ?? 0;
  const parts = Array.from({ length: runs }, (_, run) =>
    placements(
      labels,
      images.map(({ seeds }) => (seeds[run] as { score: number }).score),
    ),
  ).filter((part) => part !== null);
  const clusters = clustered
    ? buildClusters(
        labels,
        images.map(({ patient }) => patient),
      )
    : null;
  const mean = meanOverSeeds(parts, clusters);
  return {
    mean: mean?.mean ?? null,
    low: mean?.low ?? null,
    high: mean?.high ?? null,
    why: mean === null ? (whyUndefined(counts) ?? 'There is no run.') : mean.why,
    images: images.length,
    ...counts,
  };
}
