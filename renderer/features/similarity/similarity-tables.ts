/** The numbers behind the figures of similarities. Pure. */
import type { ScatterPanel, StagePanel } from '../../../shared/figures/similarity-panels.ts';
import type { DataTable } from '../../../shared/data-table.ts';

export function stageTable(panel: StagePanel): DataTable {
  const number = (name: string): { name: string; number: boolean } => ({ name, number: true });
  return {
    columns: [
      { name: panel.kind === 'inits' ? 'Initialisations' : 'Initialisation' },
      { name: 'Stage' },
      number('Similarity'),
      number('95 % low'),
      number('95 % high'),
      number('SD between pairs'),
      number('Pairs'),
      number('Chance'),
    ],
    rows: panel.series.flatMap(({ label, stages, top }) => [
      ...stages.map(({ stage, mean, low, high, sd, pairs }) => [
        ...[label, stage, mean, low, high, sd, pairs],
        panel.chance?.[panel.stages.indexOf(stage)] ?? null,
      ]),
      ...(top === null ? [] : [[label, 'two topmost', top.mean, top.low, top.high, top.sd, top.pairs, null]]),
    ]),
    digits: 3,
  };
}

export function scatterTable(panel: ScatterPanel): DataTable {
  const number = (name: string): { name: string; number: boolean } => ({ name, number: true });
  return {
    columns: [
      { name: 'Stage' },
      { name: 'Pair of runs' },
      number('At the start'),
      number('After training'),
      number('R squared of the stage'),
    ],
    rows: panel.stages.flatMap(({ stage, groups, rSquared }) =>
      groups.flatMap(({ label, points }) =>
        points.map(({ initial, final }) => [stage, label, initial, final, rSquared]),
      ),
    ),
    digits: 3,
  };
}
