/** Inception-v3 with the layers, names and order of Keras Applications. */
import { MODEL_NAMES } from '../../../shared/study/models.ts';
import type { Graph, KernelSides, Padding } from '../graph/definition.ts';
import { kerasOrder } from './keras-order.ts';
import { LayerList } from './layer-list.ts';
import type { ModelDefinition } from './model.ts';

const STEM = ['stem1', 'stem2', 'stem3', 'stem4', 'stem5'];
const MIXED = Array.from({ length: 11 }, (_, index) => `mixed${index}`);

export const INCEPTION: ModelDefinition = {
  id: 'inception-v3',
  name: MODEL_NAMES['inception-v3'],
  family: 'inception',
  architecture: '5 convolutions of 3x3 and 1x1, then 11 mixed blocks, widths 256 to 2048',
  stages: [...STEM, ...MIXED],
  base: null,
  paperParameters: 22881424,
  paperNote: 'The paper’s figure matches no way of counting that could be found; its CBR rule gives 21,760,512.',
  graph: inceptionGraph,
};

/** One convolution of a branch: filters, kernel, and what differs from stride 1 and SAME. */
type Step = [filters: number, height: number, width: number, halve?: 'halve'];

class InceptionList extends LayerList {
  readonly #counts = new Map<string, number>();

  /** Keras's name of the next layer of a class: `conv2d`, `conv2d_1`, ... */
  #next(kind: string): string {
    const count = this.#counts.get(kind) ?? 0;
    this.#counts.set(kind, count + 1);
    return count === 0 ? kind : `${kind}_${count}`;
  }

  /** Convolution, batch norm without gamma, ReLU. */
  conv(input: string, filters: number, kernel: KernelSides, stride = 1, padding: Padding = 'same'): string {
    const settings = { kernel, filters, stride, padding, bias: false, initializer: 'glorot-uniform' } as const;
    this.add(this.#next('conv2d'), { kind: 'conv', ...settings }, [input]);
    const norm = this.#next('batch_normalization');
    this.add(norm, { kind: 'batch-norm', epsilon: 1e-3, momentum: 0.99, scale: false });
    return this.add(this.#next('activation'), { kind: 'relu' });
  }

  /** Convolutions one after the other. `halve`: stride 2 without padding. */
  branch(input: string, ...steps: Step[]): string {
    return steps.reduce(
      (from, [filters, height, width, halve]) =>
        halve ? this.conv(from, filters, [height, width], 2, 'valid') : this.conv(from, filters, [height, width]),
      input,
    );
  }

  halvingPool(input: string): string {
    return this.add(this.#next('max_pooling2d'), { kind: 'max-pool', size: 3, stride: 2, padding: 'valid' }, [input]);
  }

  averagePool(input: string): string {
    const name = this.#next('average_pooling2d');
    return this.add(name, { kind: 'average-pool', size: 3, stride: 1, padding: 'same' }, [input]);
  }

  join(inputs: string[], name = this.#next('concatenate')): string {
    return this.add(name, { kind: 'concat' }, inputs);
  }
}

function inceptionGraph(outputs: number): Graph {
  const list = new InceptionList();
  const { last: image } = list;
  addStem(list, image);
  [32, 64, 64].forEach((poolFilters, index) => addMixed35(list, `mixed${index}`, poolFilters));
  addFirstReduction(list);
  [128, 160, 160, 192].forEach((width, index) => addMixed17(list, `mixed${index + 4}`, width));
  addSecondReduction(list);
  ['mixed9', 'mixed10'].forEach((name, index) => addMixed8(list, name, `mixed9_${index}`));
  list.addHead({ pool: 'global_average_pooling2d', outputs });
  return { layers: kerasOrder(list.layers) };
}

function addStem(list: InceptionList, image: string): void {
  list.stage = 'stem1';
  list.conv(image, 32, [3, 3], 2, 'valid');
  list.stage = 'stem2';
  list.conv(list.last, 32, [3, 3], 1, 'valid');
  list.stage = 'stem3';
  list.conv(list.last, 64, [3, 3]);
  list.halvingPool(list.last);
  list.stage = 'stem4';
  list.conv(list.last, 80, [1, 1], 1, 'valid');
  list.stage = 'stem5';
  list.conv(list.last, 192, [3, 3], 1, 'valid');
  list.halvingPool(list.last);
}

/** mixed0..2: 35 x 35 cells of a 299 px image. */
function addMixed35(list: InceptionList, name: string, poolFilters: number): void {
  const input = list.last;
  list.stage = name;
  const branches = [
    list.branch(input, [64, 1, 1]),
    list.branch(input, [48, 1, 1], [64, 5, 5]),
    list.branch(input, [64, 1, 1], [96, 3, 3], [96, 3, 3]),
    list.branch(list.averagePool(input), [poolFilters, 1, 1]),
  ];
  list.join(branches, name);
}

function addFirstReduction(list: InceptionList): void {
  const input = list.last;
  list.stage = 'mixed3';
  const branches = [
    list.branch(input, [384, 3, 3, 'halve']),
    list.branch(input, [64, 1, 1], [96, 3, 3], [96, 3, 3, 'halve']),
    list.halvingPool(input),
  ];
  list.join(branches, 'mixed3');
}

/** mixed4..7: 17 x 17 cells; 7x7 convolutions as 1x7 and 7x1 ones. */
function addMixed17(list: InceptionList, name: string, width: number): void {
  const input = list.last;
  list.stage = name;
  const branches = [
    list.branch(input, [192, 1, 1]),
    list.branch(input, [width, 1, 1], [width, 1, 7], [192, 7, 1]),
    list.branch(input, [width, 1, 1], [width, 7, 1], [width, 1, 7], [width, 7, 1], [192, 1, 7]),
    list.branch(list.averagePool(input), [192, 1, 1]),
  ];
  list.join(branches, name);
}

function addSecondReduction(list: InceptionList): void {
  const input = list.last;
  list.stage = 'mixed8';
  const branches = [
    list.branch(input, [192, 1, 1], [320, 3, 3, 'halve']),
    list.branch(input, [192, 1, 1], [192, 1, 7], [192, 7, 1], [192, 3, 3, 'halve']),
    list.halvingPool(input),
  ];
  list.join(branches, 'mixed8');
}

/** mixed9 and mixed10: 8 x 8 cells; two branches fork once more. */
function addMixed8(list: InceptionList, name: string, forkName: string): void {
  const input = list.last;
  list.stage = name;
  const fork = (from: string) => [list.branch(from, [384, 1, 3]), list.branch(from, [384, 3, 1])];
  const narrow = list.branch(input, [320, 1, 1]);
  const forked = list.join(fork(list.branch(input, [384, 1, 1])), forkName);
  const deepForked = list.join(fork(list.branch(input, [448, 1, 1], [384, 3, 3])));
  const pooled = list.branch(list.averagePool(input), [192, 1, 1]);
  list.join([narrow, forked, deepForked, pooled], name);
}
