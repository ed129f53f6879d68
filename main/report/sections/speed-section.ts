/** What training took: curves, steps to the threshold, time and size. */
import { studyFigures } from '../../../shared/figures/convergence-figures.ts';
import { speedTable } from '../../../shared/results/tables/speed-table.ts';
import { stepsOfResults, stepsTable } from '../../../shared/results/tables/steps-table.ts';
import { describeEarlyStops } from '../../../shared/run/run-words.ts';
import { withColumns } from '../../../shared/tables/layout.ts';
import { figure, table, type Block } from '../blocks.ts';
import type { ReportInput } from '../report-input.ts';

/** Its p-values are of single tests; the first section has the adjusted ones, by which it answers. */
const STEPS_COLUMNS = ['arm', 'reached', 'median', 'ratio', 'ratio_ci'];

export function speedSection({ results, runs, ...input }: ReportInput): Block[] {
  const stops = describeEarlyStops(runs.map((run) => run.result));
  const steps = stepsTable(stepsOfResults(results));
  const speed = speedTable(results);
  return [
    ...figure(
      studyFigures(input.curves, { arms: input.study.arms, thresholdAuc: results.thresholdAuc }, 'validation-auc'),
      `Validation AUC over steps, mean over headline endpoints: each seed (thin), the mean over seeds (thick) where all were scored, and one standard deviation to either side (band). It chose the checkpoint and is not a test result.${stops === null ? '' : ` ${stops}`}`,
    ),
    ...table(steps && withColumns(steps, STEPS_COLUMNS)),
    ...table(steps === null ? speed : withColumns(speed, ['arm', 'seconds', 'step_ms', 'parameters'])),
  ];
}
