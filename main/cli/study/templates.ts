/** `study templates` and `study from-template`: a study like one of the paper's tables and figures. */
import path from 'node:path';
import { Argument, InvalidArgumentError, Option, type Command } from 'commander';
import { stringify } from 'yaml';
import { AppError } from '../../../shared/system/errors.ts';
import { MODEL_IDS, MODEL_NAMES, type ModelId } from '../../../shared/study/models.ts';
import { parseSeeds } from '../../../shared/study/number-lists.ts';
import { TEMPLATE_IDS, type TemplateId } from '../../../shared/templates/template-ids.ts';
import { buildTemplate, type TemplateStudy } from '../../../shared/templates/template-study.ts';
import { chooseWeights, whereToGet, type ChosenWeights } from '../../../shared/templates/template-weights.ts';
import {
  STUDY_TEMPLATES,
  studyTemplate,
  TEMPLATE_SCALES,
  type TemplateScale,
} from '../../../shared/templates/templates.ts';
import { describeModels } from '../../engine/models/catalogue.ts';
import { writeFileAtomic } from '../../platform/atomic-file.ts';
import type { AppServices } from '../../services/app-services.ts';
import type { CliContext } from '../context.ts';
import { templatesText, templateText, type DescribedTemplate } from './templates-text.ts';
import type { StudyFile } from './study-file.ts';
import { wholeNumber } from '../output/whole-number.ts';

export interface StartFlags {
  estimate?: boolean;
  parallel?: number;
}

interface TemplateFlags extends StartFlags {
  dataset: string;
  scale: TemplateScale;
  weights: ChosenWeights;
  acceptSeenWeights?: true;
  models?: ModelId[];
  size?: number;
  batch?: number;
  steps?: number;
  seeds?: number[];
  name?: string;
  out?: string;
  run?: boolean;
}

/**
 * Adds the commands to `study`.
 * @param start runs a study, or estimates it, as `study run` does
 */
export function registerTemplates(
  study: Command,
  context: CliContext,
  start: (file: StudyFile, flags: StartFlags) => Promise<void>,
): void {
  study
    .command('templates')
    .description('the tables and figures of the paper that a study can be made from, and which weights they need')
    .addArgument(new Argument('[id]', 'one of them in full').choices(TEMPLATE_IDS))
    .addOption(scaleOption())
    .action(async (id: TemplateId | undefined, { scale }: { scale: TemplateScale }) => {
      const { services } = await context.app({ write: false });
      const described = STUDY_TEMPLATES.map((template) => describe(template.id, scale, services));
      const one = described.find((template) => template.id === id);
      if (one === undefined) context.out.result(described, () => templatesText(described, scale));
      else context.out.result(one, () => templateText(one, scale));
    });

  study
    .command('from-template')
    .description('write the study file of a template for your data (standard output, or --out), estimate it, or run it')
    .addArgument(new Argument('<id>', '`study templates` lists them').choices(TEMPLATE_IDS))
    .requiredOption('--dataset <name>', 'name or id of the dataset')
    .addOption(scaleOption())
    .option(
      '--weights <model=name...>',
      'weight sets by model (default: the newest that fits, real ones before synthetic)',
      collectWeights,
      {},
    )
    .option('--accept-seen-weights', 'take weights that were trained on images of the dataset, which is not fair')
    .addOption(new Option('--models <model...>', "in place of the template's").choices(MODEL_IDS))
    .option('--size <px>', 'image side in pixels', wholeNumber(16, 1024))
    .option('--batch <n>', 'images a step', wholeNumber(1, 512))
    .option('--steps <n>', 'steps of each run', wholeNumber(1, 10_000_000))
    .option('--seeds <list>', '0,1,2 or 0-4', seedList)
    .option('--name <text>', 'of the study')
    .addOption(new Option('--out <file>', 'write the study file').conflicts(['run', 'estimate']))
    .addOption(new Option('--estimate', 'only measure what it would cost: time, memory, disk').conflicts('run'))
    .option('--run', 'run it to its end')
    .option('--parallel <n>', 'with --run: runs at once', wholeNumber(1, 64))
    .action((id: TemplateId, flags: TemplateFlags) => fromTemplate(context, id, flags, start));
}

function scaleOption(): Option {
  return new Option('--scale <scale>', "the paper's models and protocol, or small: for a computer without a GPU")
    .choices(TEMPLATE_SCALES)
    .default('paper');
}

function describe(id: TemplateId, scale: TemplateScale, { weights }: AppServices): DescribedTemplate {
  const template = studyTemplate(id);
  const choices = chooseWeights({ template, scale, models: models(), sets: weights.list() });
  const arms = choices.reduce((sum, { model }) => sum + 1 + template.inits(model).length, 0);
  const { shows, title, answers, look, sizes, leastSeeds } = template;
  return {
    ...{ id, shows, title, answers, look, sizes, leastSeeds },
    arms: arms * (sizes?.length ?? 1),
    models: choices.map(({ model, source, set }) => ({
      model: model.id,
      weightsOf: source,
      weights: set?.name ?? null,
    })),
  };
}

/** Of models as such: stages, bases, first layers. The size and batch matter for costs only. */
const models = (): ReturnType<typeof describeModels> => describeModels({ outputs: 5, size: 224, batch: 8 });

async function fromTemplate(
  context: CliContext,
  id: TemplateId,
  flags: TemplateFlags,
  start: (file: StudyFile, flags: StartFlags) => Promise<void>,
): Promise<void> {
  const running = flags.run === true || flags.estimate === true;
  const { services } = await context.app({ write: running });
  const made = makeStudy(id, flags, services);
  for (const note of [...made.notes, ...made.missing.map(whereToGet)]) context.out.note(note);
  if (running) {
    await start({ name: studyTemplate(id).shows, value: made.spec, lineOf: () => null }, flags);
    return;
  }
  const text = stringify(made.spec);
  if (flags.out === undefined) {
    context.out.result({ spec: made.spec, notes: made.notes }, text.trimEnd());
    return;
  }
  writeFileAtomic(path.resolve(flags.out), text);
  const file = path.basename(flags.out);
  context.out.result(
    { file: flags.out, spec: made.spec, notes: made.notes },
    `Written to ${file}. \`study run ${file} --estimate\` tells what it costs, \`study run ${file}\` runs it.`,
  );
}

function makeStudy(id: TemplateId, flags: TemplateFlags, services: AppServices): TemplateStudy {
  const template = studyTemplate(id);
  const dataset = findDataset(flags.dataset, services);
  const choices = chooseWeights({
    template,
    scale: flags.scale,
    models: models(),
    sets: services.weights.list(),
    weights: flags.weights,
    only: flags.models,
  });
  refuseUnused(
    flags.weights,
    choices.map(({ source }) => source),
  );
  const { name, size, batch, steps, seeds } = flags;
  const made = buildTemplate({
    template,
    scale: flags.scale,
    choices,
    data: dataset,
    overrides: { name: name ?? `${template.shows}: ${dataset.dataset}`, size, batch, steps, seeds },
  });
  return flags.acceptSeenWeights === true ? { ...made, spec: { ...made.spec, acceptSeenWeights: true } } : made;
}

function findDataset(
  nameOrId: string,
  { datasets }: AppServices,
): { dataset: string; modality: string; trainImages: number } {
  const found = datasets.find(nameOrId);
  const { splits } = datasets.get(found.id);
  const train = splits.find(({ split }) => split === 'train')?.images ?? 0;
  return { dataset: found.name, modality: found.modality, trainImages: train };
}

function refuseUnused(weights: ChosenWeights, sources: readonly ModelId[]): void {
  const unused = (Object.keys(weights) as ModelId[]).find((model) => !sources.includes(model));
  if (unused === undefined) return;
  const names = [...new Set(sources)].join(', ');
  throw new AppError('bad-input', `Expected weights for ${names}, got some for ${unused}, which this study has not.`, {
    action: 'Name the model whose weights they are, or choose other models with --models.',
  });
}

/** `resnet50=imagenet`: the weight set of a model. */
function collectWeights(text: string, before: ChosenWeights): ChosenWeights {
  const [model, ...rest] = text.split('=');
  const name = rest.join('=').trim();
  const id = MODEL_IDS.find((candidate) => candidate === model?.trim());
  if (id === undefined || name === '') {
    throw new InvalidArgumentError(`Expected MODEL=NAME such as resnet50=imagenet; models: ${MODEL_IDS.join(', ')}.`);
  }
  if (before[id] !== undefined)
    throw new InvalidArgumentError(`Expected one weight set for ${MODEL_NAMES[id]}, got two.`);
  return { ...before, [id]: name };
}

function seedList(text: string): number[] {
  const parsed = parseSeeds(text);
  if (parsed.ok) return parsed.value;
  throw new InvalidArgumentError(parsed.message);
}
