/** What was asked and what the data say: verdict, differences with the margin, one row a question, what limits it. */
import { differenceFigure } from '../../../shared/figures/difference-figure.ts';
import type { StudyResults } from '../../../shared/results/results.ts';
import { summaryTable } from '../../../shared/results/tables/summary-table.ts';
import { verdictFacts } from '../../../shared/results/verdict-facts.ts';
import { verdictOf } from '../../../shared/results/verdict-sentence.ts';
import { figure, list, table, text, type Block } from '../blocks.ts';
import type { ReportInput } from '../report-input.ts';
import { joinWords } from '../text/phrases.ts';

/** Of a figure with the answers beneath it on one page. */
const MOST_ROWS = 14;
/** Initialisations that a question names. */
const MOST_NAMED = 4;

export function answerSection({ results, similarity, dataset }: ReportInput): Block[] {
  const verdict = verdictOf(results);
  const starts = differenceFigure(results);
  const shown = starts ?? differenceFigure(results, 'modelComparisons');
  const drawn = figure(
    shown,
    `Difference in mean test AUC, each arm minus ${starts === null ? 'the largest model' : 'the first arm of the same model and size'}, over patients and seeds. The verdict rests on these intervals.${results.margin === null ? '' : ' Dashed: the margin that was declared before the test images were scored.'}`,
  );
  const answers = [
    ...table(summaryTable(verdictFacts(results, similarity), [starts === null ? 'size' : 'difference'])),
    ...list(verdict.caveats),
  ];
  const rows = shown?.groups.reduce((sum, group) => sum + group.rows.length, 0) ?? 0;
  return [
    text(writeQuestion(results, dataset.name)),
    text([verdict.sentence, verdict.next ?? ''].join(' ').trim()),
    // A figure that takes a page of its own does not keep the answers from the first.
    ...(rows > MOST_ROWS ? [...answers, ...drawn] : [...drawn, ...answers]),
  ];
}

/** What the study asks, by what it varies. */
export function writeQuestion(results: StudyResults, datasetName: string): string {
  const models = joinWords([...new Set(results.arms.map((arm) => arm.modelName))]);
  const headline = results.endpoints.filter((endpoint) => endpoint.headline);
  const endpoints = joinWords((headline.length === 0 ? results.endpoints : headline).map(({ name }) => name));
  const [reference, ...others] = [...new Set(results.arms.map((arm) => arm.initLabel))];
  if (others.length === 0 || reference === undefined) {
    return `On the dataset “${datasetName}”, how well does ${models} tell images with and without ${endpoints} apart?`;
  }
  return `On the dataset “${datasetName}”, does training of ${models} that starts from ${others.length > MOST_NAMED ? `one of ${others.length} other initialisations` : joinWords(others.map(startName), 'or')} reach a different test AUC for ${endpoints} than training that starts from ${startName(reference)}?`;
}

/** An initialisation as something that training starts from. */
const startName = (initLabel: string): string => (initLabel === 'random' ? 'random weights' : initLabel);
