/** Study templates as text. */
import { countOf, formatCount } from '../../../shared/words/numbers.ts';
import { MODEL_NAMES, type ModelId } from '../../../shared/study/models.ts';
import { hasPaperNumbers } from '../../../shared/templates/template-paper.ts';
import { whereToGet } from '../../../shared/templates/template-weights.ts';
import type { StudyTemplate, TemplateScale } from '../../../shared/templates/templates.ts';
import { tableText } from '../../../shared/tables/text-face.ts';
import { plainTable } from '../../../shared/tables/table.ts';

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
    tableText(
      plainTable(
        templates,
        {
          id: ({ id }) => id,
          'of the paper': ({ shows }) => shows,
          question: ({ title }) => title,
          arms: ({ arms }) => String(arms),
          seeds: ({ leastSeeds }) => `${leastSeeds}+`,
          'weights here': ({ models }) => {
            const sources = [...new Map(models.map(({ weightsOf, weights }) => [weightsOf, weights])).values()];
            return `${sources.filter((weights) => weights !== null).length} of ${sources.length}`;
          },
        },
        ['arms', 'seeds'],
      ),
    ),
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
    tableText(
      plainTable(models, {
        model: ({ model }) => MODEL_NAMES[model],
        'needs weights of': ({ weightsOf }) => MODEL_NAMES[weightsOf],
        takes: ({ weights }) => weights ?? '–',
      }),
    ),
    ...missing.map((model) => whereToGet(model)),
  ].join('\n');
}
