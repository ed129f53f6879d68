/** What the paper reports for the same arms, beside what this study found. */
import { formatNumber, formatRange } from '../../../shared/words/numbers.ts';
import { PAPER_CAUTION, PAPER_COLUMN } from '../../../shared/templates/template-paper.ts';
import { paperRows } from '../../../shared/templates/template-results.ts';
import { studyTemplate } from '../../../shared/templates/templates.ts';
import { groupArms } from './arm-groups.ts';
import { markup, type Markup } from '../markup.ts';
import { INTERVAL_WORDS } from '../../../shared/words/intervals.ts';
import type { Numbering } from '../numbering.ts';
import type { ReportInput } from '../report-input.ts';
import { initCell } from '../figures/swatch.ts';
import { groupedTable } from '../table.ts';

/** Null where the paper prints no number for any arm of the study. */
export function paperSection(
  { study: { spec, arms }, dataset, results }: Pick<ReportInput, 'study' | 'dataset' | 'results'>,
  slots: Map<string, number>,
  numbering: Numbering,
): Markup | null {
  const { template } = spec;
  if (template === undefined) return null;
  const tables = results.endpoints.flatMap(({ id: endpointId, name }) => {
    const rows = paperRows({ spec, arms, modality: dataset.modality, results, endpointId });
    if (rows.length === 0) return [];
    return [
      groupedTable({
        caption: markup`<b>Table ${numbering.table()}.</b> ${name}: this study beside ${studyTemplate(template).shows} of the paper. ${PAPER_CAUTION}`,
        columns: [
          { head: 'Initialisation' },
          { head: 'Mean AUC of this study', number: true },
          {
            head: markup`95 % interval<br><span class="quiet">${INTERVAL_WORDS[results.intervalKind].short}</span>`,
            number: true,
          },
          { head: PAPER_COLUMN, number: true },
        ],
        groups: groupArms(rows.map(({ arm }) => arm)).map(({ title, arms: members }) => ({
          title,
          rows: rows
            .filter(({ arm }) => members.includes(arm))
            .map(({ arm, value, paper }) => ({
              cells: [
                initCell(arm.initLabel, slots),
                formatNumber(value?.mean ?? null),
                formatRange(value?.low, value?.high),
                markup`${formatNumber(paper.auc)}<br><span class="quiet">${paper.where}</span>`,
              ],
            })),
        })),
      }),
    ];
  });
  return tables.length === 0 ? null : markup`<h3>Beside the paper</h3>\n${tables}`;
}
