/** What the paper reports for the arms of a template. Other patients, cameras and labels: for reading, never for a test. */
import { formatCount } from '../words/numbers.ts';
import type { Init, ModelId } from '../study/models.ts';
import type { TrainSize } from '../study/study.ts';
import type { TemplateId } from './template-ids.ts';
import { TABLE_1, TABLE_2, TABLE_3, TABLE_3_CONV1, TABLE_4, type Printed } from './paper-numbers.ts';
import { studyTemplate } from './templates.ts';

export interface PaperNumber {
  /** As fractions: 0.964. */
  auc: number;
  /** Over the paper's runs; null where it prints none. */
  sd: number | null;
  /** `Table 3, 5,000 images`. */
  where: string;
}

/** The heading of every column with these numbers. */
export const PAPER_COLUMN = 'Paper (its own data)';
export const PAPER_CAUTION =
  'The paper’s figures are test AUCs on its own images: fundus photographs graded for referable diabetic retinopathy, or chest x-rays of CheXpert. Patients, cameras, labels and amounts of data are others. They are printed for orientation; no statistical comparison with them is made, and none would be valid.';

/** What of a study decides whether the paper has a number for an arm of it. */
export interface PaperContext {
  /** Its own training-set sizes: the smallest stands for the paper's smallest, and so on. */
  trainSizes: readonly TrainSize[];
  /** Of the dataset. */
  modality: string;
  endpoint: { name: string; headline: boolean };
}

/** Whether the paper prints a number for any arm of these models in this template. */
export function hasPaperNumbers(template: TemplateId, models: readonly ModelId[]): boolean {
  const tables: Partial<Record<TemplateId, object | undefined>> = {
    'table-1': TABLE_1,
    'table-2': TABLE_2['Atelectasis'],
    'table-3': TABLE_3,
    'table-4': { resnet50: TABLE_4 },
  };
  return models.some((model) => paperModel(model) in (tables[template] ?? {}));
}

/** ResNet-50 v1.5 differs from the paper's only in where the stride sits. */
const paperModel = (model: ModelId): ModelId => (model === 'resnet50-v15' ? 'resnet50' : model);

/** The paper's AUC for an arm of a study that was made from `template`; null where it prints none. */
export function paperNumber(
  template: TemplateId,
  arm: { model: ModelId; init: Init; trainSize: TrainSize },
  { trainSizes, modality, endpoint }: PaperContext,
): PaperNumber | null {
  if (modality !== studyTemplate(template).modality || !endpoint.headline) return null;
  const size = paperSize(template, arm.trainSize, trainSizes);
  if (size === undefined) return null;
  const printed = printedOf(template, { model: paperModel(arm.model), init: arm.init, size, finding: endpoint.name });
  if (printed === null) return null;
  const at = size === null ? '' : `, ${formatCount(size)} images`;
  const fraction = (percent: number): number => Math.round(percent * 100) / 10_000;
  return {
    auc: fraction(printed.mean),
    sd: printed.sd === null ? null : fraction(printed.sd),
    where: `${studyTemplate(template).shows}${at}`,
  };
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

function printedOf(
  template: TemplateId,
  { model, init, size, finding }: { model: ModelId; init: Init; size: number | null; finding: string },
): Printed | null {
  if ('freeze' in init && init.freeze !== undefined) return null;
  const start = init.kind === 'mean-var' && init.bn !== 'identity' ? null : init.kind;
  const plain = start === 'random' || start === 'transfer' ? start : null;
  if (template === 'table-1') return (plain && TABLE_1[model]?.[plain]) ?? null;
  if (template === 'table-2') return (plain && TABLE_2[finding]?.[model]?.[plain]) ?? null;
  if (template === 'table-3') {
    const firstLayer = model === 'resnet50' && init.kind === 'transfusion' && init.upto === 'conv1';
    return firstLayer ? TABLE_3_CONV1 : ((plain && TABLE_3[model]?.[plain]) ?? null);
  }
  if (template !== 'table-4' || model !== 'resnet50' || size === null) return null;
  return plain !== null || start === 'mean-var' ? (TABLE_4[size]?.[plain ?? 'mean-var'] ?? null) : null;
}
