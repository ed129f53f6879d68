/** Where the networks of a study go wrong, from stored predictions and the marks of the dataset; computed when a report asks. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Endpoint } from '../../../shared/dataset/dataset.ts';
import type { AucWithoutMarked, FailureAnalysis, StudyFailures } from '../../analysis/mistakes/failures.ts';
import type { MarkedImage } from '../../../shared/dataset/image-marks.ts';
import { alignRuns } from '../../analysis/study/aligned-runs.ts';
import { analyseFailures } from '../../analysis/mistakes/failure-analysis.ts';
import { analyseMistakes, mistakesAuc } from '../../analysis/mistakes/mistakes.ts';
import type { DetailedRun } from '../../analysis/study/study-details.ts';
import { parseThresholdRule } from '../../analysis/statistics/thresholds.ts';
import type { Store } from '../../store/open.ts';
import type { StoredStudy } from '../../store/studies.ts';
import type { PredictedStudies } from '../results/predicted-studies.ts';
import { requireDataset } from '../require.ts';

/** As in the study's details and the report's operating points. */
const RULE = 'youden';

/** Of each headline endpoint. Other work gets its turn between runs and endpoints. */
export async function readFailures(
  { store, predicted }: { store: Store; predicted: PredictedStudies },
  study: StoredStudy,
): Promise<StudyFailures> {
  const marks = store.imageMarks.list(study.datasetId);
  const runs = await predicted.read(study);
  const attributes = predicted.attributes(study);
  const marked = new Set(marks.map(({ imageId }) => imageId));
  const headlines = requireDataset(store, study.datasetId).target.endpoints.filter((one) => one.headline);
  const endpoints: FailureAnalysis[] = [];
  const withoutMarked: AucWithoutMarked[] = [];
  for (const endpoint of headlines) {
    const found = analyseFailures({ endpoint, rule: RULE, runs, attributes, marked });
    if (found !== null) endpoints.push(found);
    withoutMarked.push(...leaveOutMarked({ endpoint, runs, marks }));
    await nextTurn();
  }
  return { endpoints, marks, withoutMarked };
}

/** What a bundle's predictions and marks give again elsewhere: all but subgroups, whose names and ages a bundle makes coarser. */
export function comparableFailures({ endpoints, withoutMarked }: StudyFailures): unknown {
  return {
    endpoints: endpoints.map(({ subgroups: _subgroups, ...rest }) => rest),
    withoutMarked,
  };
}

function leaveOutMarked(params: {
  endpoint: Endpoint;
  runs: readonly DetailedRun[];
  marks: readonly MarkedImage[];
}): AucWithoutMarked[] {
  const { endpoint, runs, marks } = params;
  const marked = new Set(marks.filter(({ split }) => split === 'test').map(({ imageId }) => imageId));
  if (marked.size === 0) return [];
  const { rowsByRun, common } = alignRuns(runs.map(({ runId, test }) => ({ runId, predictions: test })));
  const clustered = common.length > new Set(common.map(({ patient }) => patient)).size;
  return [...Map.groupBy(runs, ({ armId }) => armId)].flatMap(([armId, own]) => {
    const aligned = own.map((run) => ({ ...run, test: rowsByRun.get(run.runId) ?? [] }));
    const { images } = analyseMistakes({ endpoint, rule: parseThresholdRule(RULE), runs: aligned });
    const unmarked = images.filter(({ id }) => !marked.has(id));
    if (unmarked.length === images.length) return [];
    return [
      {
        endpointId: endpoint.id,
        armId,
        all: mistakesAuc(images, clustered),
        without: mistakesAuc(unmarked, clustered),
      },
    ];
  });
}
