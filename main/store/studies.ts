/** Studies: what was asked (specification, resolved protocol, arms). Their state derives from their runs. */
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { bundleOriginSchema, type BundleOrigin } from '../../shared/bundle/bundle.ts';
import { initSchema, modelIdSchema, weightSetSchema, type WeightSetSummary } from '../../shared/study/models.ts';
import { protocolSchema, type Protocol } from '../../shared/study/protocol.ts';
import { studySpecSchema, trainSizeSchema, type Arm, type StudySpec } from '../../shared/study/study.ts';
import { insertRow, jsonColumn, rowReader } from './rows.ts';

export interface StoredStudy {
  id: string;
  name: string;
  datasetId: string;
  createdAt: string;
  spec: StudySpec;
  protocol: Protocol;
  arms: Arm[];
  /** Where it was opened from a bundle: it is read-only, and its images and weights are not in this library. */
  bundle?: StoredBundle;
}

/** The bundle that a study was opened from, with what the report says about weight sets that are not in this library. */
export interface StoredBundle extends BundleOrigin {
  /** Not all of it is stored and computed again yet; found at a start of the app, it was cut short and goes. */
  opening?: boolean | undefined;
  weights: WeightSetSummary[];
}

export const armSchema = z.object({
  id: z.string(),
  model: modelIdSchema,
  init: initSchema,
  initLabel: z.string(),
  trainSize: trainSizeSchema,
});

export const storedBundleSchema = bundleOriginSchema.extend({
  opening: z.boolean().optional(),
  weights: z.array(weightSetSchema),
});
const answersRow = z.object({ answers: jsonColumn(z.record(z.string(), z.string())) });

const studyRow = z
  .object({
    id: z.string(),
    name: z.string(),
    datasetId: z.string(),
    createdAt: z.string(),
    spec: jsonColumn(studySpecSchema),
    protocol: jsonColumn(protocolSchema),
    arms: jsonColumn(z.array(armSchema).min(1)),
    bundle: jsonColumn(storedBundleSchema).nullable(),
  })
  .transform(({ bundle, ...rest }): StoredStudy => ({ ...rest, ...(bundle === null ? {} : { bundle }) }));

export function studyRepository(db: Database) {
  const rows = rowReader(db, 'studies', studyRow);
  const get = (id: string): StoredStudy | null => rows.get('SELECT * FROM studies WHERE id = ?', id);

  return {
    /** `weightsIds`: the weight sets that its initialisations name; they cannot be removed while it exists. */
    insert(study: StoredStudy, weightsIds: readonly string[]): void {
      db.transaction(() => {
        insertRow(db, 'studies', study);
        const link = db.prepare('INSERT INTO study_weights VALUES (?, ?)');
        for (const weightsId of new Set(weightsIds)) link.run(study.id, weightsId);
      })();
    },
    /** Newest first. */
    list: () => rows.all('SELECT * FROM studies ORDER BY created_at DESC, id'),
    get,
    /** By id, else by name (case-insensitive; names need not be unique), newest first. */
    find(idOrName: string): StoredStudy[] {
      const exact = get(idOrName);
      if (exact !== null) return [exact];
      return rows.all('SELECT * FROM studies WHERE name = ? COLLATE NOCASE ORDER BY created_at DESC, id', idOrName);
    },
    /** Ids of the weight sets that it uses. */
    weights: (id: string) =>
      rowReader(db, 'study_weights', z.object({ weightsId: z.string() }))
        .all('SELECT weights_id FROM study_weights WHERE study_id = ? ORDER BY weights_id', id)
        .map((row) => row.weightsId),
    /** In the row and in the specification, which a report repeats. */
    rename(id: string, name: string): void {
      db.prepare("UPDATE studies SET name = :name, spec = json_set(spec, '$.name', :name) WHERE id = :id").run({
        id,
        name,
      });
    },
    setBundle(id: string, bundle: StoredBundle): void {
      db.prepare('UPDATE studies SET bundle = ? WHERE id = ?').run(JSON.stringify(bundle), id);
    },
    /** What was answered for the report's checklists, by question id. */
    answers(id: string): Record<string, string> {
      return rowReader(db, 'studies', answersRow).get('SELECT answers FROM studies WHERE id = ?', id)?.answers ?? {};
    },
    setAnswers(id: string, answers: Readonly<Record<string, string>>): void {
      db.prepare('UPDATE studies SET answers = ? WHERE id = ?').run(JSON.stringify(answers), id);
    },
    /** Removes its runs and predictions too. False when there was none. */
    remove: (id: string) => db.prepare('DELETE FROM studies WHERE id = ?').run(id).changes > 0,
  };
}
