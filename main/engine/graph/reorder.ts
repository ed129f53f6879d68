/** Rewrites of a layer list that change the cost of a step and nothing else. */
import type { Layer } from './definition.ts';

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
