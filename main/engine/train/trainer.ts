/** Trains one network: the object that a run holds. Synchronous; runs in any thread. */
import type { ModelId } from '../../../shared/study/models.ts';
import type { MovingStatistics, Optimizer } from '../../../shared/study/protocol.ts';
import type { ClassWeights } from '../../../shared/run/run.ts';
import { IMAGE_CHANNELS, parameterSpecs, type Graph } from '../graph/definition.ts';
import type { Mode } from '../graph/layer.ts';
import { Network } from '../graph/network.ts';
import { boundaryShape, splitGraph } from '../graph/split.ts';
import { MODELS } from '../models/catalogue.ts';
import { largestActivation } from '../models/cost.ts';
import { elementCount, type NamedTensor } from '../tensors.ts';
import { loadTensorFlow, type DeviceTensor, type Tf } from '../tf.ts';
import { inPortions, NetworkLearner, type Gradients, type Learner, type Learning, type StepResult } from './learner.ts';
import type { Head } from './loss.ts';
import { createOptimizer, type OptimizerState } from './optimizer.ts';
import { Parameters } from './parameters.ts';

/** The first stages of a network, whose weights stay as they are. */
export interface FrozenStages {
  /** What they make of one image: height x width x channels, or channels. */
  readonly featureShape: readonly number[];
  /** count x featureShape activations of images, inference mode. */
  features(images: Float32Array, count: number): Float32Array;
  /** The same training, given features in place of the images that they were made of. */
  readonly onFeatures: Learner;
}

/** Its steps and predictions take images, batch x size x size x 3. */
export interface Trainer extends Learner {
  /** Null where nothing is frozen. */
  readonly frozen: FrozenStages | null;
  /** Copies of all tensors, moving statistics included, in the model's order. */
  weights(): NamedTensor[];
  optimizerState(): NamedTensor[];
  /** Updates done, on images and features together. */
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
  /** How batch norm's moving statistics begin; absent: as Keras's do. */
  movingStatistics?: MovingStatistics;
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

/**
 * What a batch leaves of the moving statistics after `updates` updates: (1 + n)/(10 + n) until that exceeds the momentum, the rule that
 * TensorFlow's ExponentialMovingAverage has for it (`num_updates`). In a short run the statistics are then those of the last tenth of its batches,
 * with the weights as they are, where Keras's still hold what they started from; measured in docs/decisions/014.
 */
function warmUpMomentum(momentum: number, updates: number): number {
  return Math.min(momentum, (1 + updates) / (10 + updates));
}

class GraphTrainer implements Trainer {
  readonly frozen: FrozenStages | null;
  readonly #tf: Tf;
  readonly #parameters: Parameters;
  readonly #optimizer: OptimizerState;
  readonly #learning: Learning;
  readonly #onImages: Learner;

  constructor(tf: Tf, options: GraphTrainerOptions) {
    const { graph, outputs, head, classWeights, optimizer, size, tensors, frozenStages = [] } = options;
    const warmsUp = options.movingStatistics === 'warm-up';
    const specs = parameterSpecs(graph);
    const trained = specs.filter(({ trainable, stage }) => trainable && !frozenStages.includes(stage));
    this.#tf = tf;
    this.#parameters = new Parameters(tf, specs, tensors);
    this.#optimizer = createOptimizer(tf, optimizer, trained);
    const split = frozenStages.length === 0 ? null : splitGraph(graph, frozenStages);
    const network = new Network(tf, split?.trained ?? graph, this.#parameters, {
      ...(split === null ? {} : { input: split.boundary }),
      fuses: true,
      ...(warmsUp ? { keepsOfPast: (momentum) => warmUpMomentum(momentum, learning.updates) } : {}),
    });
    const learning: Learning = {
      ...{ tf, outputs, head, classWeights, network, trained, updates: 0 },
      portion: Math.max(1, Math.floor(PREDICTION_BYTES / largestActivation(graph, size))),
      beginUpdate: (learningRate) => {
        this.#optimizer.begin(learning.updates + 1, learningRate);
        return (name, gradient) => this.#optimizer.apply(name, this.#parameters.variable(name), gradient);
      },
    };
    this.#learning = learning;
    const imageShape = [size, size, IMAGE_CHANNELS];
    const top = (input: DeviceTensor, mode: Mode): DeviceTensor => network.forward(input, mode);
    if (split === null) {
      this.frozen = null;
      this.#onImages = new NetworkLearner(learning, imageShape, top);
      return;
    }
    const stages = new Network(tf, split.frozen, this.#parameters, { fuses: true });
    const featureShape = boundaryShape(graph, split.boundary, size);
    this.frozen = {
      featureShape,
      features(images, count) {
        const values = elementCount(featureShape);
        const features = new Float32Array(count * values);
        const { portion } = learning;
        inPortions({ tf, inputs: images, count, shape: imageShape, portion }, (input, from) => {
          const output = stages.forward(input, 'inference');
          features.set(tf.download(output), from * values);
          tf.release(output);
        });
        return features;
      },
      onFeatures: new NetworkLearner(learning, featureShape, top),
    };
    this.#onImages = new NetworkLearner(learning, imageShape, (input, mode) => {
      const features = stages.forward(input, 'inference');
      const logits = top(features, mode);
      tf.release(features);
      return logits;
    });
  }

  get updates(): number {
    return this.#learning.updates;
  }

  trainStep(images: Float32Array, labels: Float32Array, learningRate: number): StepResult {
    return this.#onImages.trainStep(images, labels, learningRate);
  }

  gradients(images: Float32Array, labels: Float32Array): Gradients {
    return this.#onImages.gradients(images, labels);
  }

  predict(images: Float32Array, count: number): Float32Array {
    return this.#onImages.predict(images, count);
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
    this.#learning.updates = updates;
  }

  tensorCount(): number {
    return this.#tf.liveTensors();
  }

  dispose(): void {
    this.#optimizer.dispose();
    this.#parameters.dispose();
  }
}
