/** Steps and predictions of a trainer on one kind of input: images, or what the frozen stages made of them. */
import { AppError } from '../../../shared/system/errors.ts';
import type { ClassWeights } from '../../../shared/run/run.ts';
import type { ParameterSpec } from '../graph/definition.ts';
import type { Mode } from '../graph/layer.ts';
import type { Network } from '../graph/network.ts';
import { elementCount, formatShape, type NamedTensor } from '../tensors.ts';
import type { DeviceTensor, Tf } from '../tf.ts';
import { headLoss, headProbabilities, type Head, type HeadLoss } from './loss.ts';

export interface StepResult {
  /** Before the update, in training mode; see `headLoss`. 0 where no label is known. */
  loss: number;
  /** How many labels or rows that was. */
  known: number;
}

export interface Gradients extends StepResult {
  /** batch x outputs, training mode. */
  probabilities: Float32Array;
  /** One per tensor that is trained, in the network's order. */
  gradients: NamedTensor[];
}

export interface Learner {
  /**
   * One update. `inputs`: batch x the shape of one; images are size x size x 3, NHWC, normalised; `labels`: batch x outputs, NaN = unknown.
   * @throws AppError `run-failed` when the loss or an activation is not a finite number; the trainable tensors are then as
   * before, the moving statistics are lost.
   */
  trainStep(inputs: Float32Array, labels: Float32Array, learningRate: number): StepResult;
  /** count x outputs probabilities, inference mode. Any count: it works in portions. */
  predict(inputs: Float32Array, count: number): Float32Array;
  /** What a step would apply, without applying it. The moving statistics do take the batch in. */
  gradients(inputs: Float32Array, labels: Float32Array): Gradients;
}

/** What the learners of one trainer share. */
export interface Learning {
  tf: Tf;
  outputs: number;
  head: Head;
  classWeights?: ClassWeights | null | undefined;
  /** What is trained: the whole network, or what lies on top of the frozen stages. */
  network: Network;
  trained: readonly ParameterSpec[];
  /** Most inputs that a prediction takes at once. */
  portion: number;
  /** Begins an update: what takes each parameter's gradient. */
  beginUpdate(learningRate: number): (parameter: string, gradient: DeviceTensor) => void;
  /** Updates done; a learner counts its own. */
  updates: number;
}

export class NetworkLearner implements Learner {
  readonly #learning: Learning;
  readonly #inputShape: readonly number[];
  readonly #forward: (input: DeviceTensor, mode: Mode) => DeviceTensor;

  /** `forward`: the logits of a batch of inputs. */
  constructor(
    learning: Learning,
    inputShape: readonly number[],
    forward: (input: DeviceTensor, mode: Mode) => DeviceTensor,
  ) {
    this.#learning = learning;
    this.#inputShape = inputShape;
    this.#forward = forward;
  }

  trainStep(inputs: Float32Array, labels: Float32Array, learningRate: number): StepResult {
    const { loss, known } = this.#pass(inputs, labels, this.#learning.beginUpdate(learningRate));
    this.#learning.updates++;
    return { loss, known };
  }

  gradients(inputs: Float32Array, labels: Float32Array): Gradients {
    const { tf, trained } = this.#learning;
    const found = new Map<string, Float32Array>();
    const result = this.#pass(inputs, labels, (name, gradient) => found.set(name, tf.download(gradient)));
    // A folded bias has no gradient of its own: it is exactly 0 (graph/reorder.ts).
    const gradients = trained.map(({ name, role, stage, shape }) => {
      return { name, role, stage, shape, values: found.get(name) ?? new Float32Array(elementCount(shape)) };
    });
    return { loss: result.loss, known: result.known, probabilities: result.probabilities, gradients };
  }

  predict(inputs: Float32Array, count: number): Float32Array {
    const { tf, head, outputs, portion } = this.#learning;
    const probabilities = new Float32Array(count * outputs);
    inPortions({ tf, inputs, count, shape: this.#inputShape, portion }, (input, from) => {
      const logits = this.#forward(input, 'inference');
      probabilities.set(headProbabilities(head, tf.download(logits), outputs), from * outputs);
      tf.release(logits);
    });
    return probabilities;
  }

  /** Forward, loss, backward. `use` sees each parameter's gradient as soon as it is known. */
  #pass(
    inputs: Float32Array,
    labels: Float32Array,
    use: (parameter: string, gradient: DeviceTensor) => void,
  ): HeadLoss {
    const { tf, outputs, head, classWeights, network, updates } = this.#learning;
    const batch = labels.length / outputs;
    if (!Number.isInteger(batch) || batch === 0) {
      throw new AppError('bad-input', `Expected ${outputs} labels an image, got ${labels.length} labels in all.`);
    }
    const input = upload(tf, inputs, batch, this.#inputShape);
    const logits = this.#forward(input, 'training');
    const result = headLoss(head, tf.download(logits), labels, outputs, classWeights);
    tf.release(input, logits);
    const culprit = network.firstNonFinite() ?? (Number.isFinite(result.loss) ? null : 'the loss');
    if (culprit !== null) {
      network.forget();
      throw new AppError('run-failed', `Expected finite numbers, got others in ${culprit} after ${updates} updates.`, {
        action: 'Lower the learning rate, or check the images for values that are not numbers.',
      });
    }
    const gradient = tf.upload([batch, outputs], result.gradient);
    network.backward(gradient, (name, part) => {
      use(name, part);
      tf.release(part);
    });
    tf.release(gradient);
    return result;
  }
}

/** Hands the inputs to `work` in portions, with the position of each one's first row. */
export function inPortions(
  {
    tf,
    inputs,
    count,
    shape,
    portion,
  }: { tf: Tf; inputs: Float32Array; count: number; shape: readonly number[]; portion: number },
  work: (input: DeviceTensor, from: number) => void,
): void {
  checkCount(inputs, count, shape);
  const values = elementCount(shape);
  for (let from = 0; from < count; from += portion) {
    const to = Math.min(count, from + portion);
    const input = upload(tf, inputs.subarray(from * values, to * values), to - from, shape);
    work(input, from);
    tf.release(input);
  }
}

function upload(tf: Tf, inputs: Float32Array, count: number, shape: readonly number[]): DeviceTensor {
  checkCount(inputs, count, shape);
  return tf.upload([count, ...shape], inputs);
}

function checkCount(inputs: Float32Array, count: number, shape: readonly number[]): void {
  const expected = count * elementCount(shape);
  if (inputs.length === expected) return;
  throw new AppError(
    'bad-input',
    `Expected ${expected} values for ${count} images (${formatShape(shape)} each), got ${inputs.length}.`,
  );
}
