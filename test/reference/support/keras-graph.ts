/** The graph of a reference network, from Keras's own description of it: any branches, and models inside models. */
import { HEAD_STAGE, IMAGE, type Graph, type Layer, type Padding } from '../../../main/engine/graph/definition.ts';
import { layerReferences } from '../../../main/engine/weights/tfjs-topology.ts';

export interface KerasLayer {
  class_name: string;
  name?: string;
  config: Record<string, unknown> & { name: string; layers?: KerasLayer[]; output_layers?: unknown };
  inbound_nodes?: unknown;
}

export interface KerasGraph {
  graph: Graph;
  /** Of the last layer: `sigmoid`, `softmax` or `linear`. */
  activation: string;
}

type Kind = Layer extends infer L ? (L extends Layer ? Omit<L, 'name' | 'stage' | 'inputs'> : never) : never;

/** @throws Error for a layer that this program has not */
export function graphOfKeras(model: KerasLayer): KerasGraph {
  const layers: Layer[] = [];
  /** Zeros that a layer adds around what it passes on. */
  const padded = new Map<string, number>();
  let activation = 'linear';

  function add(name: string, kind: Kind, inputs: string[]): string {
    const free = layers.some((layer) => layer.name === name) ? `${name}_${layers.length}` : name;
    layers.push({ ...kind, name: free, stage: 'body', inputs });
    return free;
  }

  /** Returns the layer whose output is the model's. */
  function addModel({ config }: KerasLayer, feeds: readonly string[], path = ''): string {
    const parts = config.layers ?? [];
    const nameOf = (layer: KerasLayer) => layer.name ?? layer.config.name;
    const names = new Set(parts.map(nameOf));
    const isGraph = parts.some(({ inbound_nodes: nodes }) => layerReferences(nodes, names).length > 0);
    const outputs = new Map<string, string>();
    let previous = feeds[0] as string;
    let inputsMet = 0;
    for (const part of parts) {
      const inputs = isGraph
        ? layerReferences(part.inbound_nodes, names).map((input) => outputs.get(input) as string)
        : [previous];
      if (part.class_name === 'InputLayer') previous = feeds[inputsMet++] ?? previous;
      else {
        const name = path + part.config.name;
        previous = part.config.layers
          ? addModel(part, inputs, `${name}/`)
          : addLayer({ ...part, config: { ...part.config, name } }, inputs);
      }
      outputs.set(nameOf(part), previous);
    }
    const [output] = layerReferences(config.output_layers, names);
    return output === undefined ? previous : (outputs.get(output) as string);
  }

  function addLayer({ class_name: kind, config }: KerasLayer, inputs: string[]): string {
    const [input = IMAGE] = inputs;
    const cells = padded.get(input);
    const around = (padding: unknown): Padding => cells ?? (padding as 'same' | 'valid');
    const from = cells === undefined ? inputs : [layers.find(({ name }) => name === input)?.inputs[0] ?? IMAGE];
    const side = (value: unknown): number => {
      const [height, width = height] = [value].flat(2) as number[];
      if (height !== width) throw new Error(`${config.name}: expected equal sides, found ${height} and ${width}.`);
      return height as number;
    };
    switch (kind) {
      case 'Conv2D': {
        const made = add(
          config.name,
          {
            ...{ kind: 'conv', kernel: config.kernel_size as [number, number], filters: config.filters as number },
            ...{ stride: side(config.strides), padding: around(config.padding), bias: config.use_bias === true },
            initializer: 'glorot-uniform',
          },
          from,
        );
        return activated(config, made);
      }
      case 'BatchNormalization': {
        const { epsilon, momentum, scale } = config as {
          epsilon: number;
          momentum: number;
          scale: boolean;
          name: string;
        };
        return add(config.name, { kind: 'batch-norm', epsilon, momentum, scale }, inputs);
      }
      case 'Dense':
        activation = config.activation as string;
        return activated(
          activation === 'relu' ? config : { ...config, activation: 'linear' },
          add(config.name, { kind: 'dense', units: config.units as number }, inputs),
        );
      case 'MaxPooling2D':
        return add(
          config.name,
          {
            kind: 'max-pool',
            size: side(config.pool_size),
            stride: side(config.strides),
            padding: around(config.padding),
          },
          from,
        );
      case 'AveragePooling2D':
        return add(
          config.name,
          {
            ...{ kind: 'average-pool', size: side(config.pool_size), stride: side(config.strides) },
            padding: config.padding as 'same' | 'valid',
          },
          inputs,
        );
      case 'ZeroPadding2D':
        padded.set(config.name, side(config.padding));
        return add(config.name, { kind: 'relu' }, inputs);
      case 'GlobalAveragePooling2D':
        return add(config.name, { kind: 'global-average-pool' }, inputs);
      case 'Add':
        return add(config.name, { kind: 'add' }, inputs);
      case 'Concatenate':
        return add(config.name, { kind: 'concat' }, inputs);
      case 'ReLU':
        return add(config.name, { kind: 'relu' }, inputs);
      case 'Activation':
        return activated(config, input);
      case 'Dropout':
      case 'Flatten':
      case 'SpatialDropout2D':
        return input;
      default:
        throw new Error(`${config.name}: this program has no ${kind}.`);
    }
  }

  function activated({ name, activation: kind }: KerasLayer['config'], input: string): string {
    if (kind === 'relu')
      return add(layers.some((layer) => layer.name === name) ? `${name}_relu` : name, { kind: 'relu' }, [input]);
    if (kind !== 'linear' && kind !== undefined) activation = kind as string;
    return input;
  }

  addModel(model, [IMAGE]);
  const used = layers.filter(({ name }) => !padded.has(name));
  return {
    graph: { layers: used.map((layer) => ({ ...layer, stage: isHead(layer, used) ? HEAD_STAGE : 'body' })) },
    activation,
  };
}

/** The graph with other names for its layers. */
export function renamed({ layers }: Graph, nameOf: (layer: string) => string): Graph {
  return { layers: layers.map((layer) => ({ ...layer, name: nameOf(layer.name), inputs: layer.inputs.map(nameOf) })) };
}

/** The last dense layer, and the mean before it. */
function isHead(layer: Layer, layers: readonly Layer[]): boolean {
  const head = layers.findLast(({ kind }) => kind === 'dense');
  return layer === head || (layer.kind === 'global-average-pool' && head?.inputs[0] === layer.name);
}

const CLASSES: [RegExp, string][] = [
  [/relu|^act/, 'ReLU'],
  [/gap|global/, 'GlobalAveragePooling2D'],
  [/max|pool/, 'MaxPooling2D'],
];

/** A description of a plain sequence, from the names of its layers and the shapes of their tensors, where Keras's own is not at hand. */
export function describeSequence(layerNames: readonly string[], shapes: ReadonlyMap<string, number[]>): KerasLayer {
  const layers = layerNames.flatMap((name): KerasLayer[] => {
    const kernel = shapes.get(`${name}/kernel`);
    const use_bias = shapes.has(`${name}/bias`);
    if (kernel?.length === 4) {
      const [height, width, , filters] = kernel;
      const config = { name, filters, kernel_size: [height, width], strides: 1, padding: 'same', use_bias };
      return [{ class_name: 'Conv2D', config }];
    }
    if (kernel) return [{ class_name: 'Dense', config: { name, units: kernel[1], activation: 'sigmoid' } }];
    if (shapes.has(`${name}/moving_mean`)) {
      const config = { name, epsilon: 1e-3, momentum: 0.99, scale: shapes.has(`${name}/gamma`) };
      return [{ class_name: 'BatchNormalization', config }];
    }
    const found = CLASSES.find(([words]) => words.test(name));
    return found ? [{ class_name: found[1], config: { name, pool_size: 2, strides: 2, padding: 'valid' } }] : [];
  });
  return { class_name: 'Sequential', config: { name: 'sequence', layers } };
}
