/** What frozen thresholds do on the test images: at one rule, at every rule, and at other prevalences. Pure. */
import { list, missing, share, type Cell } from '../../tables/cells.ts';
import { formatFraction, formatNumber } from '../../words/numbers.ts';
import { buildTable, type Table } from '../../tables/table.ts';
import {
  pointOf,
  RULE_WORDS,
  THRESHOLD_RULES,
  type ArmDetails,
  type RunDetails,
  type StudyDetails,
  type ThresholdRuleName,
} from '../study-details.ts';
import { armCells } from '../tables/arm-cells.ts';
import { thresholdCell } from './calls.ts';
import {
  armColumn,
  detailGroups,
  meansNote,
  rateColumns,
  runsOf,
  thresholdsNote,
  type DetailsInput,
} from './details-parts.ts';

const testPrevalence = ({ positives, negatives }: StudyDetails): string =>
  `Predictive values are at the prevalence of these images, ${formatNumber(positives / (positives + negatives))}.`;

const rulePoint = (arm: ArmDetails, rule: ThresholdRuleName) => arm.rules.find((found) => found.rule === rule);

/** At the rule of the details. */
export function operatingPointTable(input: DetailsInput): Table {
  const { details, arms } = input;
  const { rule, prevalence, intervalKind } = details;
  const threshold = (run: RunDetails): Cell => {
    const { point, why } = pointOf(run, rule);
    return thresholdCell(point, why);
  };
  return buildTable<ArmDetails, RunDetails>({
    caption: 'Operating points on the test images',
    notes: [
      `The threshold of each run was chosen on its validation images (${RULE_WORDS[rule]}), frozen, and applied to the test images; ∞ calls no image positive.`,
      `${meansNote(details)} Intervals of single runs: ${intervalKind === 'wilson' ? 'Wilson’s score (likelihood ratios: log method)' : `score interval from the variance of the draws of patients`}. ${thresholdsNote(details)}`,
      `${testPrevalence(details)} LR: likelihood ratio.`,
    ],
    groupHead: 'model',
    groups: detailGroups(input),
    childrenOf: ({ armId }) => runsOf(details.runs, armId),
    columns: [
      armColumn(arms),
      {
        ...{ key: 'threshold', head: 'Threshold', unit: 'of each seed', number: true },
        cell: ({ armId }) => list(runsOf(details.runs, armId).map((run) => ({ ...threshold(run), runId: run.runId }))),
        child: threshold,
      },
      ...rateColumns<ArmDetails, RunDetails>(
        {
          item: (arm) => rulePoint(arm, rule),
          child: (run) => {
            const { point, why } = pointOf(run, rule);
            return point ?? { why };
          },
        },
        prevalence,
      ),
    ],
  });
}

/** Every rule, so that a reader sees what its choice changes. */
export function ruleTable(input: DetailsInput): Table {
  const { details, arms } = input;
  const nameOf = armCells(arms);
  return buildTable<ArmDetails & { rule: ThresholdRuleName }>({
    caption: 'Operating points by every rule',
    notes: [
      `${meansNote(details)} ${thresholdsNote(details)} Targets were met on validation images, by each run’s own threshold; on test images they need not be.`,
      testPrevalence(details),
    ],
    groupHead: 'threshold_with',
    groups: THRESHOLD_RULES.map((rule) => ({
      title: RULE_WORDS[rule].replace(/^./, (first) => first.toUpperCase()),
      items: detailGroups(input).flatMap(({ items }) => items.map((arm) => ({ ...arm, rule }))),
    })),
    rowOf: ({ rule }) => ({ current: rule === details.rule }),
    columns: [
      { key: 'arm', head: 'Arm', cell: ({ armId }) => nameOf(armId) },
      ...rateColumns<ArmDetails & { rule: ThresholdRuleName }>({ item: (arm) => rulePoint(arm, arm.rule) }),
    ],
  });
}

/** Of screening (a few per cent) to that of a specialist's clinic. */
const PREVALENCES = [0.01, 0.05, 0.1, 0.2, 0.5] as const;

const WHY_NO_VALUE = {
  ppv: 'A run has no threshold, or calls no image positive.',
  npv: 'A run has no threshold, or calls no image negative.',
};

export function predictiveValueTable(input: DetailsInput): Table {
  const { details, arms } = input;
  return buildTable<ArmDetails, RunDetails>({
    caption: 'Predictive values at other prevalences',
    notes: [
      `By Bayes’ rule from sensitivity and specificity at the thresholds of the runs (${RULE_WORDS[details.rule]}); means over the runs of each arm. This assumes that both rates hold in the other population.`,
    ],
    groupHead: 'model',
    groups: detailGroups(input),
    columns: [
      armColumn(arms),
      ...PREVALENCES.flatMap((prevalence) =>
        (['ppv', 'npv'] as const).map((name) => ({
          ...{
            key: `${name}_at_${prevalence}`,
            head: formatFraction(prevalence),
            unit: name.toUpperCase(),
            number: true,
          },
          stacked: name === 'npv',
          cell: ({ armId }: ArmDetails) => {
            const values = runsOf(details.runs, armId).map(
              (run) => predictiveValues(run, details.rule, prevalence)[name],
            );
            const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
            return Number.isFinite(mean) ? share(mean) : missing(WHY_NO_VALUE[name]);
          },
        })),
      ),
    ],
  });
}

/** NaN where undefined. */
function predictiveValues(run: RunDetails, rule: ThresholdRuleName, prevalence: number): { ppv: number; npv: number } {
  const { sensitivity, specificity } = pointOf(run, rule).point?.rates ?? {};
  const [sens, spec] = [sensitivity?.value ?? NaN, specificity?.value ?? NaN];
  return {
    ppv: (prevalence * sens) / (prevalence * sens + (1 - prevalence) * (1 - spec)),
    npv: ((1 - prevalence) * spec) / ((1 - prevalence) * spec + prevalence * (1 - sens)),
  };
}
