/**
 * Datasets with their images and import problems. Counts are computed from the image rows and never stored; a dataset does
 * not change once it is imported, so that each process computes them once.
 */
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import {
  importProblemSchema,
  modalitySchema,
  splitConfigSchema,
  targetSchema,
  type DatasetDetail,
  type DatasetSummary,
  type ImportProblem,
  type SplitCounts,
} from '../../shared/dataset/dataset.ts';
import { unknownPolicySchema } from '../../shared/dataset/label-policies.ts';
import { layoutIdSchema } from '../../shared/dataset/layout-ids.ts';
import { problemKindSchema } from '../../shared/dataset/problem-kinds.ts';
import type { DatasetRecord, ImageRecord } from '../../shared/dataset/dataset-record.ts';
import { imageRepository, type ImageRepository } from './images.ts';
import { flagColumn, jsonColumn, parseRow, parseRows } from './rows.ts';

/** Rows of problems that a detail carries; `problems()` pages through all. */
export const PROBLEMS_IN_DETAIL = 200;

export interface DatasetRepository extends ImageRepository {
  /** Dataset, images and problems in one transaction. Throws a SQLite error when the id or the name exists. */
  insert(dataset: DatasetRecord, images: readonly ImageRecord[], problems: readonly ImportProblem[]): void;
  /** Without those of bundles, like `find`. */
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
  bundle_name: z.string().nullable(),
  layout: layoutIdSchema,
  layout_name: z.string(),
  modality: modalitySchema,
  synthetic: flagColumn,
  created_at: z.string(),
  folder: z.string(),
  evidence: jsonColumn(z.array(z.string())),
  patient_rule: z.string(),
  patient_id_known: flagColumn,
  pictures_compared: flagColumn,
  target: jsonColumn(targetSchema),
  split_config: jsonColumn(splitConfigSchema),
  unknown_policy: jsonColumn(unknownPolicySchema),
  content_hash: z.string(),
  flow: jsonColumn(flowSchema),
  problem_counts: jsonColumn(z.partialRecord(problemKindSchema, z.int())),
});
type DatasetRow = z.output<typeof datasetRow>;

const problemRow = z.object({
  kind: z.string(),
  left_out: flagColumn,
  file: z.string().nullable(),
  message: z.string(),
});

/** What the image rows say. */
interface Counts {
  splits: SplitCounts[];
  images: number;
  patients: number;
  patientDisjoint: boolean;
}

function toSummary(row: DatasetRow, counts: Counts): DatasetSummary {
  return {
    id: row.id,
    name: row.bundle_name ?? row.name,
    layout: row.layout,
    layoutName: row.layout_name,
    modality: row.modality,
    synthetic: row.synthetic,
    createdAt: row.created_at,
    images: counts.images,
    patients: counts.patients,
    target: row.target,
  };
}

function toProblem(row: unknown): ImportProblem {
  const { left_out: leftOut, ...rest } = parseRow(problemRow, 'import_problems', row);
  return parseRow(importProblemSchema, 'import_problems', { ...rest, leftOut });
}

export function datasetRepository(db: Database): DatasetRepository {
  const images = imageRepository(db);
  const byId = db.prepare('SELECT * FROM datasets WHERE id = ?');
  const own = db.prepare('SELECT * FROM datasets WHERE id = ? AND bundle_name IS NULL');
  const byName = db.prepare('SELECT * FROM datasets WHERE name = ? AND bundle_name IS NULL');
  const insertDataset = db.prepare(`
    INSERT INTO datasets (id, name, layout, layout_name, modality, synthetic, created_at, folder, evidence, patient_rule,
      patient_id_known, pictures_compared, target, split_config, unknown_policy, content_hash, flow, problem_counts, request, bundle_name)
    VALUES (:id, :name, :layout, :layoutName, :modality, :synthetic, :createdAt, :folder, :evidence, :patientRule,
      :patientIdKnown, :picturesCompared, :target, :splitConfig, :unknownPolicy, :contentHash, :flow, :problemCounts, :request, :bundleName)`);
  const insertProblem = db.prepare('INSERT INTO import_problems VALUES (?, ?, ?, ?, ?, ?)');

  const known = new Map<string, Counts>();

  function countsOf(row: DatasetRow): Counts {
    const before = known.get(row.id);
    if (before !== undefined) return before;
    const splits = images.splitCounts(row.id, row.target.outputs);
    const counts = {
      splits,
      images: splits.reduce((sum, split) => sum + split.images, 0),
      patients: images.countPatients(row.id),
      patientDisjoint: images.sharedPatients(row.id) === 0,
    };
    known.set(row.id, counts);
    return counts;
  }

  const summarise = (row: DatasetRow | null): DatasetSummary | null => row && toSummary(row, countsOf(row));

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
          name: dataset.fromBundle === true ? `bundle:${dataset.id}` : dataset.name,
          bundleName: dataset.fromBundle === true ? dataset.name : null,
          fromBundle: undefined,
          synthetic: Number(dataset.synthetic),
          patientIdKnown: Number(dataset.patientIdKnown),
          picturesCompared: Number(dataset.picturesCompared),
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
      parseRows(
        datasetRow,
        'datasets',
        db.prepare('SELECT * FROM datasets WHERE bundle_name IS NULL ORDER BY created_at DESC, id').all(),
      ).map((row) => toSummary(row, countsOf(row))),
    summary: (id) => summarise(readRow(byId.get(id))),
    find: (idOrName) => summarise(readRow(own.get(idOrName) ?? byName.get(idOrName))),
    get(id) {
      const row = readRow(byId.get(id));
      if (row === null) return null;
      const counts = countsOf(row);
      return {
        ...toSummary(row, counts),
        folder: row.folder,
        evidence: row.evidence,
        patientRule: row.patient_rule,
        patientDisjoint: counts.patientDisjoint,
        patientIdKnown: row.patient_id_known,
        picturesCompared: row.pictures_compared,
        splitConfig: row.split_config,
        unknownPolicy: row.unknown_policy,
        splits: counts.splits,
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
    remove(id) {
      const removed = db.prepare('DELETE FROM datasets WHERE id = ?').run(id).changes > 0;
      if (removed) known.delete(id);
      return removed;
    },
  };
}
