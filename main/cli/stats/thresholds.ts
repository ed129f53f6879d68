/** `stats roc --validation FILE`: thresholds chosen on one table and applied, frozen, to another. */
import { thresholdCell } from '../../../shared/results/details-tables/calls.ts';
import { rateColumns } from '../../../shared/results/details-tables/details-parts.ts';
import { missing } from '../../../shared/tables/cells.ts';
import { buildTable, type Table } from '../../../shared/tables/table.ts';
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
import type { StatsData } from './scores-table.ts';
import { numberBetween, readStatsFile, type ColumnOptions } from './options.ts';
import type { Part } from './bootstrap.ts';

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
export function pointsOf(params: {
  data: StatsData;
  plan: BootstrapPlan;
  frozen: FrozenThresholds;
  prevalence: number | null;
  clustered: boolean;
}) {
  const { data, plan, frozen, prevalence, clustered } = params;
  const { labels } = data;
  const readers = data.scores.flatMap(({ name, values: scores }, s) =>
    (frozen.byScore[s] ?? []).map((chosen) => {
      if (!chosen.defined) return { score: name, chosen, read: () => null };
      const { threshold } = chosen;
      const plain = confusionRates(confusionAt(labels, scores, threshold), prevalence);
      const read = clustered ? planConfusionRates(plan, { labels, scores, threshold, prevalence }) : () => plain;
      return { score: name, chosen, read };
    }),
  );
  return {
    needsDraws: clustered,
    read: (draws) => readers.map(({ score, chosen, read }) => ({ score, ...chosen, rates: read(draws) })),
  } satisfies Part<unknown>;
}

type Points = ReturnType<ReturnType<typeof pointsOf>['read']>;

export function operatingPointTable(rows: Points, prevalence: number | null): Table {
  const clustered = rows.some(({ rates }) => rates?.intervalKind === 'cluster-bootstrap');
  return buildTable<Points[number]>({
    caption: 'Operating points',
    notes: [
      `Thresholds from the validation table, applied unchanged; ∞ calls no row positive. Intervals: ${clustered ? 'score interval from the variance of the draws of patients' : 'Wilson’s score (likelihood ratios: log method)'}. LR: likelihood ratio.`,
    ],
    groups: [...Map.groupBy(rows, ({ score }) => score)].map(([title, items]) => ({ title, items })),
    columns: [
      { key: 'rule', head: 'Rule', cell: ({ rule }) => describeThresholdRule(rule) },
      {
        ...{ key: 'threshold', head: 'Threshold', number: true },
        cell: (row) => (row.defined ? thresholdCell(row, null) : missing(row.why)),
      },
      ...rateColumns<Points[number]>(
        { item: ({ rates }) => rates && { rates, atPrevalence: rates.atPrevalence } },
        prevalence,
      ),
    ],
  });
}
