/** `stats roc --subgroup COLUMN`: does the model work as well in parts of the data? */
import { formatEstimate, formatP } from '../../../shared/words/numbers.ts';
import type { BootstrapPlan } from '../../analysis/bootstrap/plan.ts';
import { LEAST_IN_CLASS, planSubgroups } from '../../analysis/statistics/subgroups.ts';
import { formatTable } from '../output/output.ts';
import type { StatsData } from './scores-table.ts';
import { withNotes } from './notes.ts';
import { section, type Section } from './sections.ts';

/** `thresholds`: one frozen threshold per score column for the error rates, or null. */
export function subgroupSection(params: {
  data: StatsData;
  plan: BootstrapPlan;
  thresholds: readonly (number | null | undefined)[] | null;
}): Section {
  const { data, plan, thresholds } = params;
  const parts = data.groups.flatMap((group) =>
    data.scores.map(({ name, values }, s) => {
      const threshold = thresholds?.[s];
      const read = planSubgroups(plan, {
        variable: group.name,
        groups: group.values,
        labels: data.labels,
        scores: values,
        ...(threshold === undefined ? {} : { threshold }),
      });
      return { score: name, read };
    }),
  );
  return section({
    key: 'subgroups',
    needsDraws: true,
    read: (draws) => parts.map(({ score, read }) => ({ score, ...read(draws) })),
    text: (analyses) =>
      analyses
        .map((analysis) => {
          const table = formatTable({
            header: [
              analysis.variable,
              'positive',
              'negative',
              'AUC',
              'sensitivity',
              'specificity',
              'against the rest',
              'p (Holm)',
            ],
            rows: analysis.subgroups.map((group) => {
              const interaction = analysis.interactions.find(({ name }) => name === group.name);
              return [
                group.name,
                String(group.positives),
                String(group.negatives),
                group.auc === null ? '–' : formatEstimate(group.auc),
                group.rates === null ? '–' : formatEstimate(group.rates.sensitivity),
                group.rates === null ? '–' : formatEstimate(group.rates.specificity),
                interaction === undefined ? '–' : formatEstimate(interaction.difference),
                formatP(interaction?.adjustedP ?? null),
              ];
            }),
            rightAligned: [1, 2],
          });
          const hidden = analysis.subgroups.some(({ auc }) => auc === null);
          return withNotes(`Subgroups of ${analysis.score} by ${analysis.variable}.\n\n${table}`, [
            ...(hidden
              ? [
                  `Subgroups with fewer than ${LEAST_IN_CLASS} positive or ${LEAST_IN_CLASS} negative rows are not shown.`,
                ]
              : []),
            ...(analysis.unknown > 0 ? [`${analysis.unknown} rows have no value and are in no subgroup.`] : []),
          ]);
        })
        .join('\n\n'),
  });
}
