/** Which test images an arm or a run gets wrong: from stored predictions, and the marks of the dataset. */
import { AppError } from '../../../shared/system/errors.ts';
import {
  mistakenImagesQuerySchema,
  mistakesOfSchema,
  type MistakenImagePage,
  type MistakenImagesQuery,
  type MistakesOf,
  type Mistakes,
} from '../../../shared/mistakes/mistakes.ts';
import type { Endpoint } from '../../../shared/dataset/dataset.ts';
import type { Prediction } from '../../../shared/run/run.ts';
import { alignRuns } from '../../analysis/study/aligned-runs.ts';
import { analyseMistakes, mistakesAuc, filterImages, type MistakeAnalysis } from '../../analysis/mistakes/mistakes.ts';
import { parseThresholdRule } from '../../analysis/statistics/thresholds.ts';
import type { Store } from '../../store/open.ts';
import type { StoredStudy } from '../../store/studies.ts';
import type { PredictedStudies } from '../results/predicted-studies.ts';
import { requireArm, requireDataset, requireEndpoint, requireStudy } from '../require.ts';

interface Held extends MistakeAnalysis {
  study: StoredStudy;
  endpoint: Endpoint;
  runs: { runId: string; seed: number }[];
  /** As in the study's results: test images outnumber their patients. */
  clustered: boolean;
}

export function createMistakesService({ store, predicted }: { store: Store; predicted: PredictedStudies }) {
  async function analyse(request: MistakesOf): Promise<Held> {
    const { studyId, armId, runId, endpointId, rule } = mistakesOfSchema.parse(request);
    const study = requireStudy(store, studyId);
    requireArm(study.arms, armId);
    const endpoint = requireEndpoint(requireDataset(store, study.datasetId).target.endpoints, endpointId);
    const isChosen = (run: { armId: string; id: string }): boolean =>
      run.armId === armId && (runId === undefined || run.id === runId);
    if (!store.runs.listByStudy(studyId).some((run) => run.result !== null && isChosen(run))) {
      throw new AppError('bad-input', 'Expected a finished run to look at, found none of this arm.', {
        action: 'Wait until a run of the arm has finished, or choose another arm.',
      });
    }
    // On the test images of the study's results: those that every finished run scored.
    return predicted.kept(study, ['mistakes', armId, runId ?? null, endpointId, rule], (finished) => {
      const { rowsByRun, common } = alignRuns(finished.map(({ runId, test }) => ({ runId, predictions: test })));
      const runs = finished
        .filter((run) => isChosen({ armId: run.armId, id: run.runId }))
        .map((run) => ({ ...run, test: rowsByRun.get(run.runId) as Prediction[] }));
      return {
        study,
        endpoint,
        runs: runs.map(({ runId, seed }) => ({ runId, seed })),
        clustered: common.length > new Set(common.map(({ patient }) => patient)).size,
        ...analyseMistakes({ endpoint, rule: parseThresholdRule(rule), runs }),
      };
    });
  }

  return {
    /** @throws AppError `not-found` (study, arm, run, endpoint), `bad-input` where no run has finished. */
    async summary(request: MistakesOf): Promise<Mistakes> {
      const { study, endpoint, runs, clustered, chosen, images, unknown, counts, bands } = await analyse(request);
      const { armId, rule } = mistakesOfSchema.parse(request);
      const marks = new Set(store.imageMarks.list(study.datasetId).map(({ imageId }) => imageId));
      const unmarked = images.filter(({ id }) => !marks.has(id));
      return {
        studyId: study.id,
        datasetId: study.datasetId,
        armId,
        endpoint: { id: endpoint.id, name: endpoint.name },
        runs,
        threshold: chosen.defined ? chosen.threshold : null,
        rule,
        validation: chosen.defined ? chosen.validation : null,
        counts,
        why: chosen.defined ? null : chosen.why,
        bands,
        unknown,
        auc: mistakesAuc(images, clustered),
        aucWithoutMarked: unmarked.length === images.length ? null : mistakesAuc(unmarked, clustered),
        marked: images.length - unmarked.length,
      };
    },
    /** Images of a cell or band, most confidently wrong first. @throws as `summary`. */
    async images(query: MistakenImagesQuery): Promise<MistakenImagePage> {
      const { filter, offset, limit } = mistakenImagesQuerySchema.parse(query);
      const { study, images } = await analyse(query);
      const marks = new Map(store.imageMarks.list(study.datasetId).map((mark) => [mark.imageId, mark]));
      const found = filterImages(images, filter, new Set(marks.keys()));
      return {
        total: found.length,
        images: found.slice(offset, offset + limit).map((image) => {
          const mark = marks.get(image.id);
          return {
            ...image,
            view: store.datasets.image(study.datasetId, image.id)?.view ?? null,
            mark: mark === undefined ? null : { imageId: image.id, reason: mark.reason, markedAt: mark.markedAt },
          };
        }),
      };
    },
  };
}

export type MistakesService = ReturnType<typeof createMistakesService>;
