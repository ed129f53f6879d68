/** AUCs, paired comparisons, and what training cost. */
import type { StudyResults } from '../../../shared/results/results.ts';
import { armsTable } from '../../../shared/results/tables/arms-table.ts';
import { comparisonsTable } from '../../../shared/results/tables/comparisons-table.ts';
import { INTERVAL_WORDS } from '../../../shared/words/intervals.ts';
import { speedTable } from '../../../shared/results/tables/speed-table.ts';
import { forestFigure } from '../../../shared/figures/forest-figure.ts';
import { figureMarkup } from '../figures/figure-markup.ts';
import { markup, type Markup } from '../../../shared/words/markup.ts';
import type { Numbering } from '../numbering.ts';
import { tableMarkup } from '../table.ts';
import { marginPart, modelsPart } from './margin-section.ts';

export function resultsSection(results: StudyResults, numbering: Numbering): Markup {
  const ordered = [...results.endpoints].sort((a, b) => Number(b.headline) - Number(a.headline));
  return markup`${ordered.map(
    (
      endpoint,
    ) => markup`<h3>${endpoint.name}${!endpoint.headline && markup` <span class="quiet">(further endpoint)</span>`}</h3>
${tableMarkup(armsTable(results, endpoint.id), numbering)}
${
  endpoint.headline &&
  markup`<figure>${figureMarkup(forestFigure(results, endpoint.id))}<figcaption><b>Figure ${numbering.figure()}.</b> ${endpoint.name}: mean test AUC (square) with its 95 % interval (${INTERVAL_WORDS[results.intervalKind].short}) and the AUC of each seed (dots).</figcaption></figure>`
}
${endpoint.headline && tableMarkup(comparisonsTable(results, endpoint.id), numbering)}`,
  )}
${modelsPart(results, numbering)}
<h3>Margin</h3>
${marginPart(results, numbering)}
<h3>Speed and size</h3>
${tableMarkup(speedTable(results), numbering)}`;
}
