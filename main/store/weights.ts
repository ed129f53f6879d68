/** Weight sets of the library; the values are in `weights/<id>.safetensors`. */
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { modelIdSchema, type WeightSetSummary } from '../../shared/study/models.ts';
import { NORMALISATIONS } from '../../shared/study/protocol.ts';
import { weightDetailsSchema, type WeightDetails } from '../../shared/weights/weights.ts';
import { flagColumn, jsonColumn, parseRow, parseRows } from './rows.ts';

/** A weight set as other programs are told about it, and as a bundle carries it. */
export const weightSetSchema = z.object({
  id: z.string(),
  name: z.string(),
  model: modelIdSchema,
  source: z.enum(['run', 'file']),
  origin: z.string(),
  runId: z.string().nullable(),
  sha256: z.string(),
  normalisation: z.enum(NORMALISATIONS),
  outputs: z.array(z.string()),
  synthetic: z.boolean(),
  licenceNote: z.string(),
  createdAt: z.string(),
});

const weightsRow = z
  .object({
    id: z.string(),
    name: z.string(),
    model: modelIdSchema,
    source: z.enum(['run', 'file']),
    origin: z.string(),
    run_id: z.string().nullable(),
    sha256: z.string(),
    normalisation: z.enum(NORMALISATIONS),
    outputs: jsonColumn(z.array(z.string())),
    synthetic: flagColumn,
    licence_note: z.string(),
    created_at: z.string(),
  })
  .transform(({ run_id: runId, licence_note: licenceNote, created_at: createdAt, ...rest }): WeightSetSummary => ({
    ...rest,
    runId,
    licenceNote,
    createdAt,
  }));

const detailsRow = z.object({ details: jsonColumn(weightDetailsSchema) });

export function weightsRepository(db: Database) {
  const byId = db.prepare('SELECT * FROM weights WHERE id = ?');
  const byName = db.prepare('SELECT * FROM weights WHERE name = ?');
  const read = (row: unknown): WeightSetSummary | null =>
    row === undefined ? null : parseRow(weightsRow, 'weights', row);

  return {
    /** `details`: of imported weights. Throws a SQLite error when the id or the name exists. */
    insert(weights: WeightSetSummary, details: WeightDetails | null = null): void {
      db.prepare(
        `INSERT INTO weights (id, name, model, source, origin, run_id, sha256, normalisation, outputs, synthetic,
          licence_note, created_at, details)
        VALUES (:id, :name, :model, :source, :origin, :runId, :sha256, :normalisation, :outputs, :synthetic, :licenceNote,
          :createdAt, :details)`,
      ).run({
        ...weights,
        outputs: JSON.stringify(weights.outputs),
        synthetic: Number(weights.synthetic),
        details: details === null ? null : JSON.stringify(details),
      });
    },
    /** Null for weights of the user's own runs, and where there is no such set. */
    details(id: string): WeightDetails | null {
      const row = db.prepare('SELECT details FROM weights WHERE id = ? AND details IS NOT NULL').get(id);
      return row === undefined ? null : parseRow(detailsRow, 'weights', row).details;
    },
    /** Of each set that was imported from a known public file: the id of that file. */
    sources: () =>
      parseRows(
        z.object({ id: z.string(), known: z.string() }),
        'weights',
        db
          .prepare(
            `SELECT id, json_extract(details, '$.origin.known') AS known FROM weights
            WHERE json_extract(details, '$.origin.known') IS NOT NULL`,
          )
          .all(),
      ),
    list: () =>
      parseRows(weightsRow, 'weights', db.prepare('SELECT * FROM weights ORDER BY created_at DESC, id').all()),
    get: (id: string) => read(byId.get(id)),
    /** By id, else by name (case-insensitive). */
    find: (idOrName: string) => read(byId.get(idOrName) ?? byName.get(idOrName)),
    /** Names of the studies that start from it. */
    usedBy: (id: string) =>
      parseRows(
        z.object({ name: z.string() }),
        'studies',
        db
          .prepare(
            `SELECT s.name FROM study_weights w JOIN studies s ON s.id = w.study_id WHERE w.weights_id = ? ORDER BY s.name`,
          )
          .all(id),
      ).map((row) => row.name),
    /** False when there was none. Throws a SQLite foreign-key error while studies use it. */
    remove: (id: string) => db.prepare('DELETE FROM weights WHERE id = ?').run(id).changes > 0,
  };
}
