/** Test AUCs of each headline endpoint, the ROC curves of the first, and the primary differences. */
import { rocFigure } from '../../../shared/figures/roc-figure.ts';
import { RULE_WORDS, type StudyDetails } from '../../../shared/results/study-details.ts';
import { armsTable } from '../../../shared/results/tables/arms-table.ts';
import { comparisonsTable } from '../../../shared/results/tables/comparisons-table.ts';
import { declaredWords, modelsTable } from '../../../shared/results/tables/margin-tables.ts';
import type { StudyResults } from '../../../shared/results/results.ts';
import { withColumns } from '../../../shared/tables/layout.ts';
import type { Table } from '../../../shared/tables/table.ts';
import { figure, table, text, type Block } from '../blocks.ts';
import type { ReportInput } from '../report-input.ts';

const AUC_COLUMNS = ['arm', 'runs', 'auc', 'sd'];
const DIFFERENCE_COLUMNS = ['arm', 'difference', 'adjusted', 'conclusion', 'p_adjusted'];

export function aucSection({ results, details = [] }: Pick<ReportInput, 'results' | 'details'>): Block[] {
  const headlines = headlinesOf(results);
  const ids = headlines.map(({ id }) => id);
  const [first, second] = ids;
  return [
    ...(results.margin === null ? [] : [text(declaredWords(results.margin.declared))]),
    ...ids.flatMap((id) => table(withColumns(armsTable(results, id), AUC_COLUMNS))),
    ...rocPart(results, details[0]),
    // Of several endpoints the figure of the first section has all differences.
    ...(first === undefined || second !== undefined ? [] : short(comparisonsTable(results, first))),
    ...short(modelsTable(results, ids)),
  ];
}

/** Nothing where no run has a curve. */
export function rocPart(results: StudyResults, details: StudyDetails | undefined): Block[] {
  if (details === undefined) return [];
  return figure(
    rocFigure(results, details),
    `ROC curves on the test images: mean over the seeds of an arm at equal specificity (thick), each seed (thin), and the operating point of each seed, chosen on its validation images (${RULE_WORDS[details.rule]}). Band, from three seeds on: one standard deviation over seeds to either side.`,
  );
}

/** The primary interval only; the appendix has the others. */
const short = (content: Table | null): Block[] =>
  content === null ? [] : table(withColumns(content, DIFFERENCE_COLUMNS));

export const headlinesOf = ({ endpoints }: Pick<StudyResults, 'endpoints'>): StudyResults['endpoints'] =>
  endpoints.filter(({ headline }) => headline);
