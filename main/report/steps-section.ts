/** Steps to the threshold AUC, arm by arm: censored runs, Kaplan-Meier medians, and their ratio to the first arm of a group. */
import { formatCount } from '../../shared/format.ts';
import { armSteps, type ArmSteps } from '../../shared/threshold-steps.ts';
import { groupArms } from './arm-groups.ts';
import { markup, type Markup, type MarkupValue } from './markup.ts';
import type { Numbering } from './numbering.ts';
import type { ReportInput } from './report-input.ts';
import { initCell } from './swatch.ts';
import { groupedTable, noteMarks } from './table.ts';

/** Null while no run has finished. */
export function stepsSection(
  input: Pick<ReportInput, 'results' | 'curves' | 'runs'>,
  slots: Map<string, number>,
  numbering: Numbering,
): Markup | null {
  const { results, runs, curves } = input;
  const finished = new Set(runs.filter(({ result }) => result !== null).map(({ id }) => id));
  const counted = curves.filter(({ runId }) => finished.has(runId));
  const marks = noteMarks();
  const groups = groupArms(results.arms).map(({ title, arms }) => {
    const steps = armSteps(
      arms.map(({ armId }) => armId),
      counted,
      results.thresholdAuc,
    );
    const labels = new Map(arms.map(({ armId, initLabel }) => [armId, initLabel]));
    const rows = steps.map((arm) => ({
      cells: [initCell(labels.get(arm.armId) ?? arm.armId, slots), ...cells(arm, (text) => marks.mark(text))],
    }));
    return { title, rows };
  });
  if (groups.every(({ rows }) => rows.length === 0)) return null;
  return groupedTable({
    caption: markup`<b>Table ${numbering.table()}.</b> Steps to a validation AUC of ${results.thresholdAuc}, to the resolution of the validation interval. Runs that never reached it are censored at their last scoring (marked >). Medians: Kaplan-Meier. Ratio of medians to the first arm with its 95 % percentile interval over runs (bootstrap, 2,000 draws; with fewer than about five seeds it is too narrow); below 1: fewer steps.`,
    columns: [
      { head: 'Initialisation' },
      { head: 'Reached it', number: true },
      { head: 'Median steps', number: true },
      { head: 'Each seed' },
      { head: 'Ratio of medians', number: true },
      { head: '95 % interval', number: true },
    ],
    groups,
    notes: marks.list(),
  });
}

function cells({ runs, median, ratio }: ArmSteps, mark: (text: string | null) => Markup | null): MarkupValue[] {
  const reached = runs.filter((run) => run.reached).length;
  const interval =
    ratio?.low == null
      ? '–'
      : ratio.high === null
        ? `from ${ratio.low.toFixed(2)}`
        : `${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)}`;
  return [
    `${reached} of ${runs.length}`,
    median === null ? markup`–${mark('At least half of the runs never reached the threshold.')}` : formatCount(median),
    runs.map(({ steps, reached: there }) => `${there ? '' : '> '}${formatCount(steps)}`).join(', '),
    ratio === null ? 'reference' : ratio.ratio === null ? '–' : ratio.ratio.toFixed(2),
    ratio === null ? '' : markup`${interval}${mark(ratio.why)}`,
  ];
}
