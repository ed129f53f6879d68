/** First-layer kernels before and after training, and what changed, pixel for pixel. */
import { formatPart, formatSignificant } from '../../../shared/words/numbers.ts';
import { drawFilters, filterDifference, gridColumns, largestWeight } from '../../../shared/figures/filter-grid.ts';
import type { FilterView } from '../../../shared/results/results.ts';
import { markup, type Markup, type MarkupValue } from '../markup.ts';
import { pngDataUri } from '../figures/png.ts';
import { runLink } from '../run-link.ts';
import type { ReportInput } from '../report-input.ts';

/** One run per arm (its lowest seed): more would not fit a page, and the app shows them all. */
export function filtersSection(input: Pick<ReportInput, 'results' | 'filters'>): Markup[] {
  return input.results.arms.flatMap((arm) => {
    const view = input.filters.find((candidate) => candidate.armId === arm.armId);
    if (view === undefined) return [];
    const size = arm.trainSize === 'all' ? '' : `, ${arm.trainSize} training images`;
    return [filterBlock(view, `${arm.modelName}, ${arm.initLabel}${size}`)];
  });
}

function filterBlock(view: FilterView, name: string): Markup {
  const difference = filterDifference(view.before, view.after);
  const common = Math.max(largestWeight(view.before), largestWeight(view.after));
  const change = largestWeight(difference);
  return markup`<div class="filters"><h3>${name}, ${runLink(view.runId, `seed ${view.seed}`)}: ${view.before.length} kernels of ${view.kernelSize} × ${view.kernelSize} × ${view.channels}</h3>
${panel({ view, filters: view.before, limit: common, alt: `${name}: kernels before training`, caption: markup`Before; scale ±${digits(common)}` })}
${panel({ view, filters: view.after, limit: common, alt: `${name}: kernels after training`, caption: markup`After; same scale` })}
${panel({ view, filters: difference, limit: change, alt: `${name}: difference of the kernels`, caption: markup`After − before; scale ±${digits(change)} (${ratio(change, common)})` })}</div>`;
}

function panel(params: {
  view: FilterView;
  filters: readonly (readonly number[])[];
  limit: number;
  alt: string;
  caption: MarkupValue;
}): Markup {
  const { view, filters, limit, alt, caption } = params;
  const { kernelSize, channels } = view;
  const image = drawFilters({
    set: { kernelSize, channels, filters },
    scale: 'common',
    limit,
    columns: gridColumns(filters.length),
  });
  return markup`<div><img alt="${alt}" width="${image.width * 4}" height="${image.height * 4}" src="${pngDataUri(image)}">${caption}</div>`;
}

function digits(value: number): string {
  return formatSignificant(value, 2);
}

function ratio(change: number, common: number): string {
  return common === 0 ? 'no weights' : `${formatPart(change, common, 0)} of the scale beside it`;
}
