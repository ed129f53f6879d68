/** Rewrites of a layer list that change the cost of a step and nothing else. */
import type { Layer } from './definition.ts';

/**
 * The layers that run in place of `layers`: same names, same parameters, same result. `fuses`: the native ops of batch norm with
 * what follows it are there; what is between them is then never seen.
 */
export function runtimeLayers(layers: readonly Layer[], { fuses = false } = {}): Layer[] {
  const folded = foldBiases(layers);
  return fuseRelus(poolBeforeRelu(fuses ? fuseAdditions(fusePools(folded)) : folded));
}

/**
 * The bias of a convolution that only a batch norm reads is left to the batch norm. Normalising by the batch takes any constant
 * off again, so in training the bias changes nothing but the mean that the moving mean follows, and its gradient is exactly 0;
 * in inference it is taken off the moving mean. That saves two passes over each activation.
 */
export function foldBiases(layers: readonly Layer[]): Layer[] {
  const readers = Map.groupBy(
    layers.flatMap(({ name, inputs }) => inputs.map((input) => ({ input, name }))),
    ({ input }) => input,
  );
  const folded = new Map<string, string>();
  for (const layer of layers) {
    const source = layer.kind === 'batch-norm' ? layers.find(({ name }) => name === layer.inputs[0]) : undefined;
    if (source?.kind === 'conv' && source.bias && readers.get(source.name)?.length === 1) {
      folded.set(source.name, `${source.name}/bias`);
      folded.set(layer.name, `${source.name}/bias`);
    }
  }
  return layers.map((layer) => {
    const bias = folded.get(layer.name);
    if (bias === undefined) return layer;
    if (layer.kind === 'conv') return { ...layer, bias: false };
    return layer.kind === 'batch-norm' ? { ...layer, foldedBias: bias } : layer;
  });
}

/**
 * ReLU followed by max pooling becomes max pooling followed by ReLU wherever nothing else reads the ReLU. Both orders give
 * the same output and, where a gradient passes at all, the same gradient (max commutes with a non-decreasing function; a
 * window whose maximum is not positive passes none either way), and the ReLU then works on a quarter of the values.
 */
export function poolBeforeRelu(layers: readonly Layer[]): Layer[] {
  const readers = (name: string) => layers.filter(({ inputs }) => inputs.includes(name));
  const result: Layer[] = [];
  const renamed = new Map<string, string>();
  const moved = new Set<string>();
  for (const layer of layers) {
    if (moved.has(layer.name)) continue;
    const inputs = layer.inputs.map((name) => renamed.get(name) ?? name);
    const [reader, ...others] = readers(layer.name);
    if (layer.kind === 'relu' && reader?.kind === 'max-pool' && others.length === 0) {
      result.push({ ...reader, inputs }, { ...layer, inputs: [reader.name] });
      renamed.set(reader.name, layer.name);
      moved.add(reader.name);
    } else {
      result.push({ ...layer, inputs });
    }
  }
  return result;
}

/** A ReLU that alone reads a batch norm becomes part of it: one pass over the values less, and the batch norm's output is never stored. */
export function fuseRelus(layers: readonly Layer[]): Layer[] {
  const readers = (name: string) => layers.filter(({ inputs }) => inputs.includes(name));
  const norms = new Set<string>();
  const fused = new Map<string, Layer>();
  for (const layer of layers) {
    const [reader, ...others] = layer.kind === 'batch-norm' ? readers(layer.name) : [];
    if (layer.kind !== 'batch-norm' || reader?.kind !== 'relu' || others.length > 0) continue;
    norms.add(layer.name);
    fused.set(reader.name, { ...layer, name: reader.name, stage: reader.stage, rectify: true, tensors: layer.name });
  }
  return layers.filter(({ name }) => !norms.has(name)).map((layer) => fused.get(layer.name) ?? layer);
}

/** Batch norm, ReLU and 3 x 3 max pooling at stride 2, each read by the next alone, as one layer with the pooling's name. */
export function fusePools(layers: readonly Layer[]): Layer[] {
  const onlyReader = ({ name }: Layer): Layer | undefined => {
    const [reader, ...others] = layers.filter(({ inputs }) => inputs.includes(name));
    return others.length === 0 ? reader : undefined;
  };
  const gone = new Set<string>();
  const fused = new Map<string, Layer>();
  for (const norm of layers) {
    const relu = norm.kind === 'batch-norm' ? onlyReader(norm) : undefined;
    const pool = relu?.kind === 'relu' ? onlyReader(relu) : undefined;
    if (norm.kind !== 'batch-norm' || !relu || pool?.kind !== 'max-pool') continue;
    if (pool.size !== 3 || pool.stride !== 2 || pool.padding !== 'same') continue;
    gone.add(norm.name).add(relu.name);
    const { name, stage } = pool;
    fused.set(name, { ...norm, name, stage, rectify: true, pools: true, tensors: norm.name });
  }
  return layers.filter(({ name }) => !gone.has(name)).map((layer) => fused.get(layer.name) ?? layer);
}

/**
 * The end of a residual block: a batch norm, the addition of the other branch and the ReLU, each read by the next alone, as one
 * layer with the ReLU's name. Where both branches end in a batch norm, the one that comes last does the addition.
 */
export function fuseAdditions(layers: readonly Layer[]): Layer[] {
  const readers = (name: string) => layers.filter(({ inputs }) => inputs.includes(name));
  const gone = new Set<string>();
  const fused = new Map<string, Layer>();
  for (const addition of layers) {
    const [relu, ...others] = addition.kind === 'add' ? readers(addition.name) : [];
    if (relu?.kind !== 'relu' || others.length > 0 || addition.inputs.length !== 2) continue;
    const isEnd = (layer: Layer) => addition.inputs.includes(layer.name) && readers(layer.name).length === 1;
    const norm = layers.findLast((layer) => layer.kind === 'batch-norm' && isEnd(layer));
    const other = addition.inputs.find((name) => name !== norm?.name);
    if (norm?.kind !== 'batch-norm' || norm.rectify || other === undefined) continue;
    gone.add(norm.name).add(addition.name);
    const { name, stage } = relu;
    const inputs = [...norm.inputs, other];
    fused.set(name, { ...norm, name, stage, inputs, rectify: true, adds: true, tensors: norm.name });
  }
  return layers.filter(({ name }) => !gone.has(name)).map((layer) => fused.get(layer.name) ?? layer);
}
