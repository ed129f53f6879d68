/** Where the tensors of a finished run came from: what the run stored by name, with the stages and shapes of its model. */
import { modelIdSchema } from '../../../shared/study/models.ts';
import type { RunSummary } from '../../../shared/run/run.ts';
import type { TensorOrigin } from '../../../shared/weights/tensor-origins.ts';
import { parameterSpecs } from '../../engine/graph/definition.ts';
import { MODELS } from '../../engine/models/catalogue.ts';

/** In the model's order; empty while the run has no result. `outputs` is the size of its classifier. */
export function tensorOrigins(run: Pick<RunSummary, 'model' | 'result'>, outputs: number): TensorOrigin[] {
  if (run.result === null) return [];
  const { provenance, frozenStages } = run.result;
  return parameterSpecs(MODELS[modelIdSchema.parse(run.model)].graph(outputs)).flatMap(({ name, stage, shape }) => {
    const origin = provenance[name];
    return origin === undefined ? [] : [{ name, stage, shape, origin, frozen: frozenStages.includes(stage) }];
  });
}
