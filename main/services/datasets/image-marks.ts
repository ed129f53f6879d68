/** Marks of probable label noise: notes on a dataset's images. No label and no result depends on them. */
import { formatCsv } from '../../../shared/tables/csv.ts';
import {
  markRequestSchema,
  unmarkRequestSchema,
  type ImageMark,
  type MarkedImage,
  type MarkKind,
  type MarkRequest,
  type UnmarkRequest,
} from '../../../shared/dataset/image-marks.ts';
import type { Store } from '../../store/open.ts';
import { requireDataset, requireImage } from '../require.ts';

export function createImageMarksService({ store }: { store: Store }) {
  function list(datasetId: string, kind?: MarkKind): MarkedImage[] {
    requireDataset(store, datasetId);
    return store.imageMarks.list(datasetId, kind);
  }

  return {
    /** Those of one kind (default: `label`), latest first. @throws AppError `not-found`. */
    list,
    /** Replaces an earlier mark. @throws AppError `not-found` where the dataset has no such image. */
    mark(request: MarkRequest): ImageMark {
      const { datasetId, imageId, reason, kind } = markRequestSchema.parse(request);
      requireImage(store, { datasetId, imageId });
      const mark = { imageId, reason, markedAt: new Date().toISOString() };
      store.imageMarks.set(datasetId, mark, kind);
      return mark;
    },
    /** The mark that was there, to undo the removal with; null where there was none. @throws AppError `not-found`. */
    unmark(request: UnmarkRequest): ImageMark | null {
      const { datasetId, imageId } = unmarkRequestSchema.parse(request);
      requireImage(store, { datasetId, imageId });
      const marks = [...store.imageMarks.list(datasetId), ...store.imageMarks.list(datasetId, 'exclude')];
      const before = marks.find((mark) => mark.imageId === imageId);
      store.imageMarks.remove(datasetId, imageId);
      return before === undefined ? null : { imageId, reason: before.reason, markedAt: before.markedAt };
    },
    /** One row an image: id, split, patient number, labels, reason, time. No path and no identifier of the source. */
    csv(datasetId: string): string {
      const { outputs } = requireDataset(store, datasetId).target;
      const rows = list(datasetId).map(({ imageId, split, patient, reason, markedAt }) => {
        const { labels } = requireImage(store, { datasetId, imageId });
        return [imageId, split, patient, ...labels, reason, markedAt];
      });
      const labelled = outputs.map((output) => `label_${output}`);
      return formatCsv(['image_id', 'split', 'patient', ...labelled, 'reason', 'marked_at'], rows);
    },
  };
}

export type ImageMarksService = ReturnType<typeof createImageMarksService>;
