import { MODEL_NAMES, type ModelId, type WeightSetSummary } from '../../../../shared/models.ts';

export type Fit = { ok: true } | { ok: false; reason: string };

/** A weight set belongs to one model: a study that uses it can have no other. */
export function fitsAll(weights: Pick<WeightSetSummary, 'model'>, models: readonly ModelId[]): Fit {
  const others = models.filter((model) => model !== weights.model);
  if (others.length === 0) return { ok: true };
  const names = others.map((model) => MODEL_NAMES[model]).join(', ');
  return { ok: false, reason: `fits ${MODEL_NAMES[weights.model]} only, and this study also has ${names}` };
}
