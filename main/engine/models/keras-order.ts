/** The order of layers in a Keras functional model, which is the order of its weights in files. */

/**
 * Layers by falling depth (the longest way to the output); within one depth, in the order in which a walk from the output meets
 * them that follows each layer's inputs in turn, as deep as they go. `layers`: every layer after its inputs, the output last.
 */
export function kerasOrder<L extends { name: string; inputs: readonly string[] }>(layers: readonly L[]): L[] {
  const byName = new Map(layers.map((layer) => [layer.name, layer]));
  const depths = new Map<string, number>();
  for (const { name, inputs } of layers.toReversed()) {
    const depth = depths.get(name) ?? 0;
    depths.set(name, depth);
    for (const input of inputs) depths.set(input, Math.max(depth + 1, depths.get(input) ?? 0));
  }
  const met = new Map<string, number>();
  const walk = (name: string) => {
    // The image is no layer.
    const layer = byName.get(name);
    if (layer === undefined || met.has(name)) return;
    met.set(name, met.size);
    for (const input of layer.inputs) walk(input);
  };
  walk((layers.at(-1) as L).name);
  const place = ({ name }: L) => [depths.get(name) as number, met.get(name) as number] as const;
  return layers.toSorted((a, b) => {
    const [[depthA, metA], [depthB, metB]] = [place(a), place(b)];
    return depthB - depthA || metA - metB;
  });
}
