/** Steps to the threshold AUC, arm by arm: censored runs, Kaplan-Meier medians, and their ratio to the first arm of a group. */
import { formatCount, formatP, formatRange, formatRatio } from '../../../shared/words/numbers.ts';
import type { ArmResult, StudyResults } from '../../../shared/results/results.ts';
import { ratioText } from '../../../shared/results/steps-ratio.ts';
import { observedText, observedOf } from '../../../shared/results/threshold-steps.ts';
import { groupArms } from './arm-groups.ts';
import { markup, type Markup, type MarkupValue } from '../markup.ts';
import type { Numbering } from '../numbering.ts';
import { runLink } from '../run-link.ts';
import { initCell } from '../figures/swatch.ts';
import { groupedTable, noteMarks } from '../table.ts';

/** Null while no run has finished. */
export function stepsSection(results: StudyResults, slots: Map<string, number>, numbering: Numbering): Markup | null {
  const marks = noteMarks();
  const groups = groupArms(results.arms).map(({ title, arms }) => ({
    title,
    rows: arms
      .filter(({ runsFinished }) => runsFinished > 0)
      .map((arm) => ({ cells: [initCell(arm.initLabel, slots), ...cells(arm, (text) => marks.mark(text))] })),
  }));
  if (groups.every(({ rows }) => rows.length === 0)) return null;
  return groupedTable({
    caption: markup`<b>Table ${numbering.table()}.</b> Steps to a validation AUC of ${results.thresholdAuc}, to the resolution of the validation interval. Runs that never reached it are censored at their last scoring (marked >). Medians: Kaplan–Meier. Ratio of medians to the first arm of the model, with its 95 % percentile interval over runs (bootstrap, 2,000 draws; with fewer than about five seeds it is too narrow); below 1: fewer steps. P: exact two-sided rank test with censored runs (Gehan), not adjusted.`,
    columns: [
      { head: 'Initialisation' },
      { head: 'Reached it', number: true },
      { head: 'Median steps', number: true },
      { head: 'Each seed, in order' },
      { head: 'Ratio of medians', number: true },
      { head: '95 % interval', number: true },
      { head: 'p', number: true },
    ],
    groups,
    notes: marks.list(),
  });
}

function cells(arm: ArmResult, mark: (text: string | null) => Markup | null): MarkupValue[] {
  const { medianStepsToThreshold: median, stepsRatio: ratio } = arm;
  const runs = observedOf(arm.stepsToThreshold);
  return [
    `${runs.filter((run) => run.reached).length} of ${runs.length}`,
    median === null ? markup`–${mark('At least half of the runs never reached the threshold.')}` : formatCount(median),
    runs.map((run, index) => markup`${index > 0 && ', '}${runLink(run.runId, observedText([run], formatCount))}`),
    ratio === null ? 'reference' : ratioText({ ...ratio, low: null, high: null }),
    ratio === null ? '' : markup`${formatRange(ratio.low, ratio.high, formatRatio)}${mark(ratio.why)}`,
    ratio === null ? '' : formatP(ratio.test?.p ?? null),
  ];
}
