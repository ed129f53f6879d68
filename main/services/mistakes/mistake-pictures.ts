/** Draws the most confident errors of one run for a report: minutes of work for large models, one image after another. */
import fs from 'node:fs';
import type { Endpoint } from '../../../shared/dataset/dataset.ts';
import {
  mistakePicturesRequestSchema,
  type MistakePicturesRequest,
} from '../../../shared/mistakes/mistake-pictures.ts';
import { AppError } from '../../../shared/system/errors.ts';
import type { ExplanationMethod } from '../../../shared/mistakes/explanation.ts';
import type { MistakenImage } from '../../../shared/mistakes/mistakes.ts';
import type { RunResult, RunSummary } from '../../../shared/run/run.ts';
import { sharp } from '../../images/sharp.ts';
import { svgToPng } from '../../images/svg.ts';
import type { LibraryPaths } from '../../platform/library-paths.ts';
import type { MistakePicture, MistakePictures } from '../../report/sections/mistake-pictures.ts';
import { runFiles } from '../../runs/process/run-folder.ts';
import type { Store } from '../../store/open.ts';
import type { StoredStudy } from '../../store/studies.ts';
import { jpegUri, type ExplanationFigure } from './draw-explanation.ts';
import type { ExplanationsService } from './explanation-service.ts';
import type { MistakesService } from './mistakes-service.ts';
import { runsInOrder } from '../studies/runs-in-order.ts';
import { requireArm, requireDataset } from '../require.ts';

export interface MistakePicturesDeps {
  store: Store;
  paths: LibraryPaths;
  mistakes: MistakesService;
  explanations: Pick<ExplanationsService, 'figure'>;
}

export interface DrawOptions {
  /** In shares of one image. */
  onProgress?: ((done: number, total: number) => void) | undefined;
  signal?: AbortSignal | undefined;
}

type FinishedRun = RunSummary & { result: RunResult };

const METHOD: ExplanationMethod = 'occlusion';
/** As in the other tables of the report's section. */
const RULE = 'youden';
const WITHOUT = 'Or write the report without images.';

/**
 * Of the arm asked for (default: the first that has one) the finished run with the highest validation AUC that has kept its weights,
 * on the first headline endpoint.
 * @throws AppError `not-found` for an unknown arm; `bad-input` for a study opened from a bundle or where no run can be asked; `conflict` or `io` where an
 * image file is gone or changed; `cancelled`
 */
export async function drawMistakePictures(
  deps: MistakePicturesDeps,
  study: StoredStudy,
  request: MistakePicturesRequest,
  { onProgress, signal }: DrawOptions = {},
): Promise<MistakePictures> {
  const { mistakes, explanations } = deps;
  const { count, armId } = mistakePicturesRequestSchema.parse(request);
  const run = bestRun(deps, study, armId);
  const { endpoint, synthetic } = headline(deps.store, study);
  const of = { studyId: study.id, armId: run.armId, runId: run.id, endpointId: endpoint.id, rule: RULE };
  const { counts, why } = await mistakes.summary(of);
  const images: MistakenImage[] = [];
  for (const cell of ['fp', 'fn'] as const) {
    images.push(...(await mistakes.images({ ...of, filter: { cell }, limit: count })).images);
  }
  const pictures: MistakePicture[] = [];
  for (const [index, { id: imageId, label }] of images.entries()) {
    signal?.throwIfAborted();
    onProgress?.(index, images.length);
    const figure = await explanations.figure(
      { runId: run.id, imageId, endpointId: endpoint.id, method: METHOD },
      {
        onProgress: (done, total) => onProgress?.(index + (total > 0 ? done / total : 0), images.length),
        ...(signal === undefined ? {} : { signal }),
      },
    );
    pictures.push({
      ...{ imageId, label, explanation: figure.explanation, square: figure.squareUri },
      overlay: await overlayUri(figure),
    });
  }
  onProgress?.(images.length, images.length);
  return {
    ...{ endpointId: endpoint.id, armId: run.armId, runId: run.id, seed: run.seed, synthetic, why, pictures },
    counts: counts === null ? null : { fp: counts.fp, fn: counts.fn },
  };
}

function bestRun({ store, paths }: MistakePicturesDeps, study: StoredStudy, armId: string | undefined): FinishedRun {
  if (study.bundle !== undefined) {
    throw new AppError(
      'bad-input',
      'Pictures of errors need images and weights; a study opened from a bundle has neither.',
      { action: 'Write the report without images, or in the library that ran the study.' },
    );
  }
  if (armId !== undefined) requireArm(study.arms, armId);
  const able = runsInOrder(store, study).filter(
    (run): run is FinishedRun => run.result !== null && fs.existsSync(runFiles(paths.run(study.id, run.id)).best),
  );
  const chosen = armId ?? able[0]?.armId;
  const [best] = able
    .filter((run) => run.armId === chosen)
    .sort((a, b) => (b.result.bestValidationAuc ?? -1) - (a.result.bestValidationAuc ?? -1));
  if (best !== undefined) return best;
  throw new AppError('bad-input', 'Expected a finished run with its weights to draw pictures of errors, found none.', {
    action: `Wait until a run has finished, or choose another arm. ${WITHOUT}`,
  });
}

function headline(store: Store, study: StoredStudy): { endpoint: Endpoint; synthetic: boolean } {
  const { synthetic, target } = requireDataset(store, study.datasetId);
  return { endpoint: (target.endpoints.find((one) => one.headline) ?? target.endpoints[0]) as Endpoint, synthetic };
}

/** As one picture: filters of an inline drawing would be drawn anew by each program that shows the page. */
async function overlayUri({ overlaySvg }: ExplanationFigure): Promise<string> {
  return await jpegUri(sharp(await svgToPng(overlaySvg, 1)));
}
