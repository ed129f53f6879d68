/** Smaller models against the largest, and everything against the declared margin. */
import { declaredWords, marginTable, modelsTable } from '../../../shared/results/tables/margin-tables.ts';
import type { StudyResults } from '../../../shared/results/results.ts';
import { markup, type Markup } from '../../../shared/words/markup.ts';
import type { Numbering } from '../numbering.ts';
import { tableMarkup } from '../table.ts';

/** Null where the study compares no models. */
export function modelsPart(results: StudyResults, numbering: Numbering): Markup | null {
  return tableMarkup(modelsTable(results, headlinesOf(results)), numbering);
}

/** What was declared, when and why, and what it says; or that nothing was. */
export function marginPart(results: StudyResults, numbering: Numbering): Markup {
  const { margin } = results;
  if (margin === null) {
    return markup`<p>No margin was declared before the test images were scored, so this report makes no claim of non-inferiority or equivalence: a difference that is not supported is no evidence that there is none.</p>`;
  }
  const table = tableMarkup(marginTable(results, headlinesOf(results)), numbering);
  return table ?? markup`<p>${declaredWords(margin.declared)}</p>`;
}

const headlinesOf = ({ endpoints }: StudyResults): string[] =>
  endpoints.filter(({ headline }) => headline).map(({ id }) => id);
