/** `stats roc --subgroup COLUMN`: does the model work as well in parts of the data? */
import { testedColumns } from '../../../shared/results/details-tables/details-parts.ts';
import { count, estimate, missing } from '../../../shared/tables/cells.ts';
import { buildTable, ungrouped, type Table } from '../../../shared/tables/table.ts';
import { countOf } from '../../../shared/words/numbers.ts';
import type { BootstrapPlan } from '../../analysis/bootstrap/plan.ts';
import { planSubgroups, type Subgroup, type SubgroupAnalysis } from '../../analysis/statistics/subgroups.ts';
import type { Part } from './bootstrap.ts';
import type { StatsData } from './scores-table.ts';
import type { FrozenThresholds } from './thresholds.ts';

interface ScoreSubgroups extends SubgroupAnalysis {
  score: string;
}

/** Error rates are at the threshold of the first rule, chosen on all validation rows. */
export function subgroupsOf(
  { groups, scores, labels }: StatsData,
  plan: BootstrapPlan,
  frozen: FrozenThresholds | null,
): Part<ScoreSubgroups[]> {
  const readers = groups.flatMap((group) =>
    scores.map(({ name, values }, s) => {
      const chosen = frozen?.byScore[s]?.[0];
      const read = planSubgroups(plan, {
        ...{ variable: group.name, groups: group.values, labels, scores: values },
        ...(chosen?.defined === true ? { threshold: chosen.threshold } : {}),
      });
      return { score: name, read };
    }),
  );
  return { needsDraws: true, read: (draws) => readers.map(({ score, read }) => ({ score, ...read(draws) })) };
}

/** @param rated whether there are thresholds for error rates */
export function subgroupTable(
  { score, variable, subgroups, interactions, unknown }: ScoreSubgroups,
  rated: boolean,
): Table {
  return buildTable<Subgroup>({
    caption: `Subgroups of ${score} by ${variable}`,
    notes: unknown === 0 ? [] : [`${countOf(unknown, 'row has', 'rows have')} no value and no subgroup.`],
    groups: ungrouped(subgroups),
    columns: [
      { key: 'subgroup', head: variable, cell: ({ name }) => name },
      { key: 'positives', head: 'Positive', number: true, cell: ({ positives }) => count(positives) },
      { key: 'negatives', head: 'Negative', number: true, cell: ({ negatives }) => count(negatives) },
      { key: 'auc', head: 'AUC', number: true, cell: ({ auc, why }) => (auc === null ? missing(why) : estimate(auc)) },
      ...(
        [
          ['sensitivity', 'Sensitivity'],
          ['specificity', 'Specificity'],
        ] as const
      ).map(([key, head]) => ({
        ...{ key, head, number: true, when: rated },
        cell: ({ rates }: Subgroup) => estimate(rates?.[key]),
      })),
      ...testedColumns<Subgroup>({ key: 'difference', head: 'Minus the rest' }, ({ name }) => {
        const found = interactions.find((interaction) => interaction.name === name);
        return found && { ...found.difference, p: found.p, adjustedP: found.adjustedP };
      }),
    ],
  });
}
