/** What the paper reports for the arms of a template. Other patients, cameras and labels: for reading, never for a test. */
import { formatCount } from '../words/numbers.ts';
import type { Init, ModelId } from '../study/models.ts';
import type { TrainSize } from '../study/study.ts';
import type { TemplateId } from './template-ids.ts';
import { studyTemplate } from './templates.ts';

export interface PaperNumber {
  /** As a fraction: 0.964. */
  auc: number;
  /** `Table 3, 5,000 images`. */
  where: string;
}

/** The heading of every column with these numbers. */
export const PAPER_COLUMN = 'Paper (Retina, their data)';
export const PAPER_CAUTION =
  'The paper’s figures are test AUCs for referable diabetic retinopathy on its own fundus photographs: other patients, cameras, labels and amounts of data. They are printed for orientation; no statistical comparison with them is made, and none would be valid.';

/** AUC in percent, from random weights and by transfer: Table 1 (Retina). */
const TABLE_1: Partial<Record<ModelId, readonly [random: number, transfer: number]>> = {
  resnet50: [96.4, 96.7],
  'inception-v3': [96.6, 96.7],
  'cbr-larget': [96.2, 96.2],
  'cbr-largew': [95.8, 95.8],
  'cbr-small': [95.7, 95.8],
  'cbr-tiny': [95.8, 95.8],
};

/** The same with 5,000 training images: Table 3. */
const TABLE_3: typeof TABLE_1 = { resnet50: [92.2, 94.6], 'cbr-larget': [93.6, 93.9], 'cbr-largew': [93.6, 93.7] };
const TABLE_3_CONV1 = 92.9;

/** ResNet-50 with mean-var weights at 10,000, 50,000 and 100,000 images: Table 4. */
const TABLE_4_MEAN_VAR = [94.4, 95.5, 95.8] as const;

/** Whether the paper prints a number for any arm of these models in this template. */
export function hasPaperNumbers(template: TemplateId, models: readonly ModelId[]): boolean {
  const table = { 'table-1': TABLE_1, 'table-3': TABLE_3, 'table-4': { resnet50: TABLE_4_MEAN_VAR } };
  const printed: object = template in table ? table[template as keyof typeof table] : {};
  return models.some((model) => paperModel(model) in printed);
}

/** ResNet-50 v1.5 differs from the paper's only in where the stride sits. */
function paperModel(model: ModelId): ModelId {
  return model === 'resnet50-v15' ? 'resnet50' : model;
}

/**
 * The paper's AUC for an arm of a study that was made from `template`; null where it prints none, or for another endpoint than the
 * headline of fundus photographs.
 * @param study its own training-set sizes: the smallest stands for the paper's smallest, and so on
 */
export function paperNumber(
  template: TemplateId,
  arm: { model: ModelId; init: Init; trainSize: TrainSize },
  study: { trainSizes: readonly TrainSize[]; modality: string; headline: boolean },
): PaperNumber | null {
  if (study.modality !== 'fundus' || !study.headline) return null;
  const model = paperModel(arm.model);
  const size = paperSize(template, arm.trainSize, study.trainSizes);
  if (size === undefined) return null;
  const percent = percentOf(template, model, arm.init, size);
  if (percent === null) return null;
  const at = size === null ? '' : `, ${formatCount(size)} images`;
  return { auc: Math.round(percent * 10) / 1000, where: `${studyTemplate(template).shows}${at}` };
}

/** The number of images that an arm's size stands for: null for all, undefined where the paper has no such size. */
function paperSize(template: TemplateId, size: TrainSize, sizes: readonly TrainSize[]): number | null | undefined {
  const nominal = studyTemplate(template).sizes;
  if (nominal === null) return size === 'all' ? null : undefined;
  if (size !== 'all' && nominal.includes(size)) return size;
  if (sizes.length !== nominal.length) return undefined;
  const rank = (value: TrainSize): number => (value === 'all' ? Infinity : value);
  return nominal[[...sizes].sort((a, b) => rank(a) - rank(b)).indexOf(size)];
}

function percentOf(template: TemplateId, model: ModelId, init: Init, size: number | null): number | null {
  if ((init.kind === 'random' || init.kind === 'transfer') && init.freeze === undefined) {
    const table = template === 'table-1' ? TABLE_1 : template === 'table-3' ? TABLE_3 : {};
    return table[model]?.[init.kind === 'random' ? 0 : 1] ?? null;
  }
  if (model !== 'resnet50') return null;
  if (template === 'table-3' && init.kind === 'transfusion' && init.upto === 'conv1' && init.freeze === undefined) {
    return TABLE_3_CONV1;
  }
  if (template !== 'table-4' || init.kind !== 'mean-var' || init.bn !== 'identity') return null;
  const index = (studyTemplate(template).sizes ?? []).indexOf(size ?? -1);
  return TABLE_4_MEAN_VAR[index] ?? null;
}
