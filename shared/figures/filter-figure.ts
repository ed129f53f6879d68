/** A run's first-layer filters as the three grids that the app and the report show and the command line writes. Pure. */
import {
  channelOf,
  drawFilters,
  filterDifference,
  gridColumns,
  largestWeight,
  type FilterScale,
  type FilterSet,
} from './filter-grid.ts';
import { formatPart, formatSignificant } from '../words/numbers.ts';
import type { Grids } from './figure.ts';
import type { FilterView } from '../results/results.ts';

export const FILTER_CHANNELS = ['rgb', 'red', 'green', 'blue'] as const;
/** All three channels in colour, or one of them in grey. */
export type FilterChannel = (typeof FILTER_CHANNELS)[number];

export interface FilterPanel {
  title: string;
  set: FilterSet;
  /** The weight that is drawn white where all filters share a scale. */
  limit: number;
}

/** Before, after and their difference. A kernel that does not have three channels is drawn grey, whichever is asked for. */
export function filterPanels(view: FilterView, channel: FilterChannel): FilterPanel[] {
  const { kernelSize, channels } = view;
  const [before, after, changed] = [view.before, view.after, filterDifference(view.before, view.after)].map(
    (filters) => {
      const set = { kernelSize, channels, filters };
      return channel === 'rgb' || channels !== 3 ? set : channelOf(set, FILTER_CHANNELS.indexOf(channel) - 1);
    },
  ) as [FilterSet, FilterSet, FilterSet];
  // Before and after share a limit, so that growth is seen; the difference is smaller and has its own.
  const limit = Math.max(largestWeight(before.filters), largestWeight(after.filters));
  return [
    { title: 'Before training', set: before, limit },
    { title: 'After training', set: after, limit },
    { title: 'Difference', set: changed, limit: largestWeight(changed.filters) },
  ];
}

/** @param arm in words, as `CBR-Tiny, random` */
export function filtersTitle(arm: string, seed: number, channel: FilterChannel): string {
  return `First-layer filters, ${arm}, seed ${seed}${channel === 'rgb' ? '' : `, ${channel}`}`;
}

/** The grids side by side. */
export function filtersFigure(title: string, panels: readonly FilterPanel[], scale: FilterScale): Grids {
  const [before, , changed] = panels;
  const share = before && changed ? `, ${formatPart(changed.limit, before.limit, 0)} of before` : '';
  return {
    kind: 'grids',
    title,
    note: scale === 'common' ? '' : 'Each filter on its own scale.',
    grids: panels.map((panel) => ({
      title:
        scale === 'common'
          ? `${panel.title} (white: ${formatSignificant(panel.limit, 2)}${panel === changed ? share : ''})`
          : panel.title,
      image: drawFilters({ set: panel.set, scale, limit: panel.limit, columns: gridColumns(panel.set.filters.length) }),
    })),
  };
}
