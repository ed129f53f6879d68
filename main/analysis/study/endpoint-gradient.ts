/** How an endpoint's score reacts to the logits of a network. */
import type { Endpoint } from '../../../shared/dataset/dataset.ts';
import type { Protocol } from '../../../shared/study/protocol.ts';

/**
 * d ln(s / (1 - s)) / d logits of the endpoint's score s (endpoints.ts: endpointScore). The log odds, because s itself is flat where the
 * network is sure. With P the outputs that are summed, A their probabilities' sum and T that of all:
 *   sigmoid, share:  p_k (1 - p_k) / A for k in P, else -p_k (1 - p_k) / (T - A)
 *   softmax (T = 1): p_k / A for k in P, else -p_k / (1 - A)
 *   sigmoid, probability: 1 for the positive output (of several, the likeliest), else 0
 * Softmax with `probability` is the formula above with P its one output. `probabilities`: one an output, in [0, 1].
 */
export function endpointLogOddsGradient(
  endpoint: Endpoint,
  head: Protocol['head'],
  probabilities: ArrayLike<number>,
): Float32Array {
  const p = (output: number): number => probabilities[output] as number;
  const summed =
    endpoint.score === 'share'
      ? endpoint.positiveOutputs
      : [endpoint.positiveOutputs.reduce((best, output) => (p(output) > p(best) ? output : best))];
  const positive = new Set(summed);
  const outputs = Array.from({ length: probabilities.length }, (_, output) => output);
  if (endpoint.score === 'probability' && head === 'sigmoid') {
    return Float32Array.from(outputs, (output) => (positive.has(output) ? 1 : 0));
  }
  const sum = (chosen: readonly number[]): number => chosen.reduce((total, output) => total + p(output), 0);
  const inside = sum(outputs.filter((output) => positive.has(output)));
  const outside = sum(outputs.filter((output) => !positive.has(output)));
  return Float32Array.from(outputs, (output) => {
    const slope = head === 'sigmoid' ? p(output) * (1 - p(output)) : p(output);
    const whole = positive.has(output) ? inside : -outside;
    return whole === 0 ? 0 : slope / whole;
  });
}
