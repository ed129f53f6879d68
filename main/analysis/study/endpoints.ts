/** From model outputs to the yes/no question of an endpoint (`shared/dataset/dataset.ts`: Endpoint). */
import type { Endpoint, LabelValue } from '../../../shared/dataset/dataset.ts';

/**
 * 1 where any positive output is labelled 1, 0 where all are 0, null (left out) where none is 1 and one is unknown.
 * `labels`: one value per output.
 */
export function endpointLabel(endpoint: Endpoint, labels: readonly LabelValue[]): LabelValue {
  let unknown = false;
  for (const output of endpoint.positiveOutputs) {
    const label = labels[output] ?? null;
    if (label === 1) return 1;
    if (label === null) unknown = true;
  }
  return unknown ? null : 0;
}

/**
 * The number that is ranked. `probability`: the positive output's probability (the largest, where several are positive).
 * `share`: sum over positive outputs / sum over all outputs; 0 where all probabilities are 0.
 * `probabilities`: one value per output, in [0, 1].
 */
export function endpointScore(endpoint: Endpoint, probabilities: ArrayLike<number>): number {
  if (endpoint.score === 'probability') {
    return Math.max(...endpoint.positiveOutputs.map((output) => probabilities[output] as number));
  }
  let positive = 0;
  let all = 0;
  for (const output of endpoint.positiveOutputs) positive += probabilities[output] as number;
  for (let output = 0; output < probabilities.length; output++) all += probabilities[output] as number;
  return all === 0 ? 0 : positive / all;
}
