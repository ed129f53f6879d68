/** Steps to a threshold, arm by arm. Pure. */
import type { ConvergenceCurve } from '../../../shared/results/results.ts';
import type { Arm } from '../../../shared/study/study.ts';
import { curveSteps, type ArmSteps } from '../../../shared/results/arm-steps.ts';
import type { DataTable } from '../../../shared/data-table.ts';
import { modelName } from '../studies/arm-words.ts';

export interface StepsGroup {
  /** `CBR-Tiny`, or `CBR-Tiny, 500 training images`. */
  name: string;
  /** The arm that the others are compared with. */
  reference: string;
  rows: { label: string; steps: ArmSteps }[];
}

/** One group per model and training-set size, as the figures have them; groups without a run are left out. */
export function stepsGroups(
  curves: readonly ConvergenceCurve[],
  arms: readonly Arm[],
  threshold: number,
): StepsGroup[] {
  const groups = Map.groupBy(
    arms,
    ({ model, trainSize }) => `${modelName(model)}${trainSize === 'all' ? '' : `, ${trainSize} training images`}`,
  );
  return [...groups].flatMap(([name, members]) => {
    const found = curveSteps(
      members.map(({ id }) => id),
      curves,
      threshold,
    );
    const labels = new Map(members.map(({ id, initLabel }) => [id, initLabel]));
    const rows = found.map((steps) => ({ label: labels.get(steps.armId) ?? steps.armId, steps }));
    return rows.length === 0 ? [] : [{ name, reference: members[0]?.initLabel ?? '', rows }];
  });
}

/** One row per run; the arm's median and ratio stand in each. */
export function stepsTable(groups: readonly StepsGroup[], threshold: number): DataTable {
  const number = (name: string): { name: string; number: boolean } => ({ name, number: true });
  return {
    columns: [
      { name: 'Model' },
      { name: 'Initialisation' },
      ...['Threshold', 'Seed', 'Steps'].map(number),
      { name: 'Reached' },
      ...['Median of the arm', 'Ratio of medians', '95 % low', '95 % high', 'p'].map(number),
    ],
    rows: groups.flatMap(({ name, rows }) =>
      rows.flatMap(({ label, steps: { runs, median, ratio } }) =>
        runs.map(({ seed, steps, reached }) => [
          ...[name, label, threshold, seed, steps, reached ? 'yes' : 'no'],
          ...[median, ratio?.ratio ?? null, ratio?.low ?? null, ratio?.high ?? null, ratio?.test?.p ?? null],
        ]),
      ),
    ),
    digits: 3,
  };
}
