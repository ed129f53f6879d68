/** Movement of weights as a figure. Pure. */
import type { MovementPanel } from '../../../shared/figures/movement-panels.ts';
import { besides, type Figure } from '../../ui/chart/figure.ts';
import { styleOfSlot } from '../../ui/chart/series-style.ts';

export function movementFigure(panel: MovementPanel): Figure {
  const width = 0.8 / panel.series.length;
  const shifts = besides(panel.series.length, width);
  const tops = panel.series.flatMap(({ stages }) =>
    stages.map(({ relativeDistance }) => (relativeDistance?.mean ?? 0) + (relativeDistance?.sd ?? 0)),
  );
  return {
    title: `How far each stage moved, ${panel.group}`,
    xLabel: 'Stage, from the image up',
    yLabel: 'Distance / norm at the start',
    series: panel.series.map(({ armId, label, slot, stages }, index) => {
      const values = stages.flatMap(({ stage, relativeDistance }) => {
        const x = panel.stages.indexOf(stage) + (shifts[index] as number);
        return relativeDistance === null ? [] : [{ x, ...relativeDistance }];
      });
      return {
        id: armId,
        label,
        style: styleOfSlot(slot),
        mean: values.map(({ x, mean }) => ({ x, y: mean })),
        band: values.flatMap(({ x, mean, sd }) =>
          sd === null ? [] : [{ x, low: Math.max(0, mean - sd), high: mean + sd }],
        ),
        seeds: [],
      };
    }),
    reference: null,
    digits: 3,
    // Error bars stay within the frame; a twentieth is a round tick.
    yRange: { min: 0, floor: 0, max: Math.max(0.05, Math.ceil(Math.max(...tops) * 20) / 20) },
    categories: panel.stages,
    marks: 'bars',
    barWidth: width * 0.9,
    whiskers: true,
  };
}
