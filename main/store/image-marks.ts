/** Marks of probable label noise: at most one an image. */
import type { Database } from 'better-sqlite3';
import { markedImageSchema, type ImageMark, type MarkedImage } from '../../shared/dataset/image-marks.ts';
import { parseRows } from './rows.ts';

export interface ImageMarkRepository {
  /** Replaces an earlier mark of the image. */
  set(datasetId: string, mark: ImageMark): void;
  /** False when there was none. */
  remove(datasetId: string, imageId: string): boolean;
  /** Latest first. */
  list(datasetId: string): MarkedImage[];
}

export function imageMarkRepository(db: Database): ImageMarkRepository {
  return {
    set(datasetId, mark) {
      db.prepare(
        `INSERT INTO image_marks (dataset_id, image_id, reason, marked_at) VALUES (:datasetId, :imageId, :reason, :markedAt)
        ON CONFLICT (dataset_id, image_id) DO UPDATE SET reason = excluded.reason, marked_at = excluded.marked_at`,
      ).run({ ...mark, datasetId });
    },
    remove: (datasetId, imageId) =>
      db.prepare('DELETE FROM image_marks WHERE dataset_id = ? AND image_id = ?').run(datasetId, imageId).changes > 0,
    list: (datasetId) =>
      parseRows(
        markedImageSchema,
        'image_marks',
        db
          .prepare(
            `SELECT image_id AS imageId, reason, marked_at AS markedAt, split, patient
            FROM image_marks AS m JOIN images AS i ON i.dataset_id = m.dataset_id AND i.id = m.image_id
            WHERE m.dataset_id = ? ORDER BY marked_at DESC, image_id`,
          )
          .all(datasetId),
      ),
  };
}
