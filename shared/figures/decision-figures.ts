/** Decision curves as figures: one per model and training-set size. Pure. */
import type { ArmResult } from '../results/results.ts';
import type { StudyDetails } from '../results/study-details.ts';
import { groupArms } from '../study/arms.ts';
import type { Plot, Series } from './figure.ts';
import { assignSlots } from './palette.ts';

/** Empty where a class is missing. Bold: mean over runs; band: interval over seeds and patients; faint: single runs. */
export function decisionFigures(arms: readonly ArmResult[], details: StudyDetails): Plot[] {
  const { thresholds, all, range } = details.decision;
  const slots = assignSlots(arms.map((arm) => arm.initLabel));
  const at = (index: number): number => thresholds[index] as number;
  const figures = groupArms(arms).flatMap(({ name, arms: members }): { name: string; series: Series[] }[] => {
    const series = members.flatMap(({ armId, initLabel }): Series[] => {
      const found = details.arms.find((arm) => arm.armId === armId);
      if (found === undefined || found.netBenefit.length === 0) return [];
      return [
        {
          ...{ id: armId, label: initLabel, slot: slots.get(initLabel) ?? 0 },
          mean: found.netBenefit.map(({ value }, index) => ({ x: at(index), y: value ?? 0 })),
          band: found.netBenefit.flatMap(({ low, high }, index) =>
            low === null || high === null ? [] : [{ x: at(index), low, high }],
          ),
          seeds: details.runs
            .filter((run) => run.armId === armId)
            .map((run) => ({
              label: `seed ${run.seed}`,
              points: run.netBenefit.map((y, index) => ({ x: at(index), y })),
            })),
        },
      ];
    });
    return series.length === 0 ? [] : [{ name, series }];
  });
  const bands = figures.flatMap(({ series }) =>
    series.flatMap(({ mean, band }) => [...mean.map(({ y }) => y), ...band.map(({ high }) => high)]),
  );
  const highest = Math.max(0.01, all[0] ?? 0, ...bands);
  // Acting on everybody falls far below 0, where it no longer matters. All figures share an axis.
  const lowest = Math.max(Math.min(0, ...bands), -highest) - 0.1 * highest;
  return figures.map(({ name, series }) => ({
    kind: 'plot',
    title: `Decision curves, ${name}`,
    ...{ series, xLabel: 'Threshold probability', yLabel: 'Net benefit', digits: 3 },
    reference: { y: 0, label: 'act on nobody' },
    guide: { points: all.map((y, index) => ({ x: at(index), y })), label: 'act on everybody' },
    yRange: { from: lowest, to: 1.04 * highest, within: [lowest, 1.04 * highest] },
    xRange: [range.from, range.to],
    xName: 'Threshold probability',
  }));
}
