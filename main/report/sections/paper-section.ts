/** What the paper reports for the same arms, beside what this study found. */
import { paperTable } from '../../../shared/results/tables/paper-table.ts';
import { markup, type Markup } from '../../../shared/words/markup.ts';
import type { Numbering } from '../numbering.ts';
import type { ReportInput } from '../report-input.ts';
import { tableMarkup } from '../table.ts';

/** Null where the paper prints no number for any arm of the study. */
export function paperSection(
  { study, dataset, results }: Pick<ReportInput, 'study' | 'dataset' | 'results'>,
  numbering: Numbering,
): Markup | null {
  const planned = { spec: study.spec, arms: study.arms, modality: dataset.modality };
  const tables = results.endpoints.flatMap(({ id }) => tableMarkup(paperTable(results, id, planned), numbering) ?? []);
  return tables.length === 0 ? null : markup`<h3>Beside the paper</h3>\n${tables}`;
}
