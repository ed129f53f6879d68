/** Trains one network: the object that a run holds. Synchronous; runs in any thread. */
import { AppError } from '../../../shared/errors.ts';
import type { ModelId } from '../../../shared/models.ts';
import type { Optimizer } from '../../../shared/protocol.ts';
import { IMAGE_CHANNELS, parameterSpecs, type Graph } from '../graph/definition.ts';
import { Network } from '../graph/network.ts';
import { MODELS } from '../models/catalogue.ts';
import { largestActivation } from '../models/cost.ts';
import { elementCount, type NamedTensor } from '../tensors.ts';
import { loadTensorFlow, type DeviceTensor, type Tf } from '../tf.ts';
import { headLoss, headProbabilities, type Head, type HeadLoss } from './loss.ts';
import { createOptimizer, type OptimizerState } from './optimizer.ts';
import { Parameters } from './parameters.ts';

export interface StepResult {
  /** Before the update, in training mode; mean over the known labels (sigmoid) or rows (softmax), 0 where none is. */
  loss: number;
  /** How many labels or rows that was. */
  known: number;
}

export interface Gradients extends StepResult {
  /** batch x outputs, training mode. */
  probabilities: Float32Array;
  /** One per trainable tensor, in the network's order. */
  gradients: NamedTensor[];
}

export interface Trainer {
  /**
   * One update. `images`: batch x size x size x 3, NHWC, normalised; `labels`: batch x outputs, NaN = unknown.
   * @throws AppError `run-failed` when the loss or an activation is not a finite number; the trainable tensors are then as
   * before, the moving statistics are lost.
   */
  trainStep(images: Float32Array, labels: Float32Array, learningRate: number): StepResult;
  /** count x outputs probabilities, inference mode. Any count: it works in portions. */
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
  optimizer: Optimizer;
  /** Image side in pixels. */
  size: number;
  /** Initial values, one per tensor of the graph, in its order. */
  tensors: readonly NamedTensor[];
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
  readonly #tf: Tf;
  readonly #options: GraphTrainerOptions;
  readonly #parameters: Parameters;
  readonly #network: Network;
  readonly #optimizer: OptimizerState;
  readonly #imageValues: number;
  readonly #predictionPortion: number;

  constructor(tf: Tf, options: GraphTrainerOptions) {
    const { graph, optimizer, size, tensors } = options;
    const specs = parameterSpecs(graph);
    this.#tf = tf;
    this.#options = options;
    this.#parameters = new Parameters(tf, specs, tensors);
    this.#network = new Network(tf, graph, this.#parameters);
    this.#optimizer = createOptimizer(
      tf,
      optimizer,
      specs.filter(({ trainable }) => trainable),
    );
    this.#imageValues = size * size * IMAGE_CHANNELS;
    this.#predictionPortion = Math.max(1, Math.floor(PREDICTION_BYTES / largestActivation(graph, size)));
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
    const gradients = parameterSpecs(this.#options.graph)
      .filter(({ trainable }) => trainable)
      .map(({ name, role, stage, shape }) => ({ name, role, stage, shape, values: found.get(name) as Float32Array }));
    return { loss: result.loss, known: result.known, probabilities: result.probabilities, gradients };
  }

  predict(images: Float32Array, count: number): Float32Array {
    this.#countImages(images, count);
    const { outputs, head } = this.#options;
    const probabilities = new Float32Array(count * outputs);
    for (let from = 0; from < count; from += this.#predictionPortion) {
      const to = Math.min(count, from + this.#predictionPortion);
      const input = this.#upload(images.subarray(from * this.#imageValues, to * this.#imageValues), to - from);
      const logits = this.#network.forward(input, 'inference');
      probabilities.set(headProbabilities(head, this.#tf.download(logits), outputs), from * outputs);
      this.#tf.release(input, logits);
    }
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
    const { outputs, head } = this.#options;
    const tf = this.#tf;
    const batch = labels.length / outputs;
    if (!Number.isInteger(batch) || batch === 0) {
      throw new AppError('bad-input', `Expected ${outputs} labels an image, got ${labels.length} labels in all.`);
    }
    this.#countImages(images, batch);
    const input = this.#upload(images, batch);
    const logits = this.#network.forward(input, 'training');
    const result = headLoss(head, tf.download(logits), labels, outputs);
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

  #upload(images: Float32Array, count: number): DeviceTensor {
    const { size } = this.#options;
    return this.#tf.upload([count, size, size, IMAGE_CHANNELS], images);
  }

  #countImages(images: Float32Array, count: number): void {
    const shape = [count, this.#options.size, this.#options.size, IMAGE_CHANNELS];
    if (images.length !== elementCount(shape)) {
      throw new AppError(
        'bad-input',
        `Expected ${elementCount(shape)} values for ${count} images of ${this.#options.size} px, got ${images.length}.`,
      );
    }
  }
}
