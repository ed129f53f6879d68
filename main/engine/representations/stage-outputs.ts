/** Where in a running network the outputs of its stages are to be had. */
import { AppError } from '../../../shared/system/errors.ts';
import { HEAD_STAGE, type Graph, type Layer } from '../graph/definition.ts';

/** The output of a stage: that of a layer as it runs, rectified first where the running order has the ReLU later. */
export interface StageTap {
  stage: string;
  layer: string;
  rectify: boolean;
}

/** The layers below the head, in order: all that representations are made of. */
export const bodyOf = (graph: Graph): Graph => ({ layers: graph.layers.filter(({ stage }) => stage !== HEAD_STAGE) });

/** The layer of `stage` that later stages (or the head) read. @throws AppError `internal` where it is not exactly one. */
export function stageOutput(graph: Graph, stage: string): Layer {
  const own = graph.layers.filter((layer) => layer.stage === stage);
  const read = new Set(graph.layers.flatMap((layer) => (layer.stage === stage ? [] : layer.inputs)));
  const [output, ...others] = own.filter(({ name }) => read.has(name));
  if (output === undefined || others.length > 0) {
    throw new AppError(
      'internal',
      `Expected stage ${stage} to have one output, found ${others.length === 0 ? 0 : others.length + 1}.`,
    );
  }
  return output;
}

/**
 * How to see each stage's output while `running` (the graph's layers as they are reordered to run) computes. Reordering only
 * ever swaps a ReLU with the max pool behind it (`graph/reorder.ts`): the pool's output is then what the ReLU gives, and the
 * ReLU's output is to be had from what the pool reads.
 */
export function stageTaps(graph: Graph, stages: readonly string[], running: readonly Layer[]): StageTap[] {
  return stages.map((stage) => {
    const output = stageOutput(graph, stage);
    const now = running.find(({ name }) => name === output.name);
    if (now === undefined) throw new AppError('internal', `The layer ${output.name} does not run.`);
    if (output.kind === 'max-pool') {
      const relu = running.find(
        ({ name, kind, inputs }) => kind === 'relu' && name === output.inputs[0] && inputs[0] === output.name,
      );
      if (relu !== undefined) return { stage, layer: relu.name, rectify: false };
    }
    if (output.kind === 'relu' && now.inputs[0] !== output.inputs[0]) {
      const pool = running.find(({ name }) => name === now.inputs[0]);
      const source = pool?.inputs[0];
      if (pool?.kind === 'max-pool' && source !== undefined) return { stage, layer: source, rectify: true };
    }
    return { stage, layer: output.name, rectify: false };
  });
}
