/** Trains one network: the object that a run holds. Synchronous; runs in any thread. */
import { AppError } from '../../../shared/system/errors.ts';
import type { ModelId } from '../../../shared/study/models.ts';
import type { Optimizer } from '../../../shared/study/protocol.ts';
import type { ClassWeights } from '../../../shared/run/run.ts';
import { IMAGE_CHANNELS, parameterSpecs, type Graph, type ParameterSpec } from '../graph/definition.ts';
import type { Mode } from '../graph/layer.ts';
import { Network } from '../graph/network.ts';
import { boundaryShape, splitGraph } from '../graph/split.ts';
import { MODELS } from '../models/catalogue.ts';
import { largestActivation } from '../models/cost.ts';
import { elementCount, formatShape, type NamedTensor } from '../tensors.ts';
import { loadTensorFlow, type DeviceTensor, type Tf } from '../tf.ts';
import { headLoss, headProbabilities, type Head, type HeadLoss } from './loss.ts';
import { createOptimizer, type OptimizerState } from './optimizer.ts';
import { Parameters } from './parameters.ts';

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

export interface Trainer {
  /** What the frozen stages make of one image (height x width x channels, or channels); null where nothing is frozen. */
  readonly featureShape: readonly number[] | null;
  /** count x featureShape activations of images, inference mode. @throws AppError `internal` where nothing is frozen. */
  features(images: Float32Array, count: number): Float32Array;
  /** What steps and predictions are given: images (at first), or the features that the frozen stages made of them. */
  takes: 'images' | 'features';
  /**
   * One update. `images`: batch x size x size x 3, NHWC, normalised, or what {@link features} made of such a batch where the
   * trainer `takes` features; `labels`: batch x outputs, NaN = unknown.
   * @throws AppError `run-failed` when the loss or an activation is not a finite number; the trainable tensors are then as
   * before, the moving statistics are lost.
   */
  trainStep(images: Float32Array, labels: Float32Array, learningRate: number): StepResult;
  /** count x outputs probabilities, inference mode, of images (or features). Any count: it works in portions. */
  predict(images: Float32Array, count: number): Float32Array;
  /** What a step would apply, without applying it. The moving statistics do take the batch in. */
  gradients(images: Float32Array, labels: Float32Array): Gradients;
  /** Copies of all tensors, moving statistics included, in the model's order. */
  weights(): NamedTensor[];
  optimizerState(): NamedTensor[];
  /** Updates done. */
  readonly updates: number;
  /** Continues exactly where `weights()`, `optimizerState()` and `updates` of another trainer were taken. */
  restore(weights: readonly NamedTensor[], optimizerState: readonly NamedTensor[], updates: number): void;
  /** TensorFlow tensors alive in this thread. */
  tensorCount(): number;
  dispose(): void;
}

export interface GraphTrainerOptions {
  graph: Graph;
  outputs: number;
  head: Head;
  /** What each label weighs in the loss; all alike where absent or null. */
  classWeights?: ClassWeights | null;
  optimizer: Optimizer;
  /** Image side in pixels. */
  size: number;
  /** Initial values, one per tensor of the graph, in its order. */
  tensors: readonly NamedTensor[];
  /** The first stages of the graph, which stay as they are: no gradient, no optimiser slots, batch norm in inference mode. */
  frozenStages?: readonly string[];
}

/** A trainer of one of the models. @throws AppError `runtime-missing`, or `bad-input` where the tensors do not fit. */
export function createTrainer({ model, ...options }: { model: ModelId } & Omit<GraphTrainerOptions, 'graph'>): Trainer {
  return createGraphTrainer({ ...options, graph: MODELS[model].graph(options.outputs) });
}

/** {@link createTrainer} for any graph. */
export function createGraphTrainer(options: GraphTrainerOptions, tf = loadTensorFlow()): Trainer {
  return new GraphTrainer(tf, options);
}

/** Portions of a prediction are small enough that no activation is larger than this. */
const PREDICTION_BYTES = 128 * 2 ** 20;

class GraphTrainer implements Trainer {
  updates = 0;
  takes: Trainer['takes'] = 'images';
  readonly featureShape: readonly number[] | null;
  readonly #tf: Tf;
  readonly #options: GraphTrainerOptions;
  readonly #parameters: Parameters;
  /** Null where nothing is frozen. */
  readonly #frozen: Network | null;
  /** What is trained: the whole network, or what lies on top of the frozen stages. */
  readonly #network: Network;
  readonly #trained: readonly ParameterSpec[];
  readonly #optimizer: OptimizerState;
  readonly #imageShape: readonly number[];
  readonly #predictionPortion: number;

  constructor(tf: Tf, options: GraphTrainerOptions) {
    const { graph, optimizer, size, tensors, frozenStages = [] } = options;
    const specs = parameterSpecs(graph);
    this.#tf = tf;
    this.#options = options;
    this.#parameters = new Parameters(tf, specs, tensors);
    this.#imageShape = [size, size, IMAGE_CHANNELS];
    if (frozenStages.length === 0) {
      this.featureShape = null;
      this.#frozen = null;
      this.#network = new Network(tf, graph, this.#parameters, { fuses: true });
    } else {
      const { frozen, trained, boundary } = splitGraph(graph, frozenStages);
      this.featureShape = boundaryShape(graph, boundary, size);
      this.#frozen = new Network(tf, frozen, this.#parameters, { fuses: true });
      this.#network = new Network(tf, trained, this.#parameters, { input: boundary, fuses: true });
    }
    this.#trained = specs.filter(({ trainable, stage }) => trainable && !frozenStages.includes(stage));
    this.#optimizer = createOptimizer(tf, optimizer, this.#trained);
    this.#predictionPortion = Math.max(1, Math.floor(PREDICTION_BYTES / largestActivation(graph, size)));
  }

  features(images: Float32Array, count: number): Float32Array {
    const frozen = this.#frozen ?? nothingFrozen();
    const values = elementCount(this.featureShape ?? []);
    const features = new Float32Array(count * values);
    this.#inPortions(images, count, this.#imageShape, (input, from) => {
      const output = frozen.forward(input, 'inference');
      features.set(this.#tf.download(output), from * values);
      this.#tf.release(output);
    });
    return features;
  }

  trainStep(images: Float32Array, labels: Float32Array, learningRate: number): StepResult {
    const optimizer = this.#optimizer;
    optimizer.begin(this.updates + 1, learningRate);
    const { loss, known } = this.#pass(images, labels, (name, gradient) => {
      optimizer.apply(name, this.#parameters.variable(name), gradient);
    });
    this.updates++;
    return { loss, known };
  }

  gradients(images: Float32Array, labels: Float32Array): Gradients {
    const found = new Map<string, Float32Array>();
    const result = this.#pass(images, labels, (name, gradient) => found.set(name, this.#tf.download(gradient)));
    // A folded bias has no gradient of its own: it is exactly 0 (graph/reorder.ts).
    const gradients = this.#trained.map(({ name, role, stage, shape }) => {
      return { name, role, stage, shape, values: found.get(name) ?? new Float32Array(elementCount(shape)) };
    });
    return { loss: result.loss, known: result.known, probabilities: result.probabilities, gradients };
  }

  predict(images: Float32Array, count: number): Float32Array {
    const { outputs, head } = this.#options;
    const probabilities = new Float32Array(count * outputs);
    this.#inPortions(images, count, this.#inputShape, (input, from) => {
      const logits = this.#forward(input, 'inference');
      probabilities.set(headProbabilities(head, this.#tf.download(logits), outputs), from * outputs);
      this.#tf.release(logits);
    });
    return probabilities;
  }

  weights(): NamedTensor[] {
    return this.#parameters.read();
  }

  optimizerState(): NamedTensor[] {
    return this.#optimizer.read();
  }

  restore(weights: readonly NamedTensor[], optimizerState: readonly NamedTensor[], updates: number): void {
    this.#parameters.assign(weights);
    this.#optimizer.assign(optimizerState);
    this.updates = updates;
  }

  tensorCount(): number {
    return this.#tf.liveTensors();
  }

  dispose(): void {
    this.#optimizer.dispose();
    this.#parameters.dispose();
  }

  /** Forward, loss, backward. `use` sees each parameter's gradient as soon as it is known. */
  #pass(
    images: Float32Array,
    labels: Float32Array,
    use: (parameter: string, gradient: DeviceTensor) => void,
  ): HeadLoss {
    const { outputs, head, classWeights } = this.#options;
    const tf = this.#tf;
    const batch = labels.length / outputs;
    if (!Number.isInteger(batch) || batch === 0) {
      throw new AppError('bad-input', `Expected ${outputs} labels an image, got ${labels.length} labels in all.`);
    }
    const input = this.#upload(images, batch, this.#inputShape);
    const logits = this.#forward(input, 'training');
    const result = headLoss(head, tf.download(logits), labels, outputs, classWeights);
    tf.release(input, logits);
    const culprit = this.#network.firstNonFinite() ?? (Number.isFinite(result.loss) ? null : 'the loss');
    if (culprit !== null) {
      this.#network.forget();
      throw new AppError(
        'run-failed',
        `Expected finite numbers, got others in ${culprit} after ${this.updates} updates.`,
        {
          action: 'Lower the learning rate, or check the images for values that are not numbers.',
        },
      );
    }
    const gradient = tf.upload([batch, outputs], result.gradient);
    this.#network.backward(gradient, (name, part) => {
      use(name, part);
      tf.release(part);
    });
    tf.release(gradient);
    return result;
  }

  /** Of one image, or its features. */
  get #inputShape(): readonly number[] {
    return this.takes === 'features' ? (this.featureShape ?? nothingFrozen()) : this.#imageShape;
  }

  /** Logits of a batch as steps are given it. */
  #forward(input: DeviceTensor, mode: Mode): DeviceTensor {
    if (this.#frozen === null || this.takes === 'features') return this.#network.forward(input, mode);
    const features = this.#frozen.forward(input, 'inference');
    const logits = this.#network.forward(features, mode);
    this.#tf.release(features);
    return logits;
  }

  /** Hands the batch to `work` in portions, with the position of each one's first row. */
  #inPortions(
    batch: Float32Array,
    count: number,
    shape: readonly number[],
    work: (input: DeviceTensor, from: number) => void,
  ): void {
    checkCount(batch, count, shape);
    const values = elementCount(shape);
    for (let from = 0; from < count; from += this.#predictionPortion) {
      const to = Math.min(count, from + this.#predictionPortion);
      const input = this.#upload(batch.subarray(from * values, to * values), to - from, shape);
      work(input, from);
      this.#tf.release(input);
    }
  }

  #upload(batch: Float32Array, count: number, shape: readonly number[]): DeviceTensor {
    checkCount(batch, count, shape);
    return this.#tf.upload([count, ...shape], batch);
  }
}

function checkCount(batch: Float32Array, count: number, shape: readonly number[]): void {
  const expected = count * elementCount(shape);
  if (batch.length === expected) return;
  throw new AppError(
    'bad-input',
    `Expected ${expected} values for ${count} images (${formatShape(shape)} each), got ${batch.length}.`,
  );
}

function nothingFrozen(): never {
  throw new AppError('internal', 'Expected a network with frozen stages; nothing is frozen in this one.');
}
