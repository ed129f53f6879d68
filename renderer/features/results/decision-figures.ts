/** Decision curves as figures: one per model and training-set size. Pure. */
import type { ArmResult } from '../../../shared/results/results.ts';
import type { StudyDetails } from '../../../shared/results/study-details.ts';
import type { Figure, FigureSeries } from '../../ui/chart/figure.ts';
import { lineStyles, PLAIN_STYLE } from '../../ui/chart/series-style.ts';

/** Empty where a class is missing. Bold: mean over runs; band: interval over seeds and patients; faint: single runs. */
export function decisionFigures(arms: readonly ArmResult[], details: StudyDetails): Figure[] {
  const { thresholds, all, range } = details.decision;
  const styles = lineStyles(arms.map((arm) => arm.initLabel));
  const at = (index: number): number => thresholds[index] as number;
  const groups = [...Map.groupBy(arms, (arm) => `${arm.model} ${arm.trainSize}`).values()];
  return groups.flatMap((members) => {
    const series = members.flatMap((arm): FigureSeries[] => {
      const found = details.arms.find(({ armId }) => armId === arm.armId);
      if (found === undefined || found.netBenefit.length === 0) return [];
      return [
        {
          ...{ id: arm.armId, label: arm.initLabel, style: styles.get(arm.initLabel) ?? PLAIN_STYLE },
          mean: found.netBenefit.map(({ value }, index) => ({ x: at(index), y: value ?? 0 })),
          band: found.netBenefit.flatMap(({ low, high }, index) =>
            low === null || high === null ? [] : [{ x: at(index), low, high }],
          ),
          seeds: details.runs
            .filter((run) => run.armId === arm.armId)
            .map((run) => ({
              label: `seed ${run.seed}`,
              points: run.netBenefit.map((y, index) => ({ x: at(index), y })),
            })),
        },
      ];
    });
    const first = members[0];
    if (series.length === 0 || first === undefined) return [];
    const size = first.trainSize === 'all' ? '' : `, ${first.trainSize} training images`;
    return [
      {
        title: `Decision curves, ${first.modelName}${size}`,
        ...{ series, xLabel: 'Threshold probability', yLabel: 'Net benefit', digits: 3 },
        reference: { y: 0, label: 'act on nobody' },
        guide: { points: all.map((y, index) => ({ x: at(index), y })), label: 'act on everybody' },
        yRange: { floor: -0.1 },
        xRange: [range.from, range.to] as const,
        xName: 'Threshold probability',
      },
    ];
  });
}
