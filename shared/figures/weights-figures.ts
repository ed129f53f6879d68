/** What training did to the weights as figures: how far stages moved, and the values of layers before and after. Pure. */
import type { LayerWeights } from '../weights/weight-changes.ts';
import { formatNumber, formatSignificant } from '../words/numbers.ts';
import { besides, type Histograms, type Plot } from './figure.ts';
import type { WeightMovementPanel } from './weight-movement-panels.ts';

export function weightMovementFigure(panel: WeightMovementPanel): Plot {
  const width = 0.8 / panel.series.length;
  const shifts = besides(panel.series.length, width);
  return {
    kind: 'plot',
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
        slot,
        mean: values.map(({ x, mean }) => ({ x, y: mean })),
        band: values.flatMap(({ x, mean, sd }) =>
          sd === null ? [] : [{ x, low: Math.max(0, mean - sd), high: mean + sd }],
        ),
        seeds: [],
      };
    }),
    reference: null,
    digits: 3,
    yRange: { from: 0 },
    categories: panel.stages,
    marks: 'bars',
    barWidth: width * 0.88,
  };
}

/** @param most of deeper networks so many evenly spaced layers are shown, the first and the last among them */
export function histogramsFigure(params: {
  /** In words, as `CBR-Tiny, random`. */
  arm: string;
  slot: number;
  seed: number;
  layers: readonly LayerWeights[];
  most?: number;
}): Histograms {
  const { arm, slot, seed, layers, most = Infinity } = params;
  return {
    kind: 'histograms',
    title: `Weights before and after training, ${arm}, seed ${seed}`,
    slot,
    layers: spaced(layers, most).map(({ layer, histogram, relativeDistance, cosine }) => ({
      name: layer,
      before: histogram.before,
      after: histogram.after,
      limit: formatSignificant(histogram.high, 2),
      words: `moved ${formatNumber(relativeDistance, 2)}, cosine ${formatNumber(cosine, 2)}`,
    })),
  };
}

function spaced<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  return Array.from({ length: most }, (_, index) => all[Math.round((index * (all.length - 1)) / (most - 1))] as T);
}
