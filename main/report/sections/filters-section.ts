/** First-layer kernels before and after training, and what changed, pixel for pixel. */
import { filterPanels, filtersFigure, filtersTitle } from '../../../shared/figures/filter-figure.ts';
import type { FilterView } from '../../../shared/results/results.ts';
import { armWords } from '../../../shared/study/arms.ts';
import { figureMarkup } from '../figures/figure-markup.ts';
import { markup, type Markup } from '../../../shared/words/markup.ts';
import { runLink } from '../run-link.ts';
import type { ReportInput } from '../report-input.ts';

/** One run per arm (its lowest seed): more would not fit a page, and the app shows them all. */
export function filtersSection(input: Pick<ReportInput, 'results' | 'filters'>): Markup[] {
  return input.results.arms.flatMap((arm) => {
    const view = input.filters.find((candidate) => candidate.armId === arm.armId);
    return view === undefined ? [] : [filterBlock(view, armWords(arm))];
  });
}

function filterBlock(view: FilterView, name: string): Markup {
  const figure = filtersFigure(filtersTitle(name, view.seed, 'rgb'), filterPanels(view, 'rgb'), 'common');
  return markup`<h3>${name}, ${runLink(view.runId, `seed ${view.seed}`)}: ${view.before.length} kernels of ${view.kernelSize} × ${view.kernelSize} × ${view.channels}</h3>
${figureMarkup(figure)}`;
}
