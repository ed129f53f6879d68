/** Runs a network on images and keeps a sample of every stage's output. */
import { AppError } from '../../../shared/system/errors.ts';
import type { Activations } from '../../platform/linear-algebra.ts';
import type { ModelId } from '../../../shared/study/models.ts';
import { IMAGE_CHANNELS, parameterSpecs } from '../graph/definition.ts';
import { Network } from '../graph/network.ts';
import { runtimeLayers } from '../graph/reorder.ts';
import { MODELS } from '../models/catalogue.ts';
import { largestActivation } from '../models/cost.ts';
import { relu } from '../ops/elementwise.ts';
import type { NamedTensor } from '../tensors.ts';
import { loadTensorFlow, type DeviceTensor, type Tf } from '../tf.ts';
import { Parameters } from '../train/parameters.ts';
import type { StageSampling } from '../../../shared/similarity/similarity.ts';
import { drawChannels, drawPositions, type Draw } from './sampling.ts';
import { bodyOf, stageTaps, type StageTap } from './stage-outputs.ts';

/** What one network answers in one stage. */
export interface StageActivations {
  sampling: StageSampling;
  /** neurons x datapoints; datapoints in the order of the images, then of the places. */
  activations: Activations;
  /** Names the images in their order, the places and the channels. Two samples are comparable when it is the same. */
  sample: string;
}

export interface CollectOptions {
  model: ModelId;
  /** All tensors below the head; the head is not needed. */
  tensors: readonly NamedTensor[];
  size: number;
  /** What names each image, in the order of the draw; as many as the stage that looks at most of them. */
  images: readonly string[];
  /** Writes the normalised pixels (size x size x 3) of the `index`-th image to `out` from `offset` on. */
  readImage(index: number, out: Float32Array, offset: number): void;
  plan: readonly StageSampling[];
  draw: Draw;
  /** Called after each portion of images. */
  onImages?(done: number, total: number): void;
}

/** Portions are small enough that no activation is larger than this. */
const PORTION_BYTES = 64 * 2 ** 20;
const MOST_IMAGES_AT_ONCE = 16;

/**
 * One {@link StageActivations} for each stage of the plan. Inference mode, so that images do not influence each other. Memory: the
 * sample, the network, and the activations of a few images at a time.
 * @throws AppError `bad-input` where the tensors do not fit the model or there are fewer images than the plan needs
 */
export function collectActivations(options: CollectOptions, tf = loadTensorFlow()): StageActivations[] {
  const { model, images, plan, draw, size } = options;
  const graph = MODELS[model].graph(1);
  const body = bodyOf(graph);
  const needed = Math.max(...plan.map((stage) => stage.images));
  if (images.length < needed) {
    throw new AppError('bad-input', `Expected ${needed} images, got ${images.length}.`);
  }
  const taps = stageTaps(
    graph,
    plan.map(({ stage }) => stage),
    runtimeLayers(body.layers),
  );
  const collectors = plan.map((sampling, index) => new Collector(sampling, taps[index] as StageTap, draw));
  const parameters = new Parameters(tf, parameterSpecs(body), bodyTensors(body, options.tensors));
  try {
    const network = new Network(tf, body, parameters);
    const portion = Math.max(
      1,
      Math.min(MOST_IMAGES_AT_ONCE, Math.floor(PORTION_BYTES / largestActivation(body, size))),
    );
    const pixels = size * size * IMAGE_CHANNELS;
    for (let from = 0; from < needed; from += portion) {
      const count = Math.min(portion, needed - from);
      const batch = new Float32Array(count * pixels);
      for (let i = 0; i < count; i++) options.readImage(from + i, batch, i * pixels);
      watchBatch({ tf, network, collectors, batch, from, count, size });
      options.onImages?.(from + count, needed);
    }
  } finally {
    parameters.dispose();
  }
  return collectors.map((collector) => ({
    sampling: collector.sampling,
    activations: collector.activations,
    sample: JSON.stringify([
      draw.seed,
      draw.repeat,
      size,
      collector.sampling,
      images.slice(0, collector.sampling.images),
    ]),
  }));
}

/** @throws AppError `internal` where two networks did not see the same images in the same order, or other places or channels */
export function assertSameSample(a: StageActivations, b: StageActivations): void {
  if (a.sample === b.sample) return;
  throw new AppError(
    'internal',
    `Expected both networks' activations of ${a.sampling.stage} on the same images in the same order; they differ (stage ${b.sampling.stage}).`,
    { action: 'Compute the similarity again.' },
  );
}

function watchBatch(params: {
  tf: Tf;
  network: Network;
  collectors: readonly Collector[];
  batch: Float32Array;
  from: number;
  count: number;
  size: number;
}): void {
  const { tf, network, collectors, batch, from, count, size } = params;
  const input = tf.upload([count, size, size, IMAGE_CHANNELS], batch);
  const output = network.forward(input, 'inference', (layer, tensor) => {
    for (const collector of collectors) {
      if (collector.tap.layer === layer && from < collector.sampling.images) {
        collector.take(download(tf, tensor, collector.tap), from, count);
      }
    }
  });
  tf.release(input, output);
}

function download(tf: Tf, tensor: DeviceTensor, { rectify }: StageTap): Float32Array {
  if (!rectify) return tf.download(tensor);
  const rectified = relu(tf, tensor);
  const values = tf.download(rectified);
  tf.release(rectified);
  return values;
}

/** Fills one stage's sample, a portion of images at a time. */
class Collector {
  readonly sampling: StageSampling;
  readonly tap: StageTap;
  readonly activations: Activations;
  readonly #draw: Draw;
  readonly #channels: readonly number[];

  constructor(sampling: StageSampling, tap: StageTap, draw: Draw) {
    const { neurons, datapoints } = sampling;
    this.sampling = sampling;
    this.tap = tap;
    this.#draw = draw;
    this.#channels = drawChannels(draw, sampling);
    this.activations = { neurons, datapoints, values: new Float32Array(neurons * datapoints) };
  }

  /** `output`: count x height x width x channels. */
  take(output: Float32Array, from: number, count: number): void {
    const { images, positions, height, width, channels, datapoints } = this.sampling;
    const { values } = this.activations;
    for (let i = 0; i < count && from + i < images; i++) {
      drawPositions(this.#draw, this.sampling, from + i).forEach((position, place) => {
        const source = (i * height * width + position) * channels;
        const column = (from + i) * positions + place;
        this.#channels.forEach((channel, neuron) => {
          values[neuron * datapoints + column] = output[source + channel] as number;
        });
      });
    }
  }
}

/** The tensors of the layers below the head, in their order. `Parameters` refuses what does not fit, by name. */
function bodyTensors(body: ReturnType<typeof bodyOf>, tensors: readonly NamedTensor[]): NamedTensor[] {
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  return parameterSpecs(body).flatMap(({ name }) => byName.get(name) ?? []);
}
