/** How the logits of one image react to its pixels, in inference mode. */
import { AppError } from '../../../shared/system/errors.ts';
import { IMAGE_CHANNELS, parameterSpecs, type Graph } from '../graph/definition.ts';
import { Network } from '../graph/network.ts';
import type { NamedTensor } from '../tensors.ts';
import { loadTensorFlow } from '../tf.ts';
import { Parameters } from '../train/parameters.ts';
import { foldBatchNorm } from './fold-batch-norm.ts';

export interface InputGradient {
  logits: Float32Array;
  /** size x size x 3: d (weights . logits) / d pixel, in units of the normalised input. */
  gradient: Float32Array;
}

/**
 * @param params `image`: size x size x 3, normalised. `weights`: given the logits, what is differentiated: one weight a logit.
 * @throws AppError `runtime-missing`, or `bad-input` where the tensors do not fit the graph
 */
export function inputGradient(
  params: {
    graph: Graph;
    tensors: readonly NamedTensor[];
    size: number;
    image: Float32Array;
    weights: (logits: Float32Array) => Float32Array;
  },
  tf = loadTensorFlow(),
): InputGradient {
  const { size, image } = params;
  const { graph, tensors } = foldBatchNorm(params.graph, params.tensors);
  const parameters = new Parameters(tf, parameterSpecs(graph), tensors);
  try {
    const network = new Network(tf, graph, parameters, { inputGradient: true });
    const input = tf.upload([1, size, size, IMAGE_CHANNELS], image);
    // Without batch norm this mode differs from inference only in that it keeps what the backward pass needs.
    const output = network.forward(input, 'training');
    tf.release(input);
    const logits = tf.download(output);
    tf.release(output);
    const seed = tf.upload([1, logits.length], params.weights(logits));
    const found = network.backward(seed, (_, gradient) => tf.release(gradient));
    tf.release(seed);
    if (found === null) throw new AppError('internal', 'Expected a gradient of the image, got none.');
    const gradient = tf.download(found);
    tf.release(found);
    return { logits, gradient };
  } finally {
    parameters.dispose();
  }
}

/** Mean over each of cells x cells equal cells of the largest absolute gradient among the three channels. */
export function poolSaliency(gradient: Float32Array, size: number, cells: number): number[] {
  const sums = new Float64Array(cells * cells);
  const counts = new Uint32Array(cells * cells);
  for (let y = 0; y < size; y++) {
    const row = Math.floor((y * cells) / size) * cells;
    for (let x = 0; x < size; x++) {
      const at = (y * size + x) * IMAGE_CHANNELS;
      const cell = row + Math.floor((x * cells) / size);
      let largest = 0;
      for (let c = 0; c < IMAGE_CHANNELS; c++) largest = Math.max(largest, Math.abs(gradient[at + c] as number));
      (sums[cell] as number) += largest;
      (counts[cell] as number)++;
    }
  }
  return Array.from(sums, (sum, cell) => sum / Math.max(1, counts[cell] as number));
}
