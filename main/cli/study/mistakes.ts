/** `study mistakes STUDY`: which test images an arm gets wrong, most confidently wrong first. */
import { Option, type Command } from 'commander';
import { formatCount, formatEstimate } from '../../../shared/words/numbers.ts';
import {
  CONFUSION_CELLS,
  type ConfusionCell,
  type MistakesAuc,
  type Mistakes,
} from '../../../shared/mistakes/mistakes.ts';
import { confusionTable } from '../../../shared/mistakes/confusion-table.ts';
import { mistakenImagesTable } from '../../../shared/mistakes/image-tables.ts';
import { tableText } from '../../../shared/tables/text-face.ts';
import type { CliContext } from '../context.ts';
import { chooseErrors, type ErrorsFlags } from './mistakes-of.ts';
import { wholeNumber } from '../output/whole-number.ts';

interface ErrorFlags extends ErrorsFlags {
  cell?: ConfusionCell;
  marked?: true;
  limit: number;
}

/** Adds the command to `study`. */
export function registerStudyErrors(study: Command, context: CliContext): void {
  study
    .command('mistakes <study>')
    .alias('errors')
    .description('confusion table of an arm and the test images it is most confidently wrong about')
    .option('--arm <id>', 'the arm (default: the first with a finished run)')
    .option('--seed <n>', 'only the run of this seed (default: scores averaged over seeds)', wholeNumber(0, 2 ** 31))
    .option('--endpoint <id>', 'by id or name (default: the first headline endpoint)')
    .option('--rule <rule>', 'threshold on validation: youden, sensitivity:S or specificity:S', 'youden')
    .addOption(new Option('--cell <cell>', 'only the images of this cell').choices(CONFUSION_CELLS))
    .option('--marked', 'only images marked as probable label noise')
    .option('--limit <n>', 'images to list', wholeNumber(1, 500), 20)
    .action((name: string, flags: ErrorFlags) => showErrors(context, name, flags));
}

async function showErrors(context: CliContext, name: string, flags: ErrorFlags): Promise<void> {
  const { services } = await context.app({ write: false });
  const of = await chooseErrors(services, services.studies.find(name), flags);
  const summary = await services.mistakes.summary(of);
  const filter = {
    ...(flags.cell === undefined ? {} : { cell: flags.cell }),
    ...(flags.marked === undefined ? {} : { marked: flags.marked }),
  };
  const page = await services.mistakes.images({ ...of, filter, limit: flags.limit });
  context.out.result({ ...summary, total: page.total, images: page.images }, () =>
    [
      summaryText(summary),
      '',
      page.images.length === 0 ? 'No such image.' : tableText(mistakenImagesTable(page.images, page.total)),
    ].join('\n'),
  );
}

function summaryText(summary: Mistakes): string {
  const { armId, endpoint, runs, why, auc, aucWithoutMarked, marked } = summary;
  const seeds = runs.map(({ seed }) => seed).join(', ');
  const who = runs.length === 1 ? `seed ${seeds}` : `scores averaged over seeds ${seeds}`;
  const table = confusionTable(summary);
  return [
    `${armId}, ${endpoint.name}, ${who}`,
    `AUC ${aucText(auc)}, ${formatCount(auc.images)} images.`,
    ...(aucWithoutMarked === null
      ? []
      : [
          `Exploratory: AUC ${aucText(aucWithoutMarked)} without ${formatCount(marked)} images marked as probable label noise. It does not replace the AUC above.`,
        ]),
    table === null ? (why ?? '') : `\n${tableText(table)}`,
  ].join('\n');
}

const aucText = ({ mean, low, high, why }: MistakesAuc): string =>
  mean === null ? `undefined (${why ?? ''})` : formatEstimate({ value: mean, low, high });
