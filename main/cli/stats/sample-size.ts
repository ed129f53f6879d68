/** `stats size`: how many test images a target precision takes, and what such a test set can tell apart. */
import type { Command } from 'commander';
import { AppError } from '../../../shared/system/errors.ts';
import { formatCount, formatNumber, formatPercent } from '../../../shared/words/numbers.ts';
import { itemsForPrecision, powerOfTwoCurves } from '../../analysis/statistics/sample-size.ts';
import type { CliContext } from '../context.ts';
import { numberBetween } from './options.ts';
import { wholeNumber } from '../output/whole-number.ts';

interface SizeOptions {
  auc: number;
  width: number;
  prevalence: number;
  imagesPerPatient: number;
  alike: number;
  against?: number;
  correlation: number;
}

const MOST_IMAGES_PER_PATIENT = 1000;

export function registerSampleSize(stats: Command, context: CliContext): void {
  stats
    .command('size')
    .description('test images for an AUC interval of a target width (Hanley and McNeil 1982), and the power they give')
    .requiredOption('--auc <a>', 'AUC that is expected', numberBetween(0.5, 1))
    .requiredOption('--width <w>', 'full width of the 95 % interval', numberBetween(0, 1))
    .requiredOption('--prevalence <p>', 'share of positive images', numberBetween(0, 1))
    .option('--images-per-patient <n>', 'images of a patient', wholeNumber(1, MOST_IMAGES_PER_PATIENT), 1)
    .option('--alike <r>', 'intraclass correlation of a patient’s images', numberBetween(0, 1), 0.5)
    .option('--against <a>', 'AUC of a second model: adds the power to tell the two apart', numberBetween(0, 1))
    .option('--correlation <r>', 'correlation of the two AUCs on the same images', numberBetween(-1, 1), 0.5)
    .action((options: SizeOptions) => {
      const result = planSize(options);
      context.out.result(result, () => sizeText(result, options));
    });
}

/** @throws AppError 'bad-input' where no test set of a thinkable size is enough. */
export function planSize({ auc, width, prevalence, imagesPerPatient, alike, against, correlation }: SizeOptions) {
  const designEffect = 1 + (imagesPerPatient - 1) * alike;
  const plan = itemsForPrecision({ auc, width, prevalence, designEffect });
  if (plan === null) {
    throw new AppError('bad-input', 'Expected a width that a test set of at most 100 million positives can reach.', {
      action: 'Ask for a wider interval.',
    });
  }
  // Power counts independent images: those that carry as much as the clustered ones.
  const effective = (count: number): number => Math.max(2, Math.floor(count / designEffect));
  const power =
    against === undefined
      ? null
      : powerOfTwoCurves({
          aucA: auc,
          aucB: against,
          correlation,
          positives: effective(plan.positives),
          negatives: effective(plan.negatives),
        });
  return { ...plan, patients: Math.ceil(plan.total / imagesPerPatient), designEffect, power };
}

function sizeText(result: ReturnType<typeof planSize>, options: SizeOptions): string {
  const { positives, negatives, total, patients, width, designEffect, power } = result;
  return [
    `${formatCount(total)} images of ${formatCount(patients)} patients: ${formatCount(positives)} positive, ${formatCount(negatives)} negative.`,
    `They give an AUC of ${options.auc} a 95 % interval ${formatNumber(width, 4)} wide (Hanley and McNeil${designEffect > 1 ? `, design effect ${designEffect}` : ''}).`,
    ...(power === null
      ? []
      : [
          `Power to tell ${options.auc} from ${options.against} on the same images at the two-sided level 0.05: ${formatPercent(power, 0)} (correlation of the two AUCs ${options.correlation}).`,
        ]),
    'A plan, not a result: it assumes exponential scores.',
  ].join('\n');
}
