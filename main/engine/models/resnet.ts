/** ResNet-50 with the layers, names and order of Keras Applications, and its relatives. */
import { MODEL_NAMES, type ModelId } from '../../../shared/study/models.ts';
import type { Graph, KernelSides, Padding } from '../graph/definition.ts';
import { kerasOrder } from './keras-order.ts';
import { LayerList } from './layer-list.ts';
import type { ModelDefinition } from './model.ts';

/** Bottleneck widths of block1..4 (a block's output has four times as many channels) and residual units in each. */
const WIDTHS = [64, 128, 256, 512];
const UNITS = [3, 4, 6, 3];

interface Variant {
  widths: readonly number[];
  /** Where a unit that halves the image does so: Keras (and the first paper) in its first 1x1 convolution, "v1.5" in its 3x3 one. */
  strideIn: '1x1' | '3x3';
  batchNorm: { epsilon: number; momentum: number };
}

const KERAS: Variant = { widths: WIDTHS, strideIn: '1x1', batchNorm: { epsilon: 1.001e-5, momentum: 0.99 } };
/** torchvision's epsilon and momentum; its 0.1 is the share of the batch, Keras's 0.9 that of the past. */
const V15: Variant = { widths: WIDTHS, strideIn: '3x3', batchNorm: { epsilon: 1e-5, momentum: 0.9 } };
const SLIM: Variant = { ...KERAS, widths: [64, 128, 128, 256] };

const STAGES = ['conv1', 'block1', 'block2', 'block3', 'block4'];

function define(
  variant: Variant,
  description: Pick<ModelDefinition, 'id' | 'architecture' | 'paperParameters' | 'paperNote'> & {
    base?: ModelId;
  },
): ModelDefinition {
  return {
    family: 'resnet',
    name: MODEL_NAMES[description.id],
    stages: STAGES,
    base: null,
    ...description,
    graph: (outputs) => resnetGraph(variant, outputs),
  };
}

export const RESNETS: readonly ModelDefinition[] = [
  define(KERAS, {
    id: 'resnet50',
    architecture: '7x7, then 16 bottleneck units, widths 256 512 1024 2048',
    paperParameters: 23570408,
    paperNote: 'The paper’s figure matches no way of counting that could be found; its CBR rule gives 23,455,744.',
  }),
  define(SLIM, {
    id: 'resnet50-slim',
    architecture: '7x7, then 16 bottleneck units, widths 256 512 512 1024',
    base: 'resnet50',
    paperParameters: null,
    paperNote:
      'Figures 8 and 20 of the paper use it; it gives no count. block3 and block4 have half of ResNet-50’s channels.',
  }),
  define(V15, {
    id: 'resnet50-v15',
    architecture: 'ResNet-50 with its strides in the 3x3 convolutions, as in torchvision',
    paperParameters: null,
    paperNote: 'Not in the paper: here so that weights of torchvision and timm can be used.',
  }),
];

function resnetGraph({ widths, strideIn, batchNorm }: Variant, outputs: number): Graph {
  const list = new LayerList();

  /** Convolution and batch norm, named as Keras names them: `NAME_conv`, `NAME_bn`. */
  const normalised = (
    name: string,
    input: string,
    conv: { kernel: KernelSides; filters: number; stride: number; padding: Padding },
  ): string => {
    list.add(`${name}_conv`, { kind: 'conv', ...conv, bias: true, initializer: 'glorot-uniform' }, [input]);
    return list.add(`${name}_bn`, { kind: 'batch-norm', ...batchNorm, scale: true });
  };

  const unit = (name: string, width: number, { stride, project }: { stride: number; project: boolean }): string => {
    const input = list.last;
    const pointwise = (filters: number, step: number) =>
      ({ kernel: [1, 1], filters, stride: step, padding: 'valid' }) as const;
    const shortcut = project ? normalised(`${name}_0`, input, pointwise(4 * width, stride)) : input;
    const [firstStride, secondStride] = strideIn === '1x1' ? [stride, 1] : [1, stride];
    normalised(`${name}_1`, input, pointwise(width, firstStride));
    const narrowed = list.add(`${name}_1_relu`, { kind: 'relu' });
    // One cell on each side is SAME where the stride is 1, and torchvision's padding where it is 2.
    const padding = secondStride === 1 ? 'same' : 1;
    normalised(`${name}_2`, narrowed, { kernel: [3, 3], filters: width, stride: secondStride, padding });
    const filtered = list.add(`${name}_2_relu`, { kind: 'relu' });
    const widened = normalised(`${name}_3`, filtered, pointwise(4 * width, 1));
    list.add(`${name}_add`, { kind: 'add' }, [shortcut, widened]);
    return list.add(`${name}_out`, { kind: 'relu' });
  };

  list.stage = 'conv1';
  normalised('conv1', list.last, { kernel: [7, 7], filters: 64, stride: 2, padding: 3 });
  list.add('conv1_relu', { kind: 'relu' });
  list.add('pool1_pool', { kind: 'max-pool', size: 3, stride: 2, padding: 1 });
  widths.forEach((width, index) => {
    list.stage = `block${index + 1}`;
    for (let n = 1; n <= (UNITS[index] as number); n++) {
      const first = n === 1;
      unit(`conv${index + 2}_block${n}`, width, { stride: first && index > 0 ? 2 : 1, project: first });
    }
  });
  list.addHead({ pool: 'avg_pool', outputs });
  return { layers: kerasOrder(list.layers) };
}
