/** `margins.csv`: smaller models against the largest, and every comparison with the declared margin; one comparison a row. */
import { resampledComparison, type StudyResults } from '../../../shared/results/results.ts';
import { totalDifference, whyNoTotal } from '../../../shared/results/verdict.ts';
import { formatRecords, type CsvCell } from '../../../shared/tables/csv.ts';

/** Columns with what they hold. */
export const MARGIN_COLUMNS = {
  comparison:
    'margin: against the declared margin; models: a smaller model against the largest that starts the same way',
  endpoint_id: 'endpoint',
  arm_id: 'arm',
  against: 'arm_id of the arm it is compared with',
  difference: 'mean AUC of the arm minus that of the other',
  low95: 'lower end of the 95 % interval over patients and seeds (t, Satterthwaite)',
  high95: 'upper end of the same',
  bootstrap_low95: 'lower end of the 95 % interval over seeds and patients (hierarchical bootstrap)',
  bootstrap_high95: 'upper end of the same',
  margin: 'declared margin',
  declared_at: 'when it was declared (UTC), before the test images were scored',
  not_worse: 'yes, no or cannot tell: the difference lies above minus the margin',
  p_not_worse: 'one-sided p-value',
  p_not_worse_holm: 'the same, adjusted by Holm’s method over all rows of the margin',
  equivalent: 'yes, no or cannot tell: the difference lies within the margin',
  p_equivalent: 'the larger of two one-sided p-values',
  p_equivalent_holm: 'the same, adjusted by Holm’s method over all rows of the margin',
  note: 'why a number is missing',
} as const;

type Column = keyof typeof MARGIN_COLUMNS;

export function marginCsv(results: StudyResults): string {
  const models = results.modelComparisons.map((row): Partial<Record<Column, CsvCell>> => {
    const [total, resampled] = [totalDifference(results, row), resampledComparison(results, row)];
    return {
      ...{ comparison: 'models', endpoint_id: row.endpointId, arm_id: row.armA, against: row.armB },
      ...{ difference: row.difference, low95: total?.low ?? null, high95: total?.high ?? null },
      ...{ bootstrap_low95: resampled?.low ?? null, bootstrap_high95: resampled?.high ?? null },
      note: whyNoTotal(results, row),
    };
  });
  const { margin } = results;
  const tests = (margin?.comparisons ?? []).map((row): Partial<Record<Column, CsvCell>> => {
    const resampled = resampledComparison(results, row);
    return {
      ...{ comparison: 'margin', endpoint_id: row.endpointId, arm_id: row.armA, against: row.armB },
      ...{ difference: row.difference, low95: row.lower, high95: row.upper, note: row.why },
      ...{ bootstrap_low95: resampled?.low ?? null, bootstrap_high95: resampled?.high ?? null },
      ...{ margin: margin?.declared.delta ?? null, declared_at: margin?.declared.declaredAt ?? null },
      ...{ not_worse: row.nonInferior.answer, p_not_worse: row.nonInferior.p },
      ...{ p_not_worse_holm: row.nonInferior.adjustedP, equivalent: row.equivalent.answer },
      ...{ p_equivalent: row.equivalent.p, p_equivalent_holm: row.equivalent.adjustedP },
    };
  });
  return formatRecords(MARGIN_COLUMNS, [...tests, ...models]);
}
