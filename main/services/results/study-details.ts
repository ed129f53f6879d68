/** Operating points, calibration, decision curves and subgroups of a study, from stored predictions; computed in worker threads and kept in memory. */
import type { Endpoint } from '../../../shared/dataset/dataset.ts';
import {
  detailsRequestSchema,
  type DecisionRange,
  type DetailsRequest,
  type ProbabilityKind,
  type StudyDetails,
  type ThresholdRuleName,
} from '../../../shared/results/study-details.ts';
import { planStudyDetails } from '../../analysis/study/study-details.ts';
import { referencePairs } from '../../analysis/study/study-results.ts';
import { runBootstrap } from '../../resampling/run-bootstrap.ts';
import type { Store } from '../../store/open.ts';
import type { StoredStudy } from '../../store/studies.ts';
import { predictionsState, readPredictedRuns, testImageFacts } from './stored-predictions.ts';
import { requireDataset, requireEndpoint, requireStudy } from '../require.ts';

interface Settings {
  rule: ThresholdRuleName;
  prevalence: number | null;
  range: DecisionRange;
  probabilities: ProbabilityKind;
}

/** Computations (study, endpoint and settings) that are kept at most: a page changes between few. */
const KEPT = 24;

/** Null without a finished run. Two callers wait for one computation. @throws AppError `bad-input`, `not-found`. */
export type ReadStudyDetails = (request: DetailsRequest) => Promise<StudyDetails | null>;

export function createStudyDetails(store: Store): ReadStudyDetails {
  const kept = new Map<string, Promise<StudyDetails | null>>();

  async function compute(study: StoredStudy, endpointId: string, settings: Settings) {
    const { endpoint, grades } = endpointOf(store, study, endpointId);
    const plan = planStudyDetails({
      studyId: study.id,
      ...{ endpoint, grades, ...settings },
      pairs: referencePairs(study.arms).map(({ a, b }) => ({ armA: a.id, armB: b.id })),
      runs: await readPredictedRuns(store, study),
      facts: testImageFacts(store, study),
    });
    return plan === null ? null : plan.read(await runBootstrap({ job: plan.job }));
  }

  return (request) => {
    const { id, endpointId: wanted, ...settings } = detailsRequestSchema.parse(request);
    const study = requireStudy(store, id);
    const endpointId = endpointOf(store, study, wanted).endpoint.id;
    const key = JSON.stringify([id, endpointId, settings, predictionsState(store.runs.listByStudy(id))]);
    const before = kept.get(key);
    if (before !== undefined) return before;
    const fresh = compute(study, endpointId, settings);
    kept.set(key, fresh);
    fresh.catch(() => kept.delete(key));
    const [oldest] = kept.keys();
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
    return fresh;
  };
}

/** Of each headline endpoint, with the default rule; empty while no run has finished. */
export async function readHeadlineDetails(
  results: { details: ReadStudyDetails },
  id: string,
  endpoints: readonly Endpoint[],
): Promise<StudyDetails[]> {
  const found: StudyDetails[] = [];
  for (const endpoint of endpoints.filter((candidate) => candidate.headline)) {
    const details = await results.details({ id, endpointId: endpoint.id });
    if (details !== null) found.push(details);
  }
  return found;
}

function endpointOf(store: Store, study: StoredStudy, wanted: string | undefined) {
  const { endpoints, kind, outputs } = requireDataset(store, study.datasetId).target;
  const first = endpoints.find(({ headline }) => headline) ?? endpoints[0];
  const endpoint = requireEndpoint(endpoints, wanted ?? first?.id ?? '');
  return { endpoint, grades: kind === 'ordinal' ? outputs.length : null };
}
