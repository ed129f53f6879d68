/** Scoring a split: loss and AUC per endpoint from probabilities, and which evaluation is the best one. Pure. */
import type { Endpoint, LabelValue } from '../../../shared/dataset/dataset.ts';
import type { Protocol } from '../../../shared/study/protocol.ts';
import { endpointLabel, endpointScore } from '../../analysis/study/endpoints.ts';
import { auc } from '../../analysis/statistics/auc.ts';

export interface Evaluation {
  loss: number;
  auc: Record<string, number | null>;
  headlineAuc: number | null;
}

export interface EvaluationInput {
  endpoints: readonly Endpoint[];
  head: Protocol['head'];
  /** One row an image, one value an output. */
  labels: readonly (readonly LabelValue[])[];
  /** images x outputs, row-major. */
  probabilities: Float32Array;
}

/** Probabilities are kept this far from 0 and 1 in the loss, as Keras does. */
const CLIP = 1e-7;

export function evaluate(input: EvaluationInput): Evaluation {
  const byEndpoint: Record<string, number | null> = {};
  const headline: number[] = [];
  for (const endpoint of input.endpoints) {
    const value = endpointAuc(endpoint, input);
    byEndpoint[endpoint.id] = value;
    if (endpoint.headline && value !== null) headline.push(value);
  }
  return {
    loss: meanLoss(input),
    auc: byEndpoint,
    headlineAuc: headline.length === 0 ? null : headline.reduce((sum, value) => sum + value, 0) / headline.length,
  };
}

function endpointAuc(endpoint: Endpoint, { labels, probabilities }: EvaluationInput): number | null {
  const known: (0 | 1)[] = [];
  const scores: number[] = [];
  labels.forEach((row, image) => {
    const label = endpointLabel(endpoint, row);
    if (label === null) return;
    known.push(label);
    scores.push(endpointScore(endpoint, probabilities.subarray(image * row.length, (image + 1) * row.length)));
  });
  return auc(known, scores);
}

/**
 * The training loss on these images. Sigmoid head: mean binary cross-entropy over known labels. Softmax head: mean over
 * images with a known class of its cross-entropy. 0 where nothing is known, as in training.
 */
function meanLoss({ head, labels, probabilities }: EvaluationInput): number {
  let sum = 0;
  let count = 0;
  labels.forEach((row, image) => {
    const known = row.every((label) => label !== null) && row.includes(1);
    if (head === 'softmax' && !known) return;
    if (head === 'softmax') count++;
    row.forEach((label, output) => {
      if (label === null) return;
      const probability = probabilities[image * row.length + output] as number;
      const p = Math.min(1 - CLIP, Math.max(CLIP, probability));
      if (head === 'softmax') {
        if (label === 1) sum -= Math.log(p);
        return;
      }
      sum -= label === 1 ? Math.log(p) : Math.log(1 - p);
      count++;
    });
  });
  return count === 0 ? 0 : sum / count;
}

export interface BestEvaluation {
  step: number;
  headlineAuc: number | null;
  loss: number;
}

/**
 * Higher mean validation AUC of the headline endpoints; where no AUC is defined, lower loss. The earlier one wins a tie.
 */
export function isBetter(candidate: Omit<BestEvaluation, 'step'>, best: BestEvaluation | null): boolean {
  if (best === null) return true;
  if (candidate.headlineAuc === null) return best.headlineAuc === null && candidate.loss < best.loss;
  return best.headlineAuc === null || candidate.headlineAuc > best.headlineAuc;
}
