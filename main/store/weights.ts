/** Weight sets of the library; the values are in `weights/<id>.safetensors`. */
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { weightSetSchema, type WeightSetSummary } from '../../shared/study/models.ts';
import { weightDetailsSchema, type WeightDetails } from '../../shared/weights/weights.ts';
import { flagColumn, insertRow, jsonColumn, rowReader } from './rows.ts';

const weightsRow = weightSetSchema.extend({ outputs: jsonColumn(z.array(z.string())), synthetic: flagColumn });

const detailsRow = z.object({ details: jsonColumn(weightDetailsSchema) });

export function weightsRepository(db: Database) {
  const rows = rowReader(db, 'weights', weightsRow);
  const get = (id: string): WeightSetSummary | null => rows.get('SELECT * FROM weights WHERE id = ?', id);

  return {
    /** `details`: of imported weights. Throws a SQLite error when the id or the name exists. */
    insert(weights: WeightSetSummary, details: WeightDetails | null = null): void {
      insertRow(db, 'weights', { ...weights, details });
    },
    /** Null for weights of the user's own runs, and where there is no such set. */
    details(id: string): WeightDetails | null {
      const details = rowReader(db, 'weights', detailsRow);
      return details.get('SELECT details FROM weights WHERE id = ? AND details IS NOT NULL', id)?.details ?? null;
    },
    /** Of each set that was imported from a known public file: the id of that file. */
    sources: () =>
      rowReader(db, 'weights', z.object({ id: z.string(), known: z.string() })).all(
        `SELECT id, json_extract(details, '$.origin.known') AS known FROM weights
         WHERE json_extract(details, '$.origin.known') IS NOT NULL`,
      ),
    list: () => rows.all('SELECT * FROM weights ORDER BY created_at DESC, id'),
    get,
    /** By id, else by name (case-insensitive). */
    find: (idOrName: string) => get(idOrName) ?? rows.get('SELECT * FROM weights WHERE name = ?', idOrName),
    /** Names of the studies that start from it. */
    usedBy: (id: string) =>
      rowReader(db, 'studies', z.object({ name: z.string() }))
        .all(
          `SELECT s.name FROM study_weights w JOIN studies s ON s.id = w.study_id WHERE w.weights_id = ? ORDER BY s.name`,
          id,
        )
        .map((row) => row.name),
    /** Names of the sets that were trained on images of a dataset: on it, or on one that has some of the same files. */
    trainedOn: (datasetId: string) =>
      rowReader(db, 'weights', z.object({ name: z.string() }))
        .all(
          `SELECT w.name FROM weights w JOIN runs r ON r.id = w.run_id JOIN studies s ON s.id = r.study_id
           WHERE s.dataset_id = :datasetId OR EXISTS (
             SELECT 1 FROM images AS mine JOIN images AS other ON other.dataset_id = s.dataset_id AND other.id = mine.id
             WHERE mine.dataset_id = :datasetId)`,
          { datasetId },
        )
        .map((row) => row.name),
    /** False when there was none. Throws a SQLite foreign-key error while studies use it. */
    remove: (id: string) => db.prepare('DELETE FROM weights WHERE id = ?').run(id).changes > 0,
  };
}
