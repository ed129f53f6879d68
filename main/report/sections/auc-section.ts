/** Test AUCs, their ROC curves and the primary differences of each headline endpoint. */
import { rocFigure } from '../../../shared/figures/roc-figure.ts';
import { RULE_WORDS } from '../../../shared/results/study-details.ts';
import { armsTable } from '../../../shared/results/tables/arms-table.ts';
import { comparisonsTable } from '../../../shared/results/tables/comparisons-table.ts';
import { declaredWords, modelsTable } from '../../../shared/results/tables/margin-tables.ts';
import type { StudyResults } from '../../../shared/results/results.ts';
import { withColumns } from '../../../shared/tables/layout.ts';
import type { Table } from '../../../shared/tables/table.ts';
import { figure, heading, table, text, type Block } from '../blocks.ts';
import type { ReportInput } from '../report-input.ts';

const AUC_COLUMNS = ['arm', 'runs', 'auc', 'sd'];
const DIFFERENCE_COLUMNS = ['arm', 'difference', 'adjusted', 'conclusion', 'p_adjusted'];

export function aucSection({ results, details = [] }: Pick<ReportInput, 'results' | 'details'>): Block[] {
  const headlines = headlinesOf(results);
  return [
    ...(results.margin === null ? [] : [text(declaredWords(results.margin.declared))]),
    ...headlines.flatMap(({ id, name }) => {
      const own = details.find(({ endpointId }) => endpointId === id);
      return [
        ...(headlines.length > 1 ? [heading(name)] : []),
        ...table(withColumns(armsTable(results, id), AUC_COLUMNS)),
        ...figure(
          own === undefined ? null : rocFigure(results, own),
          `ROC curves on the test images: mean over the seeds of an arm at equal specificity (thick), each seed (thin)${
            own === undefined
              ? ''
              : `, and the operating point of each seed, chosen on its validation images (${RULE_WORDS[own.rule]})`
          }. Band, from three seeds on: one standard deviation over seeds to either side.`,
        ),
        ...short(comparisonsTable(results, id)),
      ];
    }),
    ...short(
      modelsTable(
        results,
        headlines.map(({ id }) => id),
      ),
    ),
  ];
}

/** The primary interval only; the appendix has the others. */
const short = (content: Table | null): Block[] =>
  content === null ? [] : table(withColumns(content, DIFFERENCE_COLUMNS));

export const headlinesOf = ({ endpoints }: Pick<StudyResults, 'endpoints'>): StudyResults['endpoints'] =>
  endpoints.filter(({ headline }) => headline);
