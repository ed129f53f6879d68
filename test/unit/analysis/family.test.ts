/** The family of comparisons does not shrink where one cannot be tested. */
import { expect, it } from 'vitest';
import { judgeMargin } from '../../../main/analysis/study/study-margins.ts';
import { computeStudyResults } from '../../../main/analysis/study/study-results.ts';
import { judgeComparisons } from '../../../shared/results/verdict.ts';
import { readAuditedStudy, resultsInput } from '../../reference/support/audited-study.ts';

it('counts an arm with one seed as p = 1', () => {
  const input = resultsInput(readAuditedStudy('fundus'));
  const last = input.arms.at(-1)?.armId;
  const results = computeStudyResults({
    ...input,
    runs: input.runs.filter((run) => run.armId !== last || run.seed === 0),
  });
  const judged = judgeComparisons(results);
  const tested = judged.flatMap(({ total }) => total?.p ?? []);
  expect(judged.at(-1)).toMatchObject({ total: null, adjustedP: null, supported: false });
  expect(tested).toHaveLength(judged.length - 1);
  const smallest = judged.find(({ total }) => total?.p === Math.min(...tested));
  expect(smallest?.adjustedP).toBeCloseTo(Math.min(1, judged.length * Math.min(...tested)), 12);

  const declared = { delta: 0.2, reason: 'Made up.', declaredAt: '2026-11-23T00:00:00.000Z', earlierStudies: 0 };
  const { comparisons } = judgeMargin(results, declared);
  const p = Math.min(...comparisons.flatMap(({ nonInferior }) => nonInferior.p ?? []));
  const first = comparisons.find(({ nonInferior }) => nonInferior.p === p);
  expect(comparisons.filter(({ nonInferior }) => nonInferior.p === null).length).toBeGreaterThan(0);
  expect(first?.nonInferior.adjustedP).toBeCloseTo(Math.min(1, comparisons.length * p), 12);
});
