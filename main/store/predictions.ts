/** One prediction per run and image of the validation and test splits: all results derive from these rows. */
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { splitSchema, SPLITS, type LabelValue, type Split } from '../../shared/dataset/dataset.ts';
import type { Prediction } from '../../shared/run/run.ts';
import { encodeLabels, jsonColumn, labelsColumn, parseRow } from './rows.ts';

const predictionRow: z.ZodType<Prediction> = z.object({
  imageId: z.string(),
  patient: z.int(),
  eye: z.string().nullable(),
  split: splitSchema,
  labels: labelsColumn,
  probabilities: jsonColumn(z.array(z.number())),
});

export function predictionRepository(db: Database) {
  const insert = db.prepare('INSERT INTO predictions VALUES (?, ?, ?, ?, ?, ?, ?)');
  const all = db.prepare('SELECT * FROM predictions WHERE run_id = ? ORDER BY image_id');
  const ofSplit = db.prepare('SELECT * FROM predictions WHERE run_id = ? AND split = ? ORDER BY image_id');

  return {
    /** Replaces all predictions of the run, in one transaction. Throws when an image comes twice. */
    replace(runId: string, predictions: readonly Prediction[]): void {
      db.transaction(() => {
        db.prepare('DELETE FROM predictions WHERE run_id = ?').run(runId);
        for (const { imageId, patient, eye, split, labels, probabilities } of predictions) {
          insert.run(runId, imageId, patient, eye, split, encodeLabels(labels), JSON.stringify(probabilities));
        }
      })();
    },
    /** Ordered by image id, so that runs on the same images line up. */
    list: (runId: string, split?: Split) =>
      (split === undefined ? all.all(runId) : ofSplit.all(runId, split)).map(
        (row) => readPrediction(row) ?? parseRow(predictionRow, 'predictions', row),
      ),
  };
}

export type PredictionRepository = ReturnType<typeof predictionRepository>;

/**
 * The same checks as `predictionRow` by hand, ten times as fast: a large study has hundreds of thousands of these rows. Null where
 * anything is not as it should be; the schema then says what.
 */
function readPrediction(row: unknown): Prediction | null {
  const { image_id: imageId, patient, eye, split, labels, probabilities: json } = row as Record<string, unknown>;
  if (typeof imageId !== 'string' || !Number.isSafeInteger(patient) || !SPLITS.includes(split as Split)) return null;
  if ((eye !== null && typeof eye !== 'string') || typeof labels !== 'string' || typeof json !== 'string') return null;
  if (!/^[01?]*$/.test(labels)) return null;
  let probabilities: unknown;
  try {
    probabilities = JSON.parse(json);
  } catch {
    return null;
  }
  if (!Array.isArray(probabilities) || !probabilities.every((value) => typeof value === 'number')) return null;
  const known: LabelValue[] = [];
  for (const label of labels) known.push(label === '?' ? null : label === '1' ? 1 : 0);
  return { imageId, patient: patient as number, eye, split: split as Split, labels: known, probabilities };
}
