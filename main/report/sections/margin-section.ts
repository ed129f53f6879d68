/** Smaller models against the largest, and everything against the declared margin. */
import { countOf, formatCount, formatP, formatRange, formatSigned } from '../../../shared/words/numbers.ts';
import type { MarginTestResult } from '../../../shared/study/margin.ts';
import { resampledComparison, type StudyResults } from '../../../shared/results/results.ts';
import { totalDifference } from '../../../shared/results/verdict.ts';
import { markup, type Markup } from '../markup.ts';
import { formatDateTime } from '../../../shared/words/times.ts';
import type { Numbering } from '../numbering.ts';
import { endSentence } from '../text/phrases.ts';
import { groupedTable, noteMarks, type Row } from '../table.ts';

interface MarginSectionInput {
  results: StudyResults;
  numbering: Numbering;
}

/** Null where the study compares no models. */
export function modelTable({ results, numbering }: MarginSectionInput): Markup | null {
  if (results.modelComparisons.length === 0) return null;
  const marks = noteMarks();
  const several = results.endpoints.filter((endpoint) => endpoint.headline).length > 1;
  const rows = results.modelComparisons.map((comparison): Row => {
    const total = totalDifference(results, comparison);
    const resampled = resampledComparison(results, comparison);
    const [small, large] = [parametersOf(results, comparison.armA), parametersOf(results, comparison.armB)];
    const why = total === null ? (comparison.why ?? 'Needs two finished seeds in both arms.') : null;
    return {
      cells: [
        armName(results, comparison.armA),
        armName(results, comparison.armB),
        ...(several ? [endpointName(results, comparison.endpointId)] : []),
        markup`${(large / small).toFixed(1)} times fewer <span class="quiet">(${formatCount(small)})</span>`,
        formatSigned(comparison.difference),
        markup`${formatRange(total?.low, total?.high, formatSigned)}${why !== null && marks.mark(endSentence(why))}`,
        formatRange(resampled?.low, resampled?.high, formatSigned),
      ],
    };
  });
  return groupedTable({
    caption: markup`<b>Table ${numbering.table()}.</b> Smaller models against the largest that starts the same way on as many training images: paired differences of the mean AUC on the same test images, with 95 % intervals over patients and seeds (t with Satterthwaite’s degrees of freedom, and hierarchical bootstrap).`,
    columns: [
      { head: 'Smaller model' },
      { head: 'against' },
      ...(several ? [{ head: 'Endpoint' }] : []),
      { head: 'Parameters', number: true },
      { head: 'Difference', number: true },
      { head: markup`95 % interval<br><span class="quiet">t</span>`, number: true },
      { head: markup`95 % interval<br><span class="quiet">bootstrap</span>`, number: true },
    ],
    groups: [{ title: '', rows }],
    notes: marks.list(),
  });
}

/** What was declared, when and why, and what it says; or that nothing was. */
export function marginText({ results, numbering }: MarginSectionInput): Markup {
  const { margin } = results;
  if (margin === null) {
    return markup`<p>No margin was declared before the test images were scored, so this report makes no claim of non-inferiority or equivalence: a difference that is not supported is no evidence that there is none.</p>`;
  }
  const { delta, reason, declaredAt, earlierStudies } = margin.declared;
  const earlier =
    earlierStudies > 0
      ? ` By then ${countOf(earlierStudies, 'other study', 'other studies')} had scored test images of this dataset, so they may not have been unseen.`
      : '';
  return markup`<p>The margin was set to an AUC difference of ${String(delta)} on ${formatDateTime(declaredAt, 'utc')}, before any run of this study had scored the test images.${earlier} Reason given: “${reason}”</p>
${marginTable({ results, numbering })}`;
}

function marginTable({ results, numbering }: MarginSectionInput): Markup | null {
  const { margin } = results;
  if (margin === null || margin.comparisons.length === 0) return null;
  const marks = noteMarks();
  const several = results.endpoints.filter((endpoint) => endpoint.headline).length > 1;
  const cell = (test: MarginTestResult): string =>
    test.adjustedP === null ? test.answer : `${test.answer} (p ${formatP(test.adjustedP)})`;
  const rows = margin.comparisons.map((row): Row => ({
    cells: [
      armName(results, row.armA),
      armName(results, row.armB),
      ...(several ? [endpointName(results, row.endpointId)] : []),
      formatSigned(row.difference),
      markup`${formatRange(row.lower, row.upper, formatSigned)}${row.why !== null && marks.mark(endSentence(row.why))}`,
      cell(row.nonInferior),
      cell(row.equivalent),
    ],
  }));
  return groupedTable({
    caption: markup`<b>Table ${numbering.table()}.</b> Differences of the mean test AUC against the margin of ${String(margin.declared.delta)}, over patients and seeds. Bounds are one-sided at 2.5 %: the ends of the 95 % interval. Not worse: the difference lies above −${String(margin.declared.delta)}. Equivalent: it lies within ±${String(margin.declared.delta)} (two one-sided tests). P-values are one-sided and adjusted by Holm’s method over these ${String(margin.comparisons.length)} comparisons; “yes” needs one below 0.025, “no” an interval wholly on the other side.`,
    columns: [
      { head: 'Arm' },
      { head: 'against' },
      ...(several ? [{ head: 'Endpoint' }] : []),
      { head: 'Difference', number: true },
      { head: 'Bounds', number: true },
      { head: 'Not worse?' },
      { head: 'Equivalent?' },
    ],
    groups: [{ title: '', rows }],
    notes: marks.list(),
  });
}

function armName(results: StudyResults, armId: string): string {
  const arm = results.arms.find((candidate) => candidate.armId === armId);
  if (arm === undefined) return armId;
  return `${arm.modelName}, ${arm.initLabel}${arm.trainSize === 'all' ? '' : `, ${countOf(arm.trainSize, 'image')}`}`;
}

function endpointName(results: StudyResults, endpointId: string): string {
  return results.endpoints.find((endpoint) => endpoint.id === endpointId)?.name ?? endpointId;
}

function parametersOf(results: StudyResults, armId: string): number {
  return results.arms.find((arm) => arm.armId === armId)?.parameters ?? NaN;
}
