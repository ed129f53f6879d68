/** A template of the study wizard on the chosen data. Pure. */
import type { DatasetDetail } from '../../../shared/dataset/dataset.ts';
import { AppError } from '../../../shared/system/errors.ts';
import type { ModelInfo, WeightSetSummary } from '../../../shared/study/models.ts';
import {
  buildTemplate,
  PAPER_SEEDS,
  SMALL_SCALE,
  type TemplateStudy,
} from '../../../shared/templates/template-study.ts';
import { chooseWeights, type TemplateChoice } from '../../../shared/templates/template-weights.ts';
import { studyTemplate, type StudyTemplate, type TemplateScale } from '../../../shared/templates/templates.ts';
import type { TemplateInput } from './study-input.ts';

export type TemplateOutcome = ({ ok: true } & TemplateStudy) | { ok: false; message: string; action: string };

/** Sets that were removed from the library since they were chosen count as not chosen. */
export function templateChoices(
  { id, scale, weights }: Pick<TemplateInput, 'id' | 'scale' | 'weights'>,
  models: readonly ModelInfo[],
  sets: readonly WeightSetSummary[],
): TemplateChoice[] {
  const there = Object.entries(weights).filter(
    ([model, name]) => name === null || sets.some((set) => set.name === name && set.model === model),
  );
  return chooseWeights({ template: studyTemplate(id), scale, models, sets, weights: Object.fromEntries(there) });
}

export function templateStudy(
  { id, scale }: Pick<TemplateInput, 'id' | 'scale'>,
  { id: dataset, modality, splits }: Pick<DatasetDetail, 'id' | 'modality' | 'splits'>,
  choices: readonly TemplateChoice[],
): TemplateOutcome {
  const trainImages = splits.find(({ split }) => split === 'train')?.images ?? 0;
  try {
    const data = { dataset, modality, trainImages };
    return { ok: true, ...buildTemplate({ template: studyTemplate(id), scale, choices, data }) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { ok: false, message: error.message, action: error.action ?? '' };
  }
}

/** Arms and runs of a template with all its models. */
export function templateCosts(
  template: StudyTemplate,
  scale: TemplateScale,
  models: readonly ModelInfo[],
): { arms: number; seeds: number; runs: number } {
  const used = models.filter(({ id }) => template.models[scale].includes(id));
  const perSize = used.reduce((sum, model) => sum + 1 + template.inits(model).length, 0);
  const arms = perSize * (template.sizes?.length ?? 1);
  const seeds = (scale === 'small' ? SMALL_SCALE.seeds : PAPER_SEEDS).length;
  return { arms, seeds, runs: arms * seeds };
}
