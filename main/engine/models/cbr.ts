/** The paper's CBR family (Appendix A): blocks of convolution, batch norm, ReLU and max pooling, then one dense layer. */
import type { ModelId } from '../../../shared/models.ts';
import { HEAD_STAGE, IMAGE, type Graph, type Layer } from '../graph/definition.ts';

export interface ModelDefinition {
  id: ModelId;
  name: string;
  kernelSize: number;
  widths: number[];
  /** Stages below the head, from the image up: what transfusion, freezing and CCA name. */
  stages: string[];
  /** "Parameters" in Table 1; null where the paper's table has no such model. */
  paperParameters: number | null;
  graph(outputs: number): Graph;
}

interface CbrOptions {
  id: ModelId;
  name: string;
  kernelSize: number;
  widths: number[];
  /** CBR-LargeT has no pooling after its last block. */
  poolAfterLast?: boolean;
  paperParameters: number | null;
}

const BATCH_NORM = { epsilon: 1e-3, momentum: 0.99 };

export function defineCbr({ poolAfterLast = true, ...model }: CbrOptions): ModelDefinition {
  const { kernelSize, widths } = model;
  return {
    ...model,
    stages: widths.map((_, index) => `block${index + 1}`),
    graph: (outputs) => cbrGraph({ kernelSize, widths, poolAfterLast, outputs }),
  };
}

/** The graph of a CBR network of any widths. */
export function cbrGraph({
  kernelSize,
  widths,
  poolAfterLast,
  outputs,
}: {
  kernelSize: number;
  widths: readonly number[];
  poolAfterLast: boolean;
  outputs: number;
}): Graph {
  const layers: Layer[] = [];
  let previous = IMAGE;
  const push = (layer: Layer) => {
    layers.push(layer);
    previous = layer.name;
  };
  widths.forEach((filters, index) => {
    const n = index + 1;
    const stage = `block${n}`;
    const at = () => ({ stage, inputs: [previous] });
    push({ kind: 'conv', name: `conv${n}`, ...at(), kernelSize, filters, stride: 1, bias: false });
    push({ kind: 'batch-norm', name: `bn${n}`, ...at(), ...BATCH_NORM });
    push({ kind: 'relu', name: `relu${n}`, ...at() });
    if (poolAfterLast || n < widths.length) {
      push({ kind: 'max-pool', name: `pool${n}`, ...at(), size: 3, stride: 2 });
    }
  });
  push({ kind: 'global-average-pool', name: 'gap', stage: HEAD_STAGE, inputs: [previous] });
  push({ kind: 'dense', name: 'classifier', stage: HEAD_STAGE, inputs: [previous], units: outputs });
  return { layers };
}
