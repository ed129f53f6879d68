/**
 * Which images, places and channels a comparison of representations looks at: Appendix C of the paper. The channels of a stage's
 * output are neurons, every place of its map in every image is a datapoint; of both a part is drawn, several times over. Pure.
 */
import { AppError } from '../../../shared/system/errors.ts';
import type { StageSampling } from '../../../shared/similarity/similarity.ts';
import { RandomStream } from '../../../shared/system/random.ts';
import { layerShapes, type Graph, type LayerShape } from '../graph/definition.ts';
import { stageOutput } from './stage-outputs.ts';

/** A stage with large maps is seen in so many images at least; fewer places are then drawn in each. */
const LEAST_IMAGES = 32;
/** With fewer datapoints a neuron, chance alone makes sets look alike; fewer neurons are then drawn. */
export const LEAST_DATAPOINTS_PER_NEURON = 10;

/**
 * The paper's rule: for p patches of h x w maps, n = p / (h w) images with all their places. Where that would be fewer than
 * {@link LEAST_IMAGES}, so many images are taken, with p / n places drawn in each.
 * @throws AppError `bad-input` where there are too few images for any stage to be compared
 */
export function planSampling(params: {
  graph: Graph;
  stages: readonly string[];
  /** Image side in pixels. */
  size: number;
  /** Images that there are. */
  available: number;
  /** p: datapoints aimed at. */
  patches: number;
  /** d: neurons at most. */
  neurons: number;
}): StageSampling[] {
  const { graph, stages, size, available, patches } = params;
  const shapes = layerShapes(graph, size);
  return stages.map((stage) => {
    const { height, width, channels } = shapes.get(stageOutput(graph, stage).name) as LayerShape;
    const places = height * width;
    const wanted = Math.ceil(patches / places);
    const images = Math.min(available, Math.max(wanted, LEAST_IMAGES));
    const positions = wanted >= images ? places : Math.min(places, Math.ceil(patches / images));
    const datapoints = images * positions;
    const neurons = Math.min(channels, params.neurons, Math.floor(datapoints / LEAST_DATAPOINTS_PER_NEURON));
    if (neurons < 1) {
      throw new AppError(
        'bad-input',
        `Expected at least ${LEAST_DATAPOINTS_PER_NEURON} datapoints to compare stage ${stage}, got ${datapoints} from ${available} images.`,
        { action: 'Use a dataset with more test images.' },
      );
    }
    return { stage, height, width, channels, images, positions, neurons, datapoints };
  });
}

/** One draw of several; networks that are compared share it. */
export interface Draw {
  seed: number;
  repeat: number;
}

/** Indices of `count` of `available` images, in the order in which all networks see them. */
export function drawImages({ seed, repeat }: Draw, count: number, available: number): number[] {
  const stream = new RandomStream(seed, 'cca-images', repeat);
  const chosen = choose(count, available, stream);
  // A stage looks at the first of them: so their order has to be random too.
  for (let i = chosen.length - 1; i > 0; i--) {
    const j = stream.integer(i + 1);
    [chosen[i], chosen[j]] = [chosen[j] as number, chosen[i] as number];
  }
  return chosen;
}

/** Channels, ascending. */
export function drawChannels({ seed, repeat }: Draw, { stage, neurons, channels }: StageSampling): number[] {
  return choose(neurons, channels, new RandomStream(seed, 'cca-channels', repeat, stage));
}

/** Places (row-major) in the `image`-th image of the draw, ascending. */
export function drawPositions({ seed, repeat }: Draw, sampling: StageSampling, image: number): number[] {
  const { stage, positions, height, width } = sampling;
  return choose(positions, height * width, new RandomStream(seed, 'cca-positions', repeat, stage, image));
}

/** `count` different numbers below `total`, ascending, every set equally likely (Floyd's algorithm). */
function choose(count: number, total: number, stream: RandomStream): number[] {
  if (count >= total) return Array.from({ length: total }, (_, index) => index);
  const chosen = new Set<number>();
  for (let last = total - count; last < total; last++) {
    const candidate = stream.integer(last + 1);
    chosen.add(chosen.has(candidate) ? last : candidate);
  }
  return [...chosen].sort((a, b) => a - b);
}
