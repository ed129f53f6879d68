/** The paper's CBR family (Appendix A): blocks of convolution, batch norm, ReLU and max pooling, then one dense layer. */
import { MODEL_NAMES, type ModelId } from '../../../shared/study/models.ts';
import type { Graph } from '../graph/definition.ts';
import { LayerList } from './layer-list.ts';
import type { ModelDefinition } from './model.ts';

interface CbrOptions {
  id: ModelId;
  kernelSize: number;
  widths: number[];
  /** CBR-LargeT has no pooling after its last block. */
  poolAfterLast?: boolean;
  base?: ModelId;
  paperParameters: number | null;
  paperNote: string;
}

const BATCH_NORM = { epsilon: 1e-3, momentum: 0.99, scale: true };

export function defineCbr({ kernelSize, widths, poolAfterLast = true, base, ...rest }: CbrOptions): ModelDefinition {
  return {
    ...rest,
    name: MODEL_NAMES[rest.id],
    family: 'cbr',
    architecture: `${widths.length} blocks of ${kernelSize}x${kernelSize}, widths ${widths.join(' ')}`,
    stages: widths.map((_, index) => `block${index + 1}`),
    base: base ?? null,
    graph: (outputs) => cbrGraph({ kernelSize, widths, poolAfterLast, outputs }),
  };
}

/** The graph of a CBR network of any widths. */
export function cbrGraph(params: {
  kernelSize: number;
  widths: readonly number[];
  poolAfterLast: boolean;
  outputs: number;
}): Graph {
  const { kernelSize, widths, poolAfterLast, outputs } = params;
  const list = new LayerList();
  widths.forEach((filters, index) => {
    const n = index + 1;
    list.stage = `block${n}`;
    list.add(`conv${n}`, {
      kind: 'conv',
      kernel: [kernelSize, kernelSize],
      filters,
      stride: 1,
      padding: 'same',
      bias: false,
      initializer: 'he-normal',
    });
    list.add(`bn${n}`, { kind: 'batch-norm', ...BATCH_NORM });
    list.add(`relu${n}`, { kind: 'relu' });
    if (poolAfterLast || n < widths.length) {
      list.add(`pool${n}`, { kind: 'max-pool', size: 3, stride: 2, padding: 'same' });
    }
  });
  list.addHead({ pool: 'gap', outputs });
  return { layers: list.layers };
}
