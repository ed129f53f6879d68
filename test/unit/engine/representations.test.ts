import type { StageSampling } from '../../../shared/similarity/similarity.ts';
import { describe, expect, it } from 'vitest';
import { IMAGE, parameterSpecs, type Graph } from '../../../main/engine/graph/definition.ts';
import { Network } from '../../../main/engine/graph/network.ts';
import { runtimeLayers } from '../../../main/engine/graph/reorder.ts';
import { MODELS } from '../../../main/engine/models/catalogue.ts';
import { minimumSize } from '../../../main/engine/models/cost.ts';
import { assertSameSample, collectActivations } from '../../../main/engine/representations/activations.ts';
import {
  drawChannels,
  drawImages,
  drawPositions,
  planSampling,
} from '../../../main/engine/representations/sampling.ts';
import { bodyOf, stageOutput, stageTaps } from '../../../main/engine/representations/stage-outputs.ts';
import { loadTensorFlow } from '../../../main/engine/tf.ts';
import { Parameters } from '../../../main/engine/train/parameters.ts';
import { MODEL_IDS, type ModelId } from '../../../shared/study/models.ts';
import { someImages, someTensors } from './support/networks.ts';

const draw = { seed: 5, repeat: 1 };

function collect(
  model: ModelId,
  overrides: { images?: string[]; patches?: number; size?: number; neurons?: number } = {},
) {
  const { stages } = MODELS[model];
  const graph = MODELS[model].graph(1);
  const size = overrides.size ?? Math.max(32, minimumSize(graph));
  const images = overrides.images ?? ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];
  const pixels = someImages(images.length, size);
  const tensors = someTensors(MODELS[model].graph(3));
  const { patches = 1e9, neurons = 6 } = overrides;
  const plan = planSampling({ graph, stages, size, available: images.length, patches, neurons });
  const values = size * size * 3;
  const samples = collectActivations({
    model,
    tensors,
    size,
    images,
    readImage: (index, out, offset) => out.set(pixels.subarray(index * values, (index + 1) * values), offset),
    plan,
    draw,
  });
  return { samples, plan, size, pixels, tensors, count: images.length };
}

/** The output of a stage by a network that ends there. */
function stageByItself(
  model: ModelId,
  stage: string,
  { pixels, size, tensors, count }: ReturnType<typeof collect>,
): Float32Array {
  const { stages } = MODELS[model];
  const graph = MODELS[model].graph(1);
  const kept = stages.slice(0, stages.indexOf(stage) + 1);
  const cut: Graph = { layers: graph.layers.filter((layer) => kept.includes(layer.stage)) };
  const last = cut.layers.findIndex(({ name }) => name === stageOutput(graph, stage).name);
  expect(last, `${stage} ends with its output`).toBe(cut.layers.length - 1);
  const tf = loadTensorFlow();
  const specs = parameterSpecs(cut);
  const parameters = new Parameters(
    tf,
    specs,
    specs.map(({ name }) => tensors.find((tensor) => tensor.name === name)!),
  );
  const input = tf.upload([count, size, size, 3], pixels);
  const output = new Network(tf, cut, parameters).forward(input, 'inference');
  const values = tf.download(output);
  tf.release(input, output);
  parameters.dispose();
  return values;
}

describe('collectActivations', () => {
  it.each(['cbr-tiny', 'cbr-larget', 'resnet50-slim'] as const)('gives the outputs of every stage of %s', (model) => {
    const collected = collect(model);
    expect(collected.samples.map(({ sampling }) => sampling.stage)).toEqual(MODELS[model].stages);
    const [first, last] = [MODELS[model].stages[0] as string, MODELS[model].stages.at(-1) as string];
    for (const stage of [first, last]) {
      const { sampling, activations } = collected.samples.find((sample) => sample.sampling.stage === stage)!;
      const whole = stageByItself(model, stage, collected);
      expect(whole).toHaveLength(sampling.datapoints * sampling.channels);
      drawChannels(draw, sampling).forEach((channel, neuron) => {
        for (let point = 0; point < sampling.datapoints; point++) {
          const got = activations.values[neuron * sampling.datapoints + point] as number;
          const expected = whole[point * sampling.channels + channel] as number;
          if (Math.abs(got - expected) > 1e-4 * Math.max(1, Math.abs(expected))) expect(got).toBe(expected);
        }
      });
    }
  });

  it('draws places of each image, and the same for every network', () => {
    const { samples, plan } = collect('cbr-tiny', {
      patches: 20,
      neurons: 3,
      images: Array.from({ length: 40 }, (_, i) => `i${i}`),
    });
    const whole = collect('cbr-tiny', { neurons: 3, images: Array.from({ length: 40 }, (_, i) => `i${i}`) });
    const [sample, all] = [samples[0]!, whole.samples[0]!];
    const [sampling] = plan as [StageSampling];
    expect(sampling).toMatchObject({ images: 32, positions: 1, datapoints: 32, neurons: 3 });
    const places = sampling.height * sampling.width;
    for (let image = 0; image < sampling.images; image++) {
      const [position] = drawPositions(draw, sampling, image) as [number];
      expect(sample.activations.values[image]).toBeCloseTo(
        all.activations.values[image * places + position] as number,
        5,
      );
    }
  });

  it('knows which samples may be compared', () => {
    const [a] = collect('cbr-tiny', { patches: 500 }).samples;
    const [same] = collect('cbr-tiny', { patches: 500 }).samples;
    const [swapped] = collect('cbr-tiny', {
      patches: 500,
      images: ['b', 'a', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'],
    }).samples;
    expect(() => assertSameSample(a!, same!)).not.toThrow();
    expect(() => assertSameSample(a!, swapped!)).toThrow('same images in the same order');
  });

  it('names the tensor that does not fit, and leaves no tensor behind', () => {
    const { stages } = MODELS['cbr-tiny'];
    const graph = MODELS['cbr-tiny'].graph(1);
    const tf = loadTensorFlow();
    collect('cbr-tiny');
    const before = tf.liveTensors();
    collect('cbr-tiny');
    const plan = planSampling({ graph, stages, size: 32, available: 10, patches: 100, neurons: 2 });
    const run = (tensors = someTensors(graph), images = Array.from({ length: 10 }, (_, i) => `i${i}`)) =>
      collectActivations({ model: 'cbr-tiny', tensors, size: 32, images, readImage: () => undefined, plan, draw });
    expect(() => run(someTensors(graph).slice(1))).toThrow('Expected "conv1/kernel"');
    expect(() => run(undefined, ['a'])).toThrow('Expected 10 images, got 1.');
    expect(tf.liveTensors()).toBe(before);
  });
});

describe('stage outputs', () => {
  it('are one tensor in every model', () => {
    for (const model of MODEL_IDS) {
      const { stages } = MODELS[model];
      const graph = MODELS[model].graph(1);
      for (const stage of stages) expect(stageOutput(graph, stage).stage).toBe(stage);
      const running = runtimeLayers(bodyOf(graph).layers);
      for (const tap of stageTaps(graph, stages, running)) {
        expect(running.find(({ name }) => name === tap.layer)?.stage, model).toBe(tap.stage);
      }
    }
  });

  it('are found where pooling is done before rectifying', () => {
    const layers: Graph['layers'] = [
      { kind: 'relu', name: 'relu', stage: 'first', inputs: [IMAGE] },
      { kind: 'max-pool', name: 'pool', stage: 'second', inputs: ['relu'], size: 2, stride: 2, padding: 'same' },
      { kind: 'relu', name: 'last', stage: 'third', inputs: ['pool'] },
      { kind: 'global-average-pool', name: 'gap', stage: 'head', inputs: ['last'] },
    ];
    const running = runtimeLayers(layers);
    expect(running.map(({ name }) => name)).toEqual(['pool', 'relu', 'last', 'gap']);
    expect(stageTaps({ layers }, ['first', 'second', 'third'], running)).toEqual([
      { stage: 'first', layer: IMAGE, rectify: true },
      { stage: 'second', layer: 'relu', rectify: false },
      { stage: 'third', layer: 'last', rectify: false },
    ]);
  });
});

describe('planSampling', () => {
  const { stages } = MODELS['cbr-tiny'];
  const graph = MODELS['cbr-tiny'].graph(1);
  const plan = (options: { size: number; available: number; patches: number; neurons: number }) =>
    planSampling({ graph, stages, ...options });

  it('takes p / (h w) images with all places', () => {
    const last = plan({ size: 64, available: 1000, patches: 1600, neurons: 50 }).at(-1);
    expect(last).toMatchObject({ stage: 'block4', height: 4, width: 4, images: 100, positions: 16, datapoints: 1600 });
  });

  it('takes some places of more images where maps are large', () => {
    const [first] = plan({ size: 64, available: 1000, patches: 1600, neurons: 50 });
    expect(first).toMatchObject({ height: 32, width: 32, channels: 32, images: 32, positions: 50, neurons: 32 });
  });

  it('takes what there is, and fewer neurons for it', () => {
    const last = plan({ size: 64, available: 5, patches: 1600, neurons: 50 }).at(-1);
    expect(last).toMatchObject({ images: 5, positions: 16, datapoints: 80, neurons: 8 });
  });

  it('refuses a handful of values', () => {
    expect(() => plan({ size: 16, available: 4, patches: 1600, neurons: 50 })).toThrow('from 4 images');
  });
});

describe('draws', () => {
  const sampling: StageSampling = {
    ...{ stage: 's', height: 8, width: 8, channels: 64, images: 10, positions: 7, neurons: 5, datapoints: 70 },
  };

  it('are different numbers in range, and differ from repeat to repeat', () => {
    for (const numbers of [drawImages(draw, 10, 50), drawChannels(draw, sampling), drawPositions(draw, sampling, 3)]) {
      expect(new Set(numbers).size).toBe(numbers.length);
      expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...numbers)).toBeLessThan(64);
    }
    expect(drawImages(draw, 10, 50)).toEqual(drawImages(draw, 10, 50));
    expect(drawImages(draw, 10, 50)).not.toEqual(drawImages({ ...draw, repeat: 2 }, 10, 50));
    expect(drawPositions(draw, sampling, 3)).not.toEqual(drawPositions(draw, sampling, 4));
  });

  it('treat all numbers alike', () => {
    const counts = new Array<number>(10).fill(0);
    for (let repeat = 0; repeat < 2000; repeat++) {
      for (const image of drawImages({ seed: 0, repeat }, 3, 10)) counts[image] = (counts[image] ?? 0) + 1;
    }
    // 600 expected each, standard deviation 20.
    for (const count of counts) expect(Math.abs(count - 600)).toBeLessThan(100);
  });
});
