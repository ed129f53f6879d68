/** Marks of probable label noise: at most one an image. */
import type { Database } from 'better-sqlite3';
import { markedImageSchema, type ImageMark } from '../../shared/dataset/image-marks.ts';
import { rowReader } from './rows.ts';

export function imageMarkRepository(db: Database) {
  return {
    /** Replaces an earlier mark of the image. */
    set(datasetId: string, mark: ImageMark): void {
      db.prepare(
        `INSERT INTO image_marks (dataset_id, image_id, reason, marked_at) VALUES (:datasetId, :imageId, :reason, :markedAt)
        ON CONFLICT (dataset_id, image_id) DO UPDATE SET reason = excluded.reason, marked_at = excluded.marked_at`,
      ).run({ ...mark, datasetId });
    },
    /** False when there was none. */
    remove: (datasetId: string, imageId: string) =>
      db.prepare('DELETE FROM image_marks WHERE dataset_id = ? AND image_id = ?').run(datasetId, imageId).changes > 0,
    /** Latest first. */
    list: (datasetId: string) =>
      rowReader(db, 'image_marks', markedImageSchema).all(
        `SELECT image_id, reason, marked_at, split, patient
         FROM image_marks AS m JOIN images AS i ON i.dataset_id = m.dataset_id AND i.id = m.image_id
         WHERE m.dataset_id = ? ORDER BY marked_at DESC, image_id`,
        datasetId,
      ),
  };
}
