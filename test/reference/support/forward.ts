/** One inference pass of a graph, with a look at every layer. */
import { parameterSpecs, type Graph } from '../../../main/engine/graph/definition.ts';
import { Network } from '../../../main/engine/graph/network.ts';
import { Parameters } from '../../../main/engine/train/parameters.ts';
import { loadTensorFlow } from '../../../main/engine/tf.ts';

export interface ForwardPass {
  /** Of the last layer, row-major. */
  output: Float32Array;
  /** Output of each watched layer, by name; all layers where none is named. */
  layers: Map<string, Float32Array>;
}

/** `values`: one array per tensor of the graph, in its order. Images need not be square. */
export function forwardPass({
  graph,
  values,
  images,
  inputShape,
  watch,
}: {
  graph: Graph;
  values: readonly Float32Array[];
  images: Float32Array;
  inputShape: readonly number[];
  watch?: readonly string[];
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
  const last = network.forward(input, 'inference', (layer, value) => {
    if (!watch || watch.includes(layer)) layers.set(layer, tf.download(value));
  });
  const output = tf.download(last);
  tf.release(input, last);
  parameters.dispose();
  return { output, layers };
}
