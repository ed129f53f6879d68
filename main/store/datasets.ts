/** Datasets with their images and import problems. Counts are recomputed from the image rows, never stored. */
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import {
  importProblemSchema,
  layoutIdSchema,
  modalitySchema,
  problemKindSchema,
  splitConfigSchema,
  targetSchema,
  unknownPolicySchema,
  type DatasetDetail,
  type DatasetSummary,
  type ImportProblem,
} from '../../shared/dataset.ts';
import { imageRepository, type ImageRepository, type StoredImage } from './images.ts';
import { flagColumn, jsonColumn, parseRow, parseRows } from './rows.ts';

/** Rows of problems that a detail carries; `problems()` pages through all. */
export const PROBLEMS_IN_DETAIL = 200;

/** A dataset as stored: a {@link DatasetDetail} without what is recomputed from its images, with the request that made it. */
export interface StoredDataset extends Omit<
  DatasetDetail,
  'images' | 'patients' | 'patientDisjoint' | 'splits' | 'problems'
> {
  /** The ImportRequest, for the record and for a second import with the same answers. */
  request: unknown;
}

export interface DatasetRepository extends ImageRepository {
  /** Dataset, images and problems in one transaction. Throws a SQLite error when the id or the name exists. */
  insert(dataset: StoredDataset, images: readonly StoredImage[], problems: readonly ImportProblem[]): void;
  list(): DatasetSummary[];
  get(id: string): DatasetDetail | null;
  summary(id: string): DatasetSummary | null;
  /** By id, else by name (case-insensitive). */
  find(idOrName: string): DatasetSummary | null;
  request(id: string): unknown;
  problems(id: string, page: { offset: number; limit: number }): ImportProblem[];
  /** Names of the studies that use it; a dataset in use cannot be removed. */
  usedBy(id: string): string[];
  /** False when there was none. Throws a SQLite foreign-key error while studies use it. */
  remove(id: string): boolean;
}

const flowSchema = z.array(z.object({ step: z.string(), images: z.int(), note: z.string() }));

const datasetRow = z.object({
  id: z.string(),
  name: z.string(),
  layout: layoutIdSchema,
  layout_name: z.string(),
  modality: modalitySchema,
  synthetic: flagColumn,
  created_at: z.string(),
  folder: z.string(),
  evidence: jsonColumn(z.array(z.string())),
  patient_rule: z.string(),
  patient_id_known: flagColumn,
  target: jsonColumn(targetSchema),
  split_config: jsonColumn(splitConfigSchema),
  unknown_policy: jsonColumn(unknownPolicySchema),
  content_hash: z.string(),
  flow: jsonColumn(flowSchema),
  problem_counts: jsonColumn(z.partialRecord(problemKindSchema, z.int())),
  images: z.int(),
  patients: z.int(),
});
type DatasetRow = z.output<typeof datasetRow>;

const problemRow = z.object({
  kind: z.string(),
  left_out: flagColumn,
  file: z.string().nullable(),
  message: z.string(),
});

const SELECT = `
  SELECT d.*, (SELECT count(*) FROM images i WHERE i.dataset_id = d.id) AS images,
    (SELECT count(DISTINCT i.patient) FROM images i WHERE i.dataset_id = d.id) AS patients
  FROM datasets d`;

function toSummary(row: DatasetRow): DatasetSummary {
  return {
    id: row.id,
    name: row.name,
    layout: row.layout,
    layoutName: row.layout_name,
    modality: row.modality,
    synthetic: row.synthetic,
    createdAt: row.created_at,
    images: row.images,
    patients: row.patients,
    target: row.target,
  };
}

function toProblem(row: unknown): ImportProblem {
  const { left_out: leftOut, ...rest } = parseRow(problemRow, 'import_problems', row);
  return parseRow(importProblemSchema, 'import_problems', { ...rest, leftOut });
}

export function datasetRepository(db: Database): DatasetRepository {
  const images = imageRepository(db);
  const byId = db.prepare(`${SELECT} WHERE d.id = ?`);
  const byName = db.prepare(`${SELECT} WHERE d.name = ?`);
  const insertDataset = db.prepare(`
    INSERT INTO datasets VALUES (:id, :name, :layout, :layoutName, :modality, :synthetic, :createdAt, :folder, :evidence,
      :patientRule, :patientIdKnown, :target, :splitConfig, :unknownPolicy, :contentHash, :flow, :problemCounts, :request)`);
  const insertProblem = db.prepare('INSERT INTO import_problems VALUES (?, ?, ?, ?, ?, ?)');

  function readRow(row: unknown): DatasetRow | null {
    return row === undefined ? null : parseRow(datasetRow, 'datasets', row);
  }

  function problems(id: string, page: { offset: number; limit: number }): ImportProblem[] {
    return db
      .prepare('SELECT * FROM import_problems WHERE dataset_id = ? ORDER BY position LIMIT ? OFFSET ?')
      .all(id, page.limit, page.offset)
      .map(toProblem);
  }

  return {
    ...images,
    problems,
    insert(dataset, imageRows, problemRows) {
      db.transaction(() => {
        insertDataset.run({
          ...dataset,
          synthetic: Number(dataset.synthetic),
          patientIdKnown: Number(dataset.patientIdKnown),
          evidence: JSON.stringify(dataset.evidence),
          target: JSON.stringify(dataset.target),
          splitConfig: JSON.stringify(dataset.splitConfig),
          unknownPolicy: JSON.stringify(dataset.unknownPolicy),
          flow: JSON.stringify(dataset.flow),
          problemCounts: JSON.stringify(dataset.problemCounts),
          request: JSON.stringify(dataset.request),
        });
        images.insertImages(dataset.id, imageRows);
        problemRows.forEach((problem, position) => {
          insertProblem.run(dataset.id, position, problem.kind, Number(problem.leftOut), problem.file, problem.message);
        });
      })();
    },
    list: () =>
      parseRows(datasetRow, 'datasets', db.prepare(`${SELECT} ORDER BY d.created_at DESC, d.id`).all()).map(toSummary),
    summary(id) {
      const row = readRow(byId.get(id));
      return row && toSummary(row);
    },
    find(idOrName) {
      const row = readRow(byId.get(idOrName) ?? byName.get(idOrName));
      return row && toSummary(row);
    },
    get(id) {
      const row = readRow(byId.get(id));
      if (row === null) return null;
      return {
        ...toSummary(row),
        folder: row.folder,
        evidence: row.evidence,
        patientRule: row.patient_rule,
        patientDisjoint: images.sharedPatients(id) === 0,
        patientIdKnown: row.patient_id_known,
        splitConfig: row.split_config,
        unknownPolicy: row.unknown_policy,
        splits: images.splitCounts(id, row.target.outputs),
        problems: problems(id, { offset: 0, limit: PROBLEMS_IN_DETAIL }),
        problemCounts: row.problem_counts,
        contentHash: row.content_hash,
        flow: row.flow,
      };
    },
    request(id) {
      const row = db.prepare('SELECT request FROM datasets WHERE id = ?').get(id);
      return row === undefined
        ? null
        : parseRow(z.object({ request: jsonColumn(z.unknown()) }), 'datasets', row).request;
    },
    usedBy: (id) =>
      parseRows(
        z.object({ name: z.string() }),
        'studies',
        db.prepare('SELECT name FROM studies WHERE dataset_id = ? ORDER BY name').all(id),
      ).map((row) => row.name),
    remove: (id) => db.prepare('DELETE FROM datasets WHERE id = ?').run(id).changes > 0,
  };
}
