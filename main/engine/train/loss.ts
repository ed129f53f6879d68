/**
 * The two heads: probabilities, loss and its gradient with respect to the logits. Plain float64 arithmetic on batch x outputs
 * numbers, which costs nothing next to one convolution and is exact about masks.
 */
import type { ClassWeights } from '../../../shared/run/run.ts';

export type Head = 'sigmoid' | 'softmax';

/** Keras's epsilon: probabilities are clipped to [1e-7, 1 - 1e-7] before the logarithm. */
const CLIP = 1e-7;

export interface HeadLoss {
  /** Sum over what is known, divided by `known`; 0 when nothing in the batch is. */
  loss: number;
  /** Known labels (sigmoid) or known rows (softmax) of the batch. */
  known: number;
  /** d loss / d logits, batch x outputs; 0 where unknown. The clipping of the loss does not stop the gradient. */
  gradient: Float32Array;
  /** batch x outputs. */
  probabilities: Float32Array;
}

/** Probabilities of `logits` (batch x outputs, row-major). */
export function headProbabilities(head: Head, logits: Float32Array, outputs: number): Float32Array {
  const probabilities = new Float32Array(logits.length);
  if (head === 'sigmoid') {
    for (let i = 0; i < logits.length; i++) probabilities[i] = sigmoid(logits[i] as number);
    return probabilities;
  }
  for (let row = 0; row < logits.length; row += outputs) {
    probabilities.set(softmax(logits.subarray(row, row + outputs)), row);
  }
  return probabilities;
}

/**
 * Sigmoid: binary cross-entropy, mean over all known labels of the batch. Softmax: cross-entropy of one-hot rows, mean over
 * the rows that are known (no NaN, and a class). `labels` is batch x outputs; NaN = unknown.
 *
 * With `weights`, each label's (row's) loss is multiplied by the weight of its class, and the sum is still divided by the number of
 * known labels (rows), not by the sum of their weights: as Keras does with `class_weight`, so that a batch of rare labels
 * takes a longer step.
 */
export function headLoss(
  head: Head,
  logits: Float32Array,
  labels: Float32Array,
  outputs: number,
  weights: ClassWeights | null = null,
): HeadLoss {
  return head === 'sigmoid'
    ? sigmoidLoss(logits, labels, outputs, weights)
    : softmaxLoss(logits, labels, outputs, weights);
}

function sigmoidLoss(
  logits: Float32Array,
  labels: Float32Array,
  outputs: number,
  weights: ClassWeights | null,
): HeadLoss {
  const gradient = new Float32Array(logits.length);
  const probabilities = new Float32Array(logits.length);
  let known = 0;
  for (const label of labels) if (!Number.isNaN(label)) known++;
  let sum = 0;
  for (let i = 0; i < logits.length; i++) {
    const label = labels[i] as number;
    const p = sigmoid(logits[i] as number);
    probabilities[i] = p;
    if (Number.isNaN(label)) continue;
    const positive = label * (weights?.positive[i % outputs] ?? 1);
    const negative = (1 - label) * (weights?.negative?.[i % outputs] ?? 1);
    const q = clip(p);
    sum -= positive * Math.log(q) + negative * Math.log(1 - q);
    gradient[i] = (negative * p - positive * (1 - p)) / known;
  }
  return { loss: known === 0 ? 0 : sum / known, known, gradient, probabilities };
}

function softmaxLoss(
  logits: Float32Array,
  labels: Float32Array,
  outputs: number,
  weights: ClassWeights | null,
): HeadLoss {
  const gradient = new Float32Array(logits.length);
  const probabilities = headProbabilities('softmax', logits, outputs);
  const rows = knownRows(labels, outputs);
  let sum = 0;
  for (const row of rows) {
    const p = softmax(logits.subarray(row, row + outputs));
    const y = Float64Array.from(labels.subarray(row, row + outputs), (label, k) => label * (weights?.positive[k] ?? 1));
    const mass = y.reduce((total, label) => total + label, 0);
    for (let k = 0; k < outputs; k++) {
      const label = y[k] as number;
      if (label !== 0) sum -= label * Math.log(clip(p[k] as number));
      gradient[row + k] = (mass * (p[k] as number) - label) / rows.length;
    }
  }
  return { loss: rows.length === 0 ? 0 : sum / rows.length, known: rows.length, gradient, probabilities };
}

/** Where the rows of images with a known class start: no NaN among their labels, and a class. */
export function knownRows(labels: Float32Array, outputs: number): number[] {
  const rows: number[] = [];
  for (let row = 0; row < labels.length; row += outputs) {
    // NaN > 0 is false: a row with an unknown label is unknown as a whole.
    if (labels.subarray(row, row + outputs).reduce((total, label) => total + label, 0) > 0) rows.push(row);
  }
  return rows;
}

const sigmoid = (x: number): number => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));

function softmax(logits: Float32Array): Float64Array {
  const largest = Math.max(...logits);
  const powers = Float64Array.from(logits, (logit) => Math.exp(logit - largest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

/** Not-a-number stays not-a-number, so that a diverged network shows in the loss. */
const clip = (p: number): number => Math.min(1 - CLIP, Math.max(CLIP, p));
