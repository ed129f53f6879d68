/** Saliency against finite differences of the network's own predictions; occlusion on a made-up model. */
import { describe, expect, it } from 'vitest';
import { endpointLogOddsGradient } from '../../../main/analysis/study/endpoint-gradient.ts';
import { endpointScore } from '../../../main/analysis/study/endpoints.ts';
import { foldBatchNorm } from '../../../main/engine/explain/fold-batch-norm.ts';
import { inputGradient, poolSaliency } from '../../../main/engine/explain/input-gradient.ts';
import { occlude, type OcclusionOptions } from '../../../main/engine/explain/occlusion.ts';
import { parameterSpecs, type Graph } from '../../../main/engine/graph/definition.ts';
import { cbrGraph } from '../../../main/engine/models/cbr.ts';
import { MODELS } from '../../../main/engine/models/catalogue.ts';
import { elementCount } from '../../../main/engine/tensors.ts';
import { loadTensorFlow } from '../../../main/engine/tf.ts';
import { headProbabilities, type Head } from '../../../main/engine/train/loss.ts';
import { createGraphTrainer } from '../../../main/engine/train/trainer.ts';
import type { Endpoint } from '../../../shared/dataset/dataset.ts';
import { branchedGraph, paddedGraph, someImages, someTensors } from './support/networks.ts';

const OUTPUTS = 3;
const CASES: [name: string, graph: Graph, size: number, head: Head, score: Endpoint['score']][] = [
  ['CBR', cbrGraph({ kernelSize: 3, widths: [4, 6], poolAfterLast: true, outputs: OUTPUTS }), 12, 'sigmoid', 'share'],
  ['branches and biases', branchedGraph(OUTPUTS), 10, 'softmax', 'share'],
  ['padding, batch norm without gamma', paddedGraph(OUTPUTS), 41, 'sigmoid', 'probability'],
];

describe.each(CASES)('%s', (_, graph, size, head, score) => {
  const tensors = someTensors(graph);
  const image = someImages(1, size);
  const positiveOutputs = score === 'share' ? [1, 2] : [1];
  const endpoint: Endpoint = { id: 'e', name: 'e', positiveOutputs, score, headline: true };

  function predict(images: Float32Array, count: number): number[] {
    const trainer = createGraphTrainer({
      graph,
      outputs: OUTPUTS,
      head,
      optimizer: { kind: 'sgd', learningRate: 0, momentum: 0 },
      size,
      tensors,
    });
    const all = trainer.predict(images, count);
    trainer.dispose();
    return Array.from({ length: count }, (_, row) =>
      endpointScore(endpoint, all.subarray(row * OUTPUTS, (row + 1) * OUTPUTS)),
    );
  }

  it("is the gradient of the prediction's log odds, by central differences along several directions", () => {
    const { logits, gradient } = inputGradient({
      graph,
      tensors,
      size,
      image,
      weights: (found) => endpointLogOddsGradient(endpoint, head, headProbabilities(head, found, OUTPUTS)),
    });
    expect(endpointScore(endpoint, headProbabilities(head, logits, OUTPUTS))).toBeCloseTo(
      predict(image, 1)[0] as number,
      5,
    );
    const step = 1e-4;
    const directions = [11, 12, 13, 14].map((seed) => someImages(1, size, seed));
    const moved = new Float32Array(directions.length * 2 * image.length);
    directions.forEach((direction, index) => {
      for (const side of [0, 1]) {
        const sign = side === 0 ? 1 : -1;
        moved.set(
          image.map((value, at) => value + sign * step * (direction[at] as number)),
          (2 * index + side) * image.length,
        );
      }
    });
    const scores = predict(moved, directions.length * 2);
    const logOdds = (s: number): number => Math.log(s / (1 - s));
    const length = Math.hypot(...gradient);
    expect(length).toBeGreaterThan(0);
    directions.forEach((direction, index) => {
      const measured = (logOdds(scores[2 * index] as number) - logOdds(scores[2 * index + 1] as number)) / (2 * step);
      const expected = direction.reduce((sum, value, at) => sum + value * (gradient[at] as number), 0);
      // A kink of a ReLU or a maximum may lie between the two points.
      expect(Math.abs(measured - expected) / length).toBeLessThan(0.02);
    });
  });

  it('frees every tensor', () => {
    const tf = loadTensorFlow();
    const before = tf.liveTensors();
    inputGradient({ graph, tensors, size, image, weights: (logits) => new Float32Array(logits.length).fill(1) });
    expect(tf.liveTensors()).toBe(before);
  });
});

it('models of each family can be folded: no batch norm is left, and each in a convolution', () => {
  for (const model of [MODELS['cbr-tiny'], MODELS['resnet50-slim'], MODELS['inception-v3']]) {
    const graph = model.graph(2);
    const ones = parameterSpecs(graph).map((spec) => {
      return { ...spec, values: new Float32Array(elementCount(spec.shape)).fill(1) };
    });
    const folded = foldBatchNorm(graph, ones);
    expect(folded.graph.layers.filter(({ kind }) => kind === 'batch-norm')).toEqual([]);
    const convolutions = ({ layers }: Graph): number => layers.filter(({ kind }) => kind === 'conv').length;
    expect(convolutions(folded.graph)).toBe(convolutions(graph));
  }
});

describe('endpointLogOddsGradient', () => {
  const endpoint: Endpoint = { id: 'e', name: 'e', positiveOutputs: [0, 2], score: 'share', headline: true };
  it.each(['sigmoid', 'softmax'] as const)('%s: agrees with central differences', (head) => {
    const logits = Float32Array.of(0.3, -1.2, 0.8, 0.1);
    const odds = (values: Float32Array): number => {
      const s = endpointScore(endpoint, headProbabilities(head, values, 4));
      return Math.log(s / (1 - s));
    };
    const found = endpointLogOddsGradient(endpoint, head, headProbabilities(head, logits, 4));
    found.forEach((slope, output) => {
      const by = (step: number): Float32Array => logits.map((value, k) => (k === output ? value + step : value));
      expect(slope).toBeCloseTo((odds(by(0.01)) - odds(by(-0.01))) / 0.02, 3);
    });
  });
});

describe('occlusion', () => {
  const size = 16;
  /** Scores the mean of the first channel of the square with its upper left corner at (4, 8), side 4. */
  const scores: OcclusionOptions['scores'] = (images, count) =>
    Array.from({ length: count }, (_, row) => {
      let sum = 0;
      for (let y = 8; y < 12; y++) {
        for (let x = 4; x < 8; x++) sum += images[row * size * size * 3 + (y * size + x) * 3] as number;
      }
      return sum / 16;
    });

  it('finds the one cell that a made-up model looks at, whatever the batch', () => {
    const image = new Float32Array(size * size * 3).fill(1);
    for (const batch of [1, 5, 64]) {
      const steps = occlude({ image, size, cells: 4, patch: 4, colour: [0, 0, 0], scores, batch });
      const seen: number[] = [];
      let step = steps.next();
      for (; step.done !== true; step = steps.next()) seen.push(step.value);
      expect(step.value.score).toBe(1);
      expect(step.value.values.map((value, cell) => (value === 0 ? -1 : cell)).filter((cell) => cell >= 0)).toEqual([
        2 * 4 + 1,
      ]);
      expect(step.value.values[9]).toBe(1);
      expect(seen.at(-1)).toBe(16);
    }
    expect(image.every((value) => value === 1)).toBe(true);
  });
});

it('saliency is pooled over equal cells, of the strongest channel', () => {
  const gradient = new Float32Array(4 * 4 * 3);
  gradient[(3 * 4 + 2) * 3 + 1] = -8;
  gradient[(3 * 4 + 2) * 3 + 2] = 2;
  expect(poolSaliency(gradient, 4, 2)).toEqual([0, 0, 0, 2]);
});
