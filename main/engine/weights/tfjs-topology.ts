/**
 * The layers of a TensorFlow.js model in Keras's order, from the `modelTopology` of its model.json: the converter writes weights in
 * any order (often by name, where `conv2d_10` comes before `conv2d_2`), and layers that are only numbered are told by their order.
 */
import { z } from 'zod';
import { kerasOrder } from '../models/keras-order.ts';

interface TopologyNode {
  name: string;
  inputs: string[];
  /** A model inside the model. */
  inner: string[] | null;
}

const layerSchema = z.object({
  name: z.string().optional(),
  config: z.looseObject({ name: z.string().optional() }),
  inbound_nodes: z.unknown().optional(),
});
const configSchema = z.object({ layers: z.array(layerSchema).max(5000), output_layers: z.unknown().optional() });
/** Sequential models of Keras before 2.2.3 are a bare list. */
const modelSchema = z.union([configSchema, z.array(layerSchema).max(5000).transform(sequence)]);
const topologySchema = z.union([
  z.object({ model_config: z.object({ config: modelSchema }) }).transform(({ model_config: model }) => model.config),
  z.object({ config: modelSchema }).transform(({ config }) => config),
]);
/** Of models in models, and of lists in lists. */
const MAX_DEPTH = 16;
type ModelConfig = z.infer<typeof modelSchema>;

/** Null where the topology tells no layers, or its layers form a circle. */
export function layersOfTopology(topology: unknown): string[] | null {
  const config = topologySchema.safeParse(topology);
  return config.success ? orderOf(config.data) : null;
}

function sequence(layers: z.infer<typeof layerSchema>[]): z.infer<typeof configSchema> {
  return { layers, output_layers: undefined };
}

function orderOf(config: ModelConfig, depth = 0): string[] | null {
  const nodes = depth > MAX_DEPTH ? null : nodesOf(config, depth);
  const sorted = nodes === null ? null : inputsFirst(nodes.byName, nodes.outputs);
  if (sorted === null) return null;
  const end: TopologyNode = { name: '', inputs: nodes?.outputs ?? [], inner: [] };
  return kerasOrder([...sorted, end]).flatMap(({ name, inner }) => inner ?? [name]);
}

function nodesOf(
  { layers, output_layers }: ModelConfig,
  depth: number,
): { byName: Map<string, TopologyNode>; outputs: string[] } | null {
  const names = new Set(layers.map(nameOf));
  const isGraph = layers.some((layer) => layerReferences(layer.inbound_nodes, names).length > 0);
  const byName = new Map<string, TopologyNode>();
  let previous: string[] = [];
  for (const layer of layers) {
    const name = nameOf(layer);
    const model = modelSchema.safeParse(layer.config);
    const inner = model.success ? orderOf(model.data, depth + 1) : null;
    if (model.success && inner === null) return null;
    byName.set(name, { name, inputs: isGraph ? layerReferences(layer.inbound_nodes, names) : previous, inner });
    previous = [name];
  }
  const outputs = layerReferences(output_layers, names);
  return { byName, outputs: outputs.length > 0 ? outputs : previous };
}

const nameOf = ({ name, config }: z.infer<typeof layerSchema>): string => name ?? config.name ?? '';

/** Layers that a value refers to: `[name, node, tensor, ...]`, however deep it lies (Keras 2 and 3 nest it differently). */
export function layerReferences(value: unknown, names: ReadonlySet<string>, depth = 0): string[] {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return [];
  const [name, node] = Array.isArray(value) ? (value as unknown[]) : [];
  if (typeof name === 'string' && typeof node === 'number') return names.has(name) ? [name] : [];
  return Object.values(value).flatMap((part) => layerReferences(part, names, depth + 1));
}

/** Every layer after its inputs; null for a circle. */
function inputsFirst(byName: ReadonlyMap<string, TopologyNode>, outputs: readonly string[]): TopologyNode[] | null {
  const sorted: TopologyNode[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const stack = outputs.toReversed();
  while (stack.length > 0) {
    const node = byName.get(stack.at(-1) as string) as TopologyNode;
    const before = state.get(node.name);
    if (before === undefined) {
      state.set(node.name, 'open');
      const missing = node.inputs.filter((input) => state.get(input) !== 'done');
      if (missing.some((input) => state.get(input) === 'open')) return null;
      stack.push(...missing.toReversed());
      continue;
    }
    stack.pop();
    if (before === 'done') continue;
    state.set(node.name, 'done');
    sorted.push(node);
  }
  return sorted;
}
