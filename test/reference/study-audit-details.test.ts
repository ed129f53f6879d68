/**
 * Operating points, calibration, recalibration, decision curves, calls and subgroups of a study against an independent recomputation
 * (`test/peers/study_audit.py`).
 */
import { expect, it } from 'vitest';
import { bootstrapHere } from '../../main/analysis/bootstrap/job.ts';
import { planStudyDetails } from '../../main/analysis/study/study-details.ts';
import { computeStudyResults } from '../../main/analysis/study/study-results.ts';
import {
  predictionsOf,
  expectTree,
  readAuditedStudy,
  resultsInput,
  type AuditedName,
} from './support/audited-study.ts';

it.each<[AuditedName, number]>([
  ['fundus', 0],
  ['chest', 0],
  ['chest', 1],
])('%s, endpoint %i', (name, at) => {
  const audited = readAuditedStudy(name);
  const { study, expected } = audited;
  const input = resultsInput(audited);
  const planned = planStudyDetails({
    studyId: 'made-up',
    endpoint: input.endpoints[at] ?? expect.fail('The fixture has no such endpoint.'),
    rule: 'youden',
    grades: study.grades ? study.outputs.length : null,
    runs: study.runs.map((run) => ({
      ...{ runId: run.runId, armId: run.armId, seed: run.seed },
      validation: predictionsOf(audited, run, 'validation'),
      test: predictionsOf(audited, run, 'test'),
    })),
    pairs: computeStudyResults(input).comparisons.filter(({ endpointId }) => endpointId === input.endpoints[0]?.id),
    attributes: new Map(
      study.test.images.map((imageId, i) => [
        imageId,
        { sex: null, age: null, view: null, site: null, eye: study.test.eyes[i] ?? null },
      ]),
    ),
  });
  const details = planned?.read(bootstrapHere(planned.job));
  expect(expectTree(details, expected.details[at])).toBeGreaterThan(500);
});
