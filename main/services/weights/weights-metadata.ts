import type { WeightSetSummary } from '../../../shared/study/models.ts';

/** What a file of a weight set says about itself, in its header; {@link readWeightFile} reads it again. */
export const weightMetadata = (
  set: Pick<WeightSetSummary, 'model' | 'normalisation' | 'outputs' | 'synthetic' | 'licenceNote'>,
): Record<string, string> => ({
  format: 'transfusion-weights-1',
  model: set.model,
  normalisation: set.normalisation,
  ...(set.outputs.length > 0 ? { outputs: JSON.stringify(set.outputs) } : {}),
  synthetic: String(set.synthetic),
  licence: set.licenceNote,
});
