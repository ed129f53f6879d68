/** What a figure shows, for those who do not see it. Pure. */
import { formatNumber } from '../../words/numbers.ts';
import type { Figure, Series } from '../figure.ts';

export const describeFigure = (figure: Figure): string => `${partsOf(figure).join('; ')}.`;

function partsOf(figure: Figure): string[] {
  switch (figure.kind) {
    case 'plot':
      return figure.series.map((series) => lastValue(series, figure.digits));
    case 'panels':
      return figure.panels.map(({ title, under }) => [title, under].filter(Boolean).join(', '));
    case 'forest':
      return figure.groups.flatMap(({ title, rows }) =>
        rows.map(({ label, words }) =>
          [title, `${label}: ${words.value} ${words.interval}`.trim()].filter(Boolean).join(', '),
        ),
      );
    case 'flow':
      return [
        ...figure.steps.map(
          ({ name, words, left }) => `${name}: ${words}${left ? ` (${left.words}; ${left.note})` : ''}`,
        ),
        ...figure.sets.map(({ name, words }) => `${name}: ${words}`),
      ];
    case 'histograms':
      return figure.layers.map(({ name, limit, words }) => `${name}: weights up to ${limit}, ${words}`);
    case 'grids':
      return figure.grids.map(({ title }) => title);
  }
}

function lastValue({ label, mean }: Series, digits: number): string {
  const last = mean.at(-1);
  const value = last ? formatNumber(last.y, digits) : 'no value yet';
  return label === '' ? `Last value: ${value}` : `${label}: ${value}`;
}
