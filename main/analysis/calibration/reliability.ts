/** The reliability curve and the expected calibration error, in bins of the positive-class probability. */
import { whyNoProbabilities } from './calibration.ts';
import type { Estimate } from '../statistics/estimate.ts';
import { countClasses, type BinaryLabels } from '../statistics/labels.ts';
import { ascendingOrder } from '../statistics/order.ts';
import { wilson } from '../statistics/proportions.ts';

/**
 * `equal-width`: [0, 1/B), [1/B, 2/B), ..., [1 - 1/B, 1]. `equal-mass`: about N/B items a bin, by rank; equal probabilities stay
 * together, in the bin of the first of them.
 */
export type Binning = 'equal-width' | 'equal-mass';

export interface ReliabilityBin {
  items: number;
  /** Range of the bin (equal width), or lowest and highest probability in it (equal mass). */
  from: number;
  to: number;
  meanProbability: number;
  /** Share of positives, with Wilson's interval, which takes items as independent. */
  observed: Estimate;
}

export interface Reliability {
  binning: Binning;
  bins: number;
  /** Bins that hold items, ascending. */
  curve: ReliabilityBin[];
  /**
   * sum over bins of (items/N) |observed - mean probability|, on the positive-class probability (not the top-label confidence of Guo et
   * al. 2017). It depends on the binning and is above 0 even for a perfect model, the more the fewer items there are.
   */
  ece: number | null;
  /** The same with the largest bin deviation in place of the mean. */
  mce: number | null;
  why: string | null;
}

export const DEFAULT_BINS = 10;

export function reliability(
  labels: BinaryLabels,
  scores: ArrayLike<number>,
  options: { binning: Binning; bins?: number },
): Reliability {
  const { binning, bins = DEFAULT_BINS } = options;
  countClasses(labels, scores);
  const none = { binning, bins, curve: [], ece: null, mce: null };
  const why = scores.length === 0 ? 'Undefined: there is no labelled item.' : whyNoProbabilities(scores);
  if (why !== null) return { ...none, why };
  const binOf = binning === 'equal-width' ? widthBins(scores, bins) : massBins(scores, bins);
  const curve = summarise({ labels, scores, binOf, bins, binning });
  const gaps = curve.map((bin) => Math.abs((bin.observed.value ?? 0) - bin.meanProbability));
  const ece = curve.reduce((sum, bin, i) => sum + (bin.items / scores.length) * (gaps[i] as number), 0);
  return { binning, bins, curve, ece, mce: Math.max(...gaps), why: null };
}

function widthBins(scores: ArrayLike<number>, bins: number): Uint32Array {
  return Uint32Array.from({ length: scores.length }, (_, i) =>
    Math.min(bins - 1, Math.floor((scores[i] as number) * bins)),
  );
}

function massBins(scores: ArrayLike<number>, bins: number): Uint32Array {
  const order = ascendingOrder(scores);
  const binOf = new Uint32Array(scores.length);
  let bin = 0;
  for (let rank = 0; rank < order.length; rank++) {
    const item = order[rank] as number;
    const isTied = rank > 0 && scores[order[rank - 1] as number] === scores[item];
    if (!isTied) bin = Math.floor((rank * bins) / order.length);
    binOf[item] = bin;
  }
  return binOf;
}

function summarise(params: {
  labels: BinaryLabels;
  scores: ArrayLike<number>;
  binOf: Uint32Array;
  bins: number;
  binning: Binning;
}): ReliabilityBin[] {
  const { labels, scores, binOf, bins, binning } = params;
  const held = Array.from({ length: bins }, () => ({
    items: 0,
    positives: 0,
    sum: 0,
    lowest: Infinity,
    highest: -Infinity,
  }));
  for (let i = 0; i < binOf.length; i++) {
    const bin = held[binOf[i] as number];
    if (bin === undefined) continue;
    const score = scores[i] as number;
    bin.items++;
    bin.positives += labels[i] as number;
    bin.sum += score;
    bin.lowest = Math.min(bin.lowest, score);
    bin.highest = Math.max(bin.highest, score);
  }
  return held.flatMap(({ items, positives, sum, lowest, highest }, index): ReliabilityBin[] => {
    if (items === 0) return [];
    const range =
      binning === 'equal-width' ? { from: index / bins, to: (index + 1) / bins } : { from: lowest, to: highest };
    return [{ items, ...range, meanProbability: sum / items, observed: wilson(positives, items) }];
  });
}

/** Counts of probabilities in equal bins of [0, 1], for the histogram under the curve, by class; null where they are none. */
export function probabilityHistogram(
  labels: BinaryLabels,
  scores: ArrayLike<number>,
  bins = 20,
): { positives: number[]; negatives: number[] } | null {
  if (whyNoProbabilities(scores) !== null) return null;
  const positives = new Array<number>(bins).fill(0);
  const negatives = new Array<number>(bins).fill(0);
  const binOf = widthBins(scores, bins);
  for (let i = 0; i < binOf.length; i++) {
    const counts = labels[i] === 1 ? positives : negatives;
    (counts[binOf[i] as number] as number)++;
  }
  return { positives, negatives };
}
