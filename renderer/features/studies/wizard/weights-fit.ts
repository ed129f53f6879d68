import { MODEL_NAMES, type ModelInfo, type WeightSetSummary } from '../../../../shared/study/models.ts';
import { transfusionStages } from '../../../state/studies/init-choices.ts';

/** Whether every chosen model can start from a weight set: as a whole, or in its first stages only (transfusion). */
export interface Fit {
  whole: boolean;
  /** Stages up to which all models can keep its weights. */
  stages: string[];
  /** Why not as a whole; empty where it fits. */
  reason: string;
}

/** A weight set belongs to one model; slim models take its first stages. */
export function fitOf(set: Pick<WeightSetSummary, 'model'>, models: readonly ModelInfo[]): Fit {
  const stages = transfusionStages(models, set);
  const others = models.filter(({ id }) => id !== set.model).map(({ id }) => MODEL_NAMES[id]);
  if (others.length === 0) return { whole: true, stages, reason: '' };
  const own = `fits ${MODEL_NAMES[set.model]} only, and this study also has ${others.join(', ')}`;
  const last = stages.at(-1);
  return { whole: false, stages, reason: last === undefined ? own : `${own}: transfusion up to ${last} is possible` };
}

export const usable = ({ whole, stages }: Fit): boolean => whole || stages.length > 0;
