/** Small figures, one of each way of drawing: with the pointer, as bars, as rows, as panels. */
import type { Forest, Panels, Plot, Series } from '../../shared/figures/figure.ts';

function series(label: string, slot: number, lift: number): Series {
  const mean = [0, 1, 2, 3].map((x) => ({ x, y: 0.5 + 0.1 * x + lift }));
  const band = mean.map(({ x, y }) => ({ x, low: y - 0.05, high: y + 0.05 }));
  return { id: label, label, slot, mean, band, seeds: [] };
}

const both = [series('random', 0, 0), series('transfer(natural)', 1, 0.1)];

export const CURVES: Plot = {
  ...{ kind: 'plot', title: 'Validation AUC', xLabel: 'Step', yLabel: 'AUC', series: both, digits: 3 },
  reference: { y: 0.8, label: 'threshold 0.8' },
  yRange: { within: [0, 1] },
};

export const BARS: Plot = {
  ...CURVES,
  ...{ title: 'How far each stage moved', reference: null, yRange: { from: 0 }, marks: 'bars', barWidth: 0.35 },
  categories: ['block1', 'block2', 'block3', 'head'],
};

export const ROWS: Forest = {
  kind: 'forest',
  ...{ title: 'Test AUC', xLabel: 'Mean test AUC', reference: 0.5, within: [0, 1] },
  groups: [
    {
      title: '',
      rows: both.map(({ label, slot }) => ({
        ...{ label, slot, value: 0.8, low: 0.7, high: 0.9, dots: [0.78, 0.82] },
        words: { value: '0.800', interval: '(0.700–0.900)' },
      })),
    },
  ],
};

export const PANELS: Panels = {
  kind: 'panels',
  ...{ title: 'Similarity', xLabel: 'At the start', yLabel: 'After training', marks: 'points', key: true, digits: 3 },
  panels: ['block1', 'block2'].map((title) => ({ title, under: 'R² = 0.900', series: both, guide: null })),
  xRange: [0, 3],
  yRange: [0.4, 1],
};
