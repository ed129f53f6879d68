/**
 * How much each label of a training set weighs in the loss, so that a rare class counts as much as a common one ('balanced', as
 * in scikit-learn's `compute_class_weight`). Pure.
 */
import type { ClassWeights } from '../../../shared/run/run.ts';
import { knownRows, type Head } from './loss.ts';

export interface BalancedWeights {
  weights: ClassWeights;
  /** Classes that no known label shows; weights that would need them are 1. */
  missing: { output: number; class: 'positive' | 'negative' }[];
}

/**
 * Sigmoid: per output, N / (2 N+) for a positive and N / (2 N-) for a negative label, where N = N+ + N- counts its known labels;
 * 1 and 1 where either is missing. Softmax: N / (K n_k) for class k, where N counts the images with a known class and K
 * the classes that occur; 1 for a class that does not. So the weights of all known labels have the mean 1.
 * @param labels images x outputs, NaN = unknown
 */
export function balancedWeights(head: Head, labels: Float32Array, outputs: number): BalancedWeights {
  return head === 'sigmoid' ? balanceEachOutput(labels, outputs) : balanceClasses(labels, outputs);
}

function balanceEachOutput(labels: Float32Array, outputs: number): BalancedWeights {
  const positives = new Array<number>(outputs).fill(0);
  const negatives = new Array<number>(outputs).fill(0);
  labels.forEach((label, i) => {
    const output = i % outputs;
    if (label === 1) positives[output] = (positives[output] as number) + 1;
    else if (label === 0) negatives[output] = (negatives[output] as number) + 1;
  });
  const missing: BalancedWeights['missing'] = [];
  const weights = { positive: [] as number[], negative: [] as number[] };
  for (let output = 0; output < outputs; output++) {
    const [p, n] = [positives[output] as number, negatives[output] as number];
    if (p === 0) missing.push({ output, class: 'positive' });
    if (n === 0) missing.push({ output, class: 'negative' });
    weights.positive.push(p === 0 || n === 0 ? 1 : (p + n) / (2 * p));
    weights.negative.push(p === 0 || n === 0 ? 1 : (p + n) / (2 * n));
  }
  return { weights, missing };
}

function balanceClasses(labels: Float32Array, outputs: number): BalancedWeights {
  const counts = new Array<number>(outputs).fill(0);
  const rows = knownRows(labels, outputs);
  for (const row of rows) {
    const output = labels.subarray(row, row + outputs).indexOf(1);
    counts[output] = (counts[output] as number) + 1;
  }
  const present = counts.filter((count) => count > 0).length;
  return {
    weights: {
      positive: counts.map((count) => (count === 0 ? 1 : rows.length / (present * count))),
      negative: null,
    },
    missing: counts.flatMap((count, output) => (count === 0 ? [{ output, class: 'positive' as const }] : [])),
  };
}
