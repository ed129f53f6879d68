/**
 * The hierarchical bootstrap of a study: intervals of arms and of their differences over seeds and patients
 * (`bootstrap/arms.ts`). One plan an endpoint, so that its strata are those of its own labels.
 */
import type { StudyBootstrap, StudyResults } from '../../../shared/results/results.ts';
import { alignRuns } from './aligned-runs.ts';
import { planArms, type ArmBootstrap } from '../bootstrap/arms.ts';
import { DEFAULT_DRAWS, type BootstrapDraws, type BootstrapJob } from '../bootstrap/job.ts';
import { createBootstrapPlan } from '../bootstrap/plan.ts';
import { indexPatients } from '../bootstrap/sampling.ts';
import { endpointLabel, endpointScore } from './endpoints.ts';
import type { StudyResultsInput } from './study-results.ts';

/** Fixed, so that a study's intervals are the same whenever and wherever they are computed; printed beside them. */
export const BOOTSTRAP_SEED = 1;

/** One endpoint: what is to be drawn, and how to read it. */
export interface EndpointBootstrap {
  job: BootstrapJob;
  read: (draws: BootstrapDraws) => Pick<StudyBootstrap, 'arms' | 'comparisons'>;
}

export type BootstrapInput = Pick<StudyResultsInput, 'endpoints' | 'runs'>;

/** Empty without a finished run. Of arms that have one; comparisons are those of `results`. */
export function planStudyBootstrap(
  input: BootstrapInput,
  results: Pick<StudyResults, 'arms' | 'comparisons' | 'modelComparisons'>,
  { draws = DEFAULT_DRAWS, seed = BOOTSTRAP_SEED }: { draws?: number; seed?: number } = {},
): EndpointBootstrap[] {
  const { rowsByRun, common } = alignRuns(input.runs);
  if (common.length === 0) return [];
  const patients = indexPatients(common.map((row) => row.patient));
  const armIds = results.arms.filter((arm) => arm.runsFinished > 0).map((arm) => arm.armId);
  return input.endpoints.map((endpoint): EndpointBootstrap => {
    const labels = common.map((row) => endpointLabel(endpoint, row.labels));
    const plan = createBootstrapPlan({ seed, draws, patients, labels: [labels] });
    const scores = armIds.map((armId) =>
      input.runs
        .filter((run) => run.armId === armId)
        .map(({ runId }) => [(rowsByRun.get(runId) ?? []).map((row) => endpointScore(endpoint, row.probabilities))]),
    );
    const read = planArms(plan, { labels: [{ labels }], scores, seed });
    return {
      job: plan.job(),
      read: (drawn) => readEndpoint({ drawn: read(drawn), armIds, endpointId: endpoint.id, results }),
    };
  });
}

function readEndpoint(params: {
  drawn: ArmBootstrap;
  armIds: readonly string[];
  endpointId: string;
  results: Pick<StudyResults, 'comparisons' | 'modelComparisons'>;
}): Pick<StudyBootstrap, 'arms' | 'comparisons'> {
  const { drawn, armIds, endpointId, results } = params;
  return {
    arms: armIds.map((armId, index) => {
      const { low, high, why } = drawn.mean(index).overSeedsAndPatients;
      return { armId, endpointId, low, high, why };
    }),
    comparisons: [...results.comparisons, ...results.modelComparisons]
      .filter((pair) => pair.endpointId === endpointId)
      .flatMap(({ armA, armB }) => {
        const [a, b] = [armIds.indexOf(armA), armIds.indexOf(armB)];
        if (a < 0 || b < 0) return [];
        const { low, high, p, why } = drawn.difference(a, b).overSeedsAndPatients;
        return [{ armA, armB, endpointId, low, high, p, why }];
      }),
  };
}
