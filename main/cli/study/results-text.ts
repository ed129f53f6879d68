/** The results of a study as text: its tables, then the verdict. */
import { formatCount } from '../../../shared/words/numbers.ts';
import type { StudyResults } from '../../../shared/results/results.ts';
import { endpointTables } from '../../../shared/results/tables/endpoint-tables.ts';
import type { PlannedStudy } from '../../../shared/results/tables/paper-table.ts';
import { speedTable } from '../../../shared/results/tables/speed-table.ts';
import { stepsOfResults, stepsTable } from '../../../shared/results/tables/steps-table.ts';
import { TONE_WORDS, verdictFacts } from '../../../shared/results/verdict-facts.ts';
import { verdictOf } from '../../../shared/results/verdict-sentence.ts';
import type { StudySimilarity } from '../../../shared/similarity/similarity.ts';
import { tablesText } from '../../../shared/tables/text-face.ts';

interface ResultsTextInput {
  results: StudyResults;
  /** Which endpoints, in this order. */
  endpointIds: readonly string[];
  similarity?: StudySimilarity | null;
  /** For the paper's numbers beside those of the study. */
  planned?: PlannedStudy | null;
  /** Prints the seeds under their arm. */
  unfold?: boolean;
}

export function resultsText(input: ResultsTextInput): string {
  const { results, endpointIds, similarity = null, planned = null, unfold = false } = input;
  const total = results.arms.reduce((sum, arm) => sum + arm.runsTotal, 0);
  const done = results.arms.reduce((sum, arm) => sum + arm.runsFinished, 0);
  const tables = [
    ...endpointIds.flatMap((id) => endpointTables(results, id, planned)),
    stepsTable(stepsOfResults(results)),
    speedTable(results),
  ].filter((table) => table !== null);
  return [
    `${results.studyName}: ${formatCount(done)} of ${formatCount(total)} runs finished.`,
    ...(results.synthetic ? ['Synthetic data: the numbers say nothing about patients.'] : []),
    '',
    tablesText(tables, { unfold }),
    ...verdictLines(results, similarity),
  ].join('\n');
}

/** The verdict and the parts that it rests on. */
function verdictLines(results: StudyResults, similarity: StudySimilarity | null): string[] {
  const { sentence, next, caveats } = verdictOf(results);
  const facts = verdictFacts(results, similarity).flatMap(({ question, answers, note }) => [
    question,
    ...[...Map.groupBy(answers, (answer) => answer.tone)].flatMap(([tone, list]) => [
      `  ${TONE_WORDS[tone]}.`,
      ...list.map(({ text }) => `    ${text}`),
    ]),
    ...(note === null ? [] : [`  ${note}`]),
  ]);
  return ['', 'Verdict', sentence, ...(next === null ? [] : [next]), ...caveats, ...facts];
}
