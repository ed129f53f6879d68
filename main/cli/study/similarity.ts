/** `study similarity STUDY`: how similar what a study's networks compute is, layer by layer. */
import { Option, type Command } from 'commander';
import { AppError } from '../../../shared/system/errors.ts';
import {
  SIMILARITY_KINDS,
  SIMILARITY_METHODS,
  type SimilarityKind,
  type SimilarityMethod,
  type StudySimilarity,
} from '../../../shared/similarity/similarity.ts';
import type { CliContext } from '../context.ts';
import { followJob } from '../output/follow-job.ts';
import { similarityText } from './similarity-text.ts';
import { wholeNumber } from '../output/whole-number.ts';

interface SimilarityFlags {
  kind?: SimilarityKind[];
  method: SimilarityMethod;
  patches?: number;
  neurons?: number;
  repeats?: number;
  seed?: number;
  again?: boolean;
  stored?: boolean;
}

/** Adds the command to `study`. */
export function registerSimilarity(study: Command, context: CliContext): void {
  study
    .command('similarity <study>')
    .description('CCA of hidden representations: before and after training, between seeds, between initialisations')
    .addOption(new Option('--kind <kind...>', 'what to compare (default: all)').choices(SIMILARITY_KINDS))
    .addOption(new Option('--method <name>', 'how').choices(SIMILARITY_METHODS).default('cca'))
    .option('--patches <n>', 'datapoints to aim at (default: 10000)', wholeNumber(100, 1_000_000))
    .option('--neurons <n>', 'channels to compare at most (default: 128)', wholeNumber(2, 2048))
    .option('--repeats <n>', 'draws of images, places and channels (default: 5)', wholeNumber(1, 100))
    .option('--seed <n>', 'of the draws (default: 0)', wholeNumber(0, 2 ** 31))
    .option('--again', 'forget what was computed before')
    .option('--stored', 'only show what was computed before')
    .action((name: string, flags: SimilarityFlags) => showSimilarity(context, name, flags));
}

async function showSimilarity(context: CliContext, name: string, flags: SimilarityFlags): Promise<void> {
  const kinds = flags.kind ?? [...SIMILARITY_KINDS];
  const { services } = await context.app({ write: flags.stored !== true });
  const studyId = services.studies.find(name);
  const similarity = flags.stored === true ? stored() : await computed();
  const { arms } = await services.studies.get(studyId);
  context.out.result(similarity, () => similarityText(similarity, arms, kinds));

  function stored(): StudySimilarity {
    const found = services.representations.similarity(studyId, flags.method);
    if (found !== null) return found;
    throw new AppError('not-found', 'Nothing was computed for this study yet.', { action: 'Leave --stored out.' });
  }

  async function computed(): Promise<StudySimilarity> {
    const { method, patches, neurons, repeats, seed, again = false } = flags;
    const settings = {
      method,
      ...(patches === undefined ? {} : { patches }),
      ...(neurons === undefined ? {} : { neurons }),
      ...(repeats === undefined ? {} : { repeats }),
      ...(seed === undefined ? {} : { seed }),
    };
    const job = services.representations.compute({ studyId, kinds, settings, again });
    return (await followJob({ context, jobs: services.jobs, id: job.id })) as StudySimilarity;
  }
}
