/** Smaller models against the largest, and everything against the declared margin. Pure. */
import { countOf } from '../../words/numbers.ts';
import { formatDateTime } from '../../words/times.ts';
import type { DeclaredMargin, MarginComparison, MarginTestResult } from '../../study/margin.ts';
import { count, difference, number, pValue, range, text, type Cell } from '../../tables/cells.ts';
import { buildTable, ungrouped, type ColumnOf, type Table } from '../../tables/table.ts';
import { endpointName } from '../endpoint-name.ts';
import type { StudyResults } from '../results.ts';
import { concludedComparisons, type Concluded } from '../conclusion.ts';
import { bootstrapColumn, conclusionCell, pairColumn, totalCell } from './comparisons-table.ts';

type Endpoints = readonly string[];

/** Null where the study compares no models for these endpoints. */
export function modelsTable(results: StudyResults, endpointIds: Endpoints): Table | null {
  const rows = concludedComparisons(results, 'modelComparisons').filter(({ endpointId }) =>
    endpointIds.includes(endpointId),
  );
  if (rows.length === 0) return null;
  const parametersOf = (id: string) => results.arms.find(({ armId }) => armId === id)?.parameters ?? NaN;
  return buildTable<Concluded>({
    caption: 'Smaller models against the largest',
    notes: [
      'Paired differences of the mean AUC on the same test images, of models that start the same way on as many training images: a family of their own, adjusted by Holm’s method.',
    ],
    groups: ungrouped(rows),
    columns: [
      pairColumn(results),
      endpointColumn(results, endpointIds),
      {
        ...{ key: 'times_fewer', head: 'Times fewer parameters', number: true },
        cell: ({ armA, armB }) => number(parametersOf(armB) / parametersOf(armA), 1),
      },
      {
        ...{ key: 'parameters', head: '', unit: 'of the smaller', number: true, stacked: true },
        cell: ({ armA }) => count(parametersOf(armA)),
      },
      { key: 'difference', head: 'Difference', number: true, cell: (row) => difference(row.difference) },
      {
        ...{ key: 'adjusted', head: '95 % CI', unit: 'patients and seeds', number: true, stacked: true },
        about: 'Patients and seeds: t with Satterthwaite’s degrees of freedom, adjusted.',
        cell: ({ adjusted, whyNoTotal }) => totalCell(adjusted, whyNoTotal),
      },
      { key: 'conclusion', head: 'Conclusion', cell: conclusionCell },
      bootstrapColumn(results),
    ],
  });
}

/** Null without a margin, or without comparisons for these endpoints. */
export function marginTable(results: StudyResults, endpointIds: Endpoints): Table | null {
  const { margin } = results;
  const rows = margin?.comparisons.filter(({ endpointId }) => endpointIds.includes(endpointId)) ?? [];
  if (margin === null || rows.length === 0) return null;
  const delta = String(margin.declared.delta);
  const adjusted = `One-sided p-values, adjusted by Holm’s method over the ${countOf(margin.comparisons.length, 'comparison')} with the margin; “yes” needs one below 0.025, “no” bounds wholly on the other side.`;
  const tests = (key: 'nonInferior' | 'equivalent', head: string, about: string): ColumnOf<MarginComparison>[] => [
    { ...{ key, head: `${head}?`, about }, cell: (row) => answerCell(row[key], row.why) },
    {
      ...{ key: `p_${key}`, head: 'p', unit: 'adjusted', number: true, stacked: true, about: adjusted },
      cell: (row) => pValue(row[key].adjustedP, row[key].adjustedP === null ? (row.why ?? undefined) : undefined),
    },
  ];
  return buildTable<MarginComparison>({
    caption: `Against the declared margin of ${delta}`,
    notes: [declaredWords(margin.declared)],
    groups: ungrouped(rows),
    columns: [
      pairColumn(results),
      endpointColumn(results, endpointIds),
      { key: 'difference', head: 'Difference', number: true, cell: (row) => difference(row.difference) },
      {
        ...{ key: 'bounds', head: 'Bounds', unit: 'patients and seeds', number: true, stacked: true },
        about:
          'One-sided bounds over patients and seeds (t with Satterthwaite’s degrees of freedom), each at 2.5 % divided as Holm’s method divides it, so that they agree with the answers.',
        cell: ({ bounds, why }) =>
          range(bounds, { signed: true, note: bounds === null ? (why ?? undefined) : undefined }),
      },
      ...tests('nonInferior', 'Not worse', `Not worse: the difference lies above −${delta}.`),
      ...tests('equivalent', 'Equivalent', `Equivalent: it lies within ±${delta} (two one-sided tests).`),
    ],
  });
}

/** How large the margin is, when it was declared, what had been seen by then, and why. */
export function declaredWords({ delta, reason, declaredAt, earlierStudies }: DeclaredMargin): string {
  const earlier =
    earlierStudies > 0
      ? ` By then ${countOf(earlierStudies, 'other study', 'other studies')} had scored test images of this dataset, so they may not have been unseen.`
      : '';
  return `The margin was set to an AUC difference of ${delta} on ${formatDateTime(declaredAt, 'utc')}, before any run of this study had scored the test images.${earlier} Reason given: “${reason}”`;
}

function answerCell({ answer }: MarginTestResult, why: string | null): Cell {
  if (answer === 'yes') return text('Yes', { tone: 'info' });
  if (answer === 'no') return text('No', { tone: 'warn' });
  return text('Cannot tell', { tone: 'quiet', note: why ?? undefined });
}

/** Left out where the table is of one endpoint. */
function endpointColumn({ endpoints }: StudyResults, shown: Endpoints): ColumnOf<{ endpointId: string }> {
  return {
    ...{ key: 'endpoint', head: 'Endpoint', when: shown.length > 1 },
    cell: ({ endpointId }) => endpointName(endpoints, endpointId),
  };
}
