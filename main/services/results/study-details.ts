/** Operating points, calibration, decision curves and subgroups of a study, from stored predictions; computed in worker threads and kept in memory. */
import type { Endpoint } from '../../../shared/dataset/dataset.ts';
import { detailsRequestSchema, type DetailsRequest, type StudyDetails } from '../../../shared/results/study-details.ts';
import { planStudyDetails } from '../../analysis/study/study-details.ts';
import { referencePairs } from '../../analysis/study/study-results.ts';
import { runBootstrap } from '../../resampling/run-bootstrap.ts';
import type { Store } from '../../store/open.ts';
import type { StoredStudy } from '../../store/studies.ts';
import type { PredictedStudies } from './predicted-studies.ts';
import { requireDataset, requireEndpoint, requireStudy } from '../require.ts';

/** Null without a finished run. @throws AppError `not-found`. */
export type ReadStudyDetails = (request: DetailsRequest) => Promise<StudyDetails | null>;

export function createStudyDetails(deps: { store: Store; predicted: PredictedStudies }): ReadStudyDetails {
  const { store, predicted } = deps;

  return async (request) => {
    const { id, endpointId: wanted, ...settings } = detailsRequestSchema.parse(request);
    const study = requireStudy(store, id);
    const { endpoint, grades } = endpointOf(store, study, wanted);
    return predicted.kept(study, ['details', endpoint.id, settings], async (runs) => {
      const plan = planStudyDetails({
        studyId: study.id,
        ...{ endpoint, grades, ...settings },
        pairs: referencePairs(study.arms).map(({ a, b }) => ({ armA: a.id, armB: b.id })),
        runs,
        attributes: predicted.attributes(study),
      });
      return plan === null ? null : plan.read(await runBootstrap({ job: plan.job }));
    });
  };
}

/** Of each headline endpoint, with the default rule unless chosen otherwise; empty while no run has finished. */
export async function readHeadlineDetails(
  results: { details: ReadStudyDetails },
  id: string,
  endpoints: readonly Endpoint[],
  settings: Pick<DetailsRequest, 'thresholds'> = {},
): Promise<StudyDetails[]> {
  const found: StudyDetails[] = [];
  for (const endpoint of endpoints.filter((candidate) => candidate.headline)) {
    const details = await results.details({ id, endpointId: endpoint.id, ...settings });
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
