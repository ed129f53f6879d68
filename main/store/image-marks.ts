/** Marks of probable label noise, and of images to leave out: at most one an image. */
import type { Database } from 'better-sqlite3';
import { markedImageSchema, type ImageMark, type MarkKind } from '../../shared/dataset/image-marks.ts';
import { rowReader } from './rows.ts';

export function imageMarkRepository(db: Database) {
  return {
    /** Replaces an earlier mark of the image. */
    set(datasetId: string, mark: ImageMark, kind: MarkKind = 'label'): void {
      db.prepare(
        `INSERT INTO image_marks (dataset_id, image_id, reason, marked_at, kind) VALUES (:datasetId, :imageId, :reason, :markedAt, :kind)
        ON CONFLICT (dataset_id, image_id) DO UPDATE SET reason = excluded.reason, marked_at = excluded.marked_at, kind = excluded.kind`,
      ).run({ ...mark, datasetId, kind });
    },
    /** False when there was none. */
    remove: (datasetId: string, imageId: string) =>
      db.prepare('DELETE FROM image_marks WHERE dataset_id = ? AND image_id = ?').run(datasetId, imageId).changes > 0,
    /** Latest first. */
    list: (datasetId: string, kind: MarkKind = 'label') =>
      rowReader(db, 'image_marks', markedImageSchema).all(
        `SELECT image_id, reason, marked_at, split, patient
         FROM image_marks AS m JOIN images AS i ON i.dataset_id = m.dataset_id AND i.id = m.image_id
         WHERE m.dataset_id = ? AND m.kind = ? ORDER BY marked_at DESC, image_id`,
        datasetId,
        kind,
      ),
  };
}
