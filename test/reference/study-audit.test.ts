/** The results of a study, from AUC to margin and bootstrap, against an independent recomputation (`test/peers/study_audit.py`). */
import { describe, expect, it } from 'vitest';
import { planArms } from '../../main/analysis/bootstrap/arms.ts';
import { bootstrapHere } from '../../main/analysis/bootstrap/job.ts';
import { createBootstrapPlan } from '../../main/analysis/bootstrap/plan.ts';
import { indexPatients } from '../../main/analysis/bootstrap/sampling.ts';
import { planStudyBootstrap } from '../../main/analysis/study/study-bootstrap.ts';
import { computeStudyResults } from '../../main/analysis/study/study-results.ts';
import { judgeComparisons } from '../../shared/results/verdict.ts';
import { expectTree, readAuditedStudy, resultsInput, type AuditedStudy } from './support/audited-study.ts';

describe.each(['fundus', 'chest'] as const)('%s', (name) => {
  const audited = readAuditedStudy(name);
  const input = resultsInput(audited);
  const results = computeStudyResults(input);
  const { bootstrap, totals, ...expected } = audited.expected.results;

  it('AUCs, variances, intervals, comparisons, margin', () => {
    expect(expectTree(results, expected)).toBeGreaterThan(100);
  });

  it('differences over patients and seeds, with Holm', () => {
    const judged = judgeComparisons(results).map(({ total, adjustedP }) => ({ ...total, adjustedP }));
    expect(expectTree(judged, totals)).toBeGreaterThan(5);
  });

  it('the hierarchical bootstrap, draw for draw', () => {
    const parts = planStudyBootstrap(input, results).map(({ job, read }) => read(bootstrapHere(job)));
    const drawn = {
      arms: parts.flatMap(({ arms }) => arms),
      comparisons: parts.flatMap(({ comparisons }) => comparisons),
    };
    const { arms, comparisons } = bootstrap as typeof drawn;
    expect(expectTree(drawn, { arms, comparisons })).toBeGreaterThan(10);
  });
});

it('chest: the mean over labels is taken within each draw', () => {
  const audited = readAuditedStudy('chest');
  const drawn = macroDraws(audited);
  const actual = { arms: [0, 1].map((arm) => ({ value: drawn.arms[arm]?.value, ...drawn.mean(arm) })) };
  expectTree(actual, { arms: audited.expected.macro?.['arms'] });
  expectTree(drawn.difference(1, 0).overSeedsAndPatients, audited.expected.macro?.['difference']);
});

function macroDraws({ study }: AuditedStudy) {
  const order = study.test.images.map((_, i) => i).sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  function nameOf(i: number): string {
    return study.test.images[i] as string;
  }
  const labels = study.outputs.map((_, k) => order.map((i) => study.test.labels[i]?.[k] ?? null));
  const patients = indexPatients(order.map((i) => study.test.patients[i] as number));
  const plan = createBootstrapPlan({ seed: 1, patients, labels });
  const read = planArms(plan, {
    labels: labels.map((list) => ({ labels: list })),
    scores: study.arms.map(({ armId }) =>
      study.runs
        .filter((run) => run.armId === armId)
        .map((run) => study.outputs.map((_, k) => order.map((i) => run.test[i]?.[k] as number))),
    ),
    seed: 1,
  });
  return read(bootstrapHere(plan.job()));
}
