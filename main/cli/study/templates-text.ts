/** Study templates as text. */
import { countOf, formatCount } from '../../../shared/words/numbers.ts';
import { MODEL_NAMES, type ModelId } from '../../../shared/study/models.ts';
import { hasPaperNumbers } from '../../../shared/templates/template-paper.ts';
import { whereToGet } from '../../../shared/templates/template-weights.ts';
import type { StudyTemplate, TemplateScale } from '../../../shared/templates/templates.ts';
import { formatTable } from '../output/output.ts';

export type DescribedTemplate = Pick<
  StudyTemplate,
  'id' | 'shows' | 'title' | 'answers' | 'look' | 'sizes' | 'leastSeeds'
> & {
  arms: number;
  /** `weights`: the library's set that is taken; null where there is none. */
  models: { model: ModelId; weightsOf: ModelId; weights: string | null }[];
};

export function templatesText(templates: readonly DescribedTemplate[], scale: TemplateScale): string {
  return [
    formatTable({
      header: ['id', 'of the paper', 'question', 'arms', 'seeds', 'weights here'],
      rows: templates.map(({ id, shows, title, arms, leastSeeds, models }) => {
        const sources = new Map(models.map(({ weightsOf, weights }) => [weightsOf, weights]));
        const here = [...sources.values()].filter((weights) => weights !== null).length;
        return [id, shows, title, String(arms), `${leastSeeds}+`, `${here} of ${sources.size}`];
      }),
      rightAligned: [3, 4],
    }),
    '',
    scale === 'paper'
      ? "With the paper's models. `--scale small` is for a computer without a GPU."
      : 'With small models, 128 px and 600 steps, for a computer without a GPU.',
    '`study templates ID` tells more, `study from-template ID --dataset NAME` writes the study file.',
  ].join('\n');
}

export function templateText(template: DescribedTemplate, scale: TemplateScale): string {
  const { id, shows, title, answers, look, arms, leastSeeds, sizes, models } = template;
  const missing = [...new Set(models.filter(({ weights }) => weights === null).map(({ weightsOf }) => weightsOf))];
  return [
    `${shows}: ${title}`,
    answers,
    '',
    `Arms: ${arms} (${scale === 'paper' ? "the paper's models" : 'small models'}), each with at least ${countOf(leastSeeds, 'seed')}.`,
    ...(sizes === null
      ? []
      : [`Training images: ${sizes.map((size) => formatCount(size)).join(', ')}; scaled where there are fewer.`]),
    `Read it in: ${look}`,
    hasPaperNumbers(
      id,
      models.map(({ model }) => model),
    )
      ? "The paper's own numbers stand beside yours, for fundus photographs."
      : 'No numbers of the paper stand beside yours.',
    '',
    formatTable({
      header: ['model', 'needs weights of', 'takes'],
      rows: models.map(({ model, weightsOf, weights }) => [MODEL_NAMES[model], MODEL_NAMES[weightsOf], weights ?? '–']),
    }),
    ...missing.map((model) => whereToGet(model)),
  ].join('\n');
}
