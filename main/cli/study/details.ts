/** `study details STUDY`: operating points, calibration, recalibration, decision curves and subgroups. */
import path from 'node:path';
import { Option, type Command } from 'commander';
import { AppError } from '../../../shared/system/errors.ts';
import {
  decisionRangeSchema,
  DEFAULT_DECISION_RANGE,
  PROBABILITY_KINDS,
  THRESHOLD_KINDS,
  THRESHOLD_RULES,
  type DecisionRange,
  type ProbabilityKind,
  type ThresholdKind,
  type ThresholdRuleName,
} from '../../../shared/results/study-details.ts';
import { detailsTables } from '../../../shared/results/details-tables/details-tables.ts';
import { tableText } from '../../../shared/tables/text-face.ts';
import { writeFileAtomic } from '../../platform/atomic-file.ts';
import { detailsCsv } from '../../report/csv/details-csv.ts';
import type { CliContext } from '../context.ts';
import { chooseEndpoints } from './results.ts';

interface DetailsOptions {
  endpoint?: string;
  rule: ThresholdRuleName;
  thresholds: ThresholdKind;
  prevalence?: string;
  range?: string;
  probabilities: ProbabilityKind;
  csv?: string;
}

/** Adds the command to `study`. */
export function registerDetails(study: Command, context: CliContext): void {
  const { from, to } = DEFAULT_DECISION_RANGE;
  study
    .command('details')
    .description(
      'operating points (threshold from validation, frozen on test), calibration, decision curves and subgroups',
    )
    .argument('<study>', 'name or id')
    .option('--endpoint <id>', 'by id or name (default: the first headline one)')
    .addOption(
      new Option('--rule <rule>', 'how thresholds are chosen on validation images')
        .choices(THRESHOLD_RULES)
        .default('youden'),
    )
    .addOption(
      new Option('--thresholds <kind>', 'chosen-anew: intervals also carry the choice of the threshold')
        .choices(THRESHOLD_KINDS)
        .default('frozen'),
    )
    .option('--prevalence <share>', 'also give predictive values at this prevalence, for example 0.1')
    .option('--range <from:to>', `threshold probabilities of the decision curves (default: ${from}:${to})`)
    .addOption(
      new Option('--probabilities <kind>', 'probabilities of the decision curves')
        .choices(PROBABILITY_KINDS)
        .default('as-trained'),
    )
    .option('--csv <file>', 'also write every number as CSV')
    .action(async (name: string, options: DetailsOptions) => {
      const { services } = await context.app({ write: false });
      const id = services.studies.find(name);
      const study = await services.studies.get(id);
      const { target } = services.datasets.get(study.datasetId);
      const { endpoint, rule, thresholds, probabilities } = options;
      const [endpointId] = endpoint === undefined ? [undefined] : chooseEndpoints(target, [endpoint]);
      const details = await services.results.details({
        ...{ id, rule, thresholds, probabilities },
        ...(endpointId === undefined ? {} : { endpointId }),
        ...(options.prevalence === undefined ? {} : { prevalence: parsePrevalence(options.prevalence) }),
        ...(options.range === undefined ? {} : { range: parseRange(options.range) }),
      });
      if (options.csv !== undefined && details !== null) {
        writeFileAtomic(path.resolve(options.csv), detailsCsv([details]));
        context.out.note(`Numbers written to ${options.csv}.`);
      }
      context.out.result(details, () => {
        if (details === null) return 'No run has finished yet.';
        const name = target.endpoints.find((each) => each.id === details.endpointId)?.name ?? details.endpointId;
        const tables = detailsTables({ details, arms: study.arms.map((arm) => ({ ...arm, armId: arm.id })) });
        return [name, ...tables.map((table) => tableText(table, { unfold: true }))].join('\n\n');
      });
    });
}

function parsePrevalence(text: string): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (value > 0 && value < 1) return value;
  throw new AppError('bad-input', `Expected a prevalence above 0 and below 1, got "${text}".`, {
    action: 'For example --prevalence 0.1.',
  });
}

function parseRange(text: string): DecisionRange {
  const [from, to, ...more] = text.split(':').map((part) => (part.trim() === '' ? NaN : Number(part)));
  const range = decisionRangeSchema.safeParse({ from, to });
  if (range.success && more.length === 0) return range.data;
  throw new AppError(
    'bad-input',
    `Expected two threshold probabilities FROM:TO above 0 and below 1, at least 0.01 apart, got "${text}".`,
    { action: 'For example --range 0.05:0.5.' },
  );
}
