/** Parts of the statements of the checklists: what is counted, listed or chosen from the stored data. */
import { countOf, formatCount, formatInterval, formatNumber } from '../../../shared/words/numbers.ts';
import { joinWords } from '../text/phrases.ts';
import type { ReportInput, TestPrecision } from '../report-input.ts';

/** What statements are read from. */
export type StatementInput = Pick<
  ReportInput,
  | 'study'
  | 'dataset'
  | 'sites'
  | 'otherScorings'
  | 'characteristics'
  | 'precision'
  | 'weights'
  | 'results'
  | 'runs'
  | 'files'
>;

export const finished = ({ runs }: StatementInput) => runs.flatMap((run) => (run.result === null ? [] : [run.result]));
export const splitOf = ({ dataset }: StatementInput, name: string) =>
  dataset.splits.find(({ split }) => split === name);
export const headlines = ({ results }: StatementInput) => results.endpoints.filter(({ headline }) => headline);
export const leftOut = ({ dataset }: StatementInput): number =>
  Object.entries(dataset.problemCounts).reduce((sum, [kind, count]) => (kind === 'converted' ? sum : sum + count), 0);

/** More would not be read in a checklist. */
export const MOST_LISTED = 24;

/** `CBR-Tiny, random 0.879 (0.816–0.942)` of each arm, for each headline endpoint. */
export function accuracies(input: StatementInput): string[] {
  const endpoints = headlines(input);
  const models = new Set(input.results.arms.map(({ model }) => model)).size > 1;
  return endpoints.flatMap((endpoint) =>
    input.results.arms.flatMap((arm) => {
      const value = arm.endpoints.find(({ endpointId }) => endpointId === endpoint.id);
      if (value?.mean == null) return [];
      const size = arm.trainSize === 'all' ? '' : `, ${countOf(arm.trainSize, 'training image')}`;
      const name = `${models ? `${arm.modelName}, ` : ''}${arm.initLabel}${size}`;
      const of = endpoints.length > 1 ? `${endpoint.name}, ` : '';
      return [`${of}${name} ${formatNumber(value.mean)} ${formatInterval(value.low, value.high)}`.trim()];
    }),
  );
}

/** What interval this many test images allow, and how many a chosen width would take. */
export function precisionText({ endpointId, widths, wanted }: TestPrecision, { results }: StatementInput): string {
  const endpoint = results.endpoints.find(({ id }) => id === endpointId);
  if (endpoint === undefined) return '';
  const { name, positives, negatives } = endpoint;
  const listed = widths.map(({ auc, width }) => `${formatNumber(width, 2)} wide at an AUC of ${auc}`);
  const needed =
    wanted.images === null
      ? ''
      : `; a width of ${wanted.width} at ${wanted.auc} takes ${formatCount(wanted.images)} images with this share of positives`;
  return ` ${name}: ${formatCount(positives)} positive and ${formatCount(negatives)} negative images allow a 95 % interval ${joinWords(listed)}${needed} (Hanley and McNeil 1982, one image per patient; several of a patient widen it).`;
}
