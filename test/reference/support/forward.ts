/** One inference pass of a graph, with a look at every layer. */
import { parameterSpecs, type Graph } from '../../../main/engine/graph/definition.ts';
import { Network } from '../../../main/engine/graph/network.ts';
import { headProbabilities } from '../../../main/engine/train/loss.ts';
import { Parameters } from '../../../main/engine/train/parameters.ts';
import { loadTensorFlow } from '../../../main/engine/tf.ts';

export interface ForwardPass {
  /** images x outputs. */
  probabilities: Float32Array;
  /** Output of each layer, by name. */
  layers: Map<string, Float32Array>;
}

/** `values`: one array per tensor of the graph, in its order. Images need not be square. */
export function forwardPass({
  graph,
  values,
  images,
  inputShape,
  outputs,
}: {
  graph: Graph;
  values: readonly Float32Array[];
  images: Float32Array;
  inputShape: readonly number[];
  outputs: number;
}): ForwardPass {
  const tf = loadTensorFlow();
  const specs = parameterSpecs(graph);
  const parameters = new Parameters(
    tf,
    specs,
    specs.map((spec, t) => ({ ...spec, values: values[t] ?? new Float32Array(0) })),
  );
  const network = new Network(tf, graph, parameters);
  const input = tf.upload(inputShape, images);
  const layers = new Map<string, Float32Array>();
  const logits = network.forward(input, 'inference', (layer, output) => layers.set(layer, tf.download(output)));
  const probabilities = headProbabilities('sigmoid', tf.download(logits), outputs);
  tf.release(input, logits);
  parameters.dispose();
  return { probabilities, layers };
}
