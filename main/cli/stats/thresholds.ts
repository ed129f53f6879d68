/** `stats roc --validation FILE`: thresholds chosen on one table and applied, frozen, to another. */
import { formatEstimate, formatRatio, formatSignificant } from '../../../shared/words/numbers.ts';
import type { Command } from 'commander';
import { AppError } from '../../../shared/system/errors.ts';
import type { BootstrapPlan } from '../../analysis/bootstrap/plan.ts';
import { confusionAt, confusionRates, planConfusionRates } from '../../analysis/statistics/confusion.ts';
import {
  chooseThreshold,
  describeThresholdRule,
  parseThresholdRule,
  type ChosenThreshold,
  type ThresholdRule,
} from '../../analysis/statistics/thresholds.ts';
import { formatTable } from '../output/output.ts';
import type { StatsData } from './scores-table.ts';
import { notesOf, withNotes } from './notes.ts';
import { numberBetween, readStatsFile, type ColumnOptions } from './options.ts';
import { section, type Section } from './sections.ts';

export interface ThresholdOptions extends ColumnOptions {
  validation?: string;
  validationLabel?: string;
  rule?: string[];
  prevalence?: number;
}

const DEFAULT_RULES = ['youden', 'sensitivity:0.9', 'specificity:0.9'];

export function withThresholds(command: Command): Command {
  return command
    .option('--validation <file>', 'choose thresholds on this table (same columns) and apply them to FILE')
    .option('--validation-label <file>', 'labels of a .npy validation file')
    .option('--rule <rule...>', `youden, sensitivity:S or specificity:S (default: ${DEFAULT_RULES.join(' ')})`)
    .option('--prevalence <p>', 'predictive values at this prevalence as well', numberBetween(0, 1));
}

/** The thresholds of every score column by every rule, from the validation table. */
export interface FrozenThresholds {
  rules: ThresholdRule[];
  /** `byScore[s][r]`. */
  byScore: ChosenThreshold[][];
}

/** @throws AppError where the table lacks a score column of `data`. */
export function chooseOnValidation(data: StatsData, options: ThresholdOptions): FrozenThresholds | null {
  const { validation, validationLabel, rule = DEFAULT_RULES, label, positive, skipMissing } = options;
  if (validation === undefined) {
    const needed = [options.rule, options.prevalence, validationLabel].some((option) => option !== undefined);
    if (!needed) return null;
    throw new AppError('bad-input', 'Expected a validation table to choose thresholds on.', {
      action: 'Name it with --validation FILE: a threshold chosen on the test rows themselves would flatter the model.',
    });
  }
  const rules = rule.map(parseThresholdRule);
  const names = data.scores.map(({ name }) => name);
  const isNpy = validation.toLowerCase().endsWith('.npy');
  const table = readStatsFile(
    validation,
    isNpy ? { label: validationLabel, skipMissing } : { label, positive, skipMissing, score: names, patient: false },
  );
  if (table.scores.length !== names.length) {
    throw new AppError(
      'bad-input',
      `Expected ${names.length} models in the validation file, found ${table.scores.length}.`,
    );
  }
  return {
    rules,
    byScore: table.scores.map(({ values }) => rules.map((item) => chooseThreshold(table.labels, values, item))),
  };
}

/** Rates on the rows of FILE: Wilson's interval for independent rows, the cluster bootstrap where patients have several. */
export function thresholdSection(params: {
  data: StatsData;
  plan: BootstrapPlan;
  frozen: FrozenThresholds;
  prevalence: number | null;
  clustered: boolean;
}): Section {
  const { data, plan, frozen, prevalence, clustered } = params;
  const parts = data.scores.flatMap(({ name, values }, s) =>
    (frozen.byScore[s] ?? []).map((chosen) => {
      if (!chosen.defined) return { score: name, chosen, read: () => null };
      const { threshold } = chosen;
      const plain = confusionRates(confusionAt(data.labels, values, threshold), prevalence);
      const read = clustered
        ? planConfusionRates(plan, { labels: data.labels, scores: values, threshold, prevalence })
        : () => plain;
      return { score: name, chosen, read };
    }),
  );
  return section({
    key: 'operatingPoints',
    needsDraws: clustered,
    read: (draws) => parts.map(({ score, chosen, read }) => ({ score, ...chosen, rates: read(draws) })),
    text: (rows) => {
      const table = formatTable({
        header: ['score', 'rule', 'threshold', 'sensitivity', 'specificity', 'PPV', 'NPV', 'LR+', 'LR-'],
        rows: rows.map((row) => [
          row.score,
          describeThresholdRule(row.rule),
          row.defined ? formatSignificant(row.threshold ?? Infinity, 4) : '–',
          ...(row.rates === null
            ? ['–', '–', '–', '–', '–', '–']
            : [
                formatEstimate(row.rates.sensitivity),
                formatEstimate(row.rates.specificity),
                formatEstimate(row.rates.ppv),
                formatEstimate(row.rates.npv),
                formatEstimate(row.rates.lrPositive, formatRatio),
                formatEstimate(row.rates.lrNegative, formatRatio),
              ]),
        ]),
      });
      const at = rows.flatMap(({ score, rule, rates }) =>
        rates === null || rates.atPrevalence === null
          ? []
          : [
              `${score}, ${describeThresholdRule(rule)}, at a prevalence of ${rates.atPrevalence.prevalence}: PPV ${formatEstimate(rates.atPrevalence.ppv)}, NPV ${formatEstimate(rates.atPrevalence.npv)}`,
            ],
      );
      const notes = rows.flatMap((row) => {
        const name = `${row.score}, ${describeThresholdRule(row.rule)}`;
        if (!row.defined) return [`${name}: ${row.why}`];
        if (row.rates === null) return [];
        const { sensitivity, specificity, ppv, npv, lrPositive, lrNegative } = row.rates;
        return notesOf([
          [`${name}, sensitivity`, sensitivity],
          [`${name}, specificity`, specificity],
          [`${name}, PPV`, ppv],
          [`${name}, NPV`, npv],
          [`${name}, LR+`, lrPositive],
          [`${name}, LR-`, lrNegative],
        ]);
      });
      const kind = clustered ? 'bootstrap by patient' : "Wilson's score (likelihood ratios: log method)";
      return withNotes(
        `Operating points: thresholds from the validation table, applied unchanged. Intervals: ${kind}.\n\n${table}`,
        [...at, ...notes],
      );
    },
  });
}
