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
import { imageRepository } from './images.ts';
import { flagColumn, insertRow, jsonColumn, rowReader } from './rows.ts';

/** Rows of problems that a detail carries; `problems()` pages through all. */
export const PROBLEMS_IN_DETAIL = 200;

const flowSchema = z.array(z.object({ step: z.string(), images: z.int(), note: z.string() }));

const datasetRow = z.object({
  id: z.string(),
  name: z.string(),
  bundleName: z.string().nullable(),
  layout: layoutIdSchema,
  layoutName: z.string(),
  modality: modalitySchema,
  synthetic: flagColumn,
  createdAt: z.string(),
  folder: z.string(),
  evidence: jsonColumn(z.array(z.string())),
  patientRule: z.string(),
  patientIdKnown: flagColumn,
  picturesCompared: flagColumn,
  qualityChecked: flagColumn,
  target: jsonColumn(targetSchema),
  splitConfig: jsonColumn(splitConfigSchema),
  unknownPolicy: jsonColumn(unknownPolicySchema),
  contentHash: z.string(),
  flow: jsonColumn(flowSchema),
  problemCounts: jsonColumn(z.partialRecord(problemKindSchema, z.int())),
});
type DatasetRow = z.output<typeof datasetRow>;

const problemRow = importProblemSchema.extend({ leftOut: flagColumn });

/** What the image rows say. */
interface Counts {
  splits: SplitCounts[];
  images: number;
  patients: number;
  patientDisjoint: boolean;
}

function toSummary({ bundleName, ...row }: DatasetRow, { images, patients }: Counts): DatasetSummary {
  const { id, layout, layoutName, modality, synthetic, createdAt, target } = row;
  return {
    id,
    name: bundleName ?? row.name,
    layout,
    layoutName,
    modality,
    synthetic,
    createdAt,
    images,
    patients,
    target,
  };
}

const withoutBundle = ({ bundleName: _, qualityChecked: _checked, ...row }: DatasetRow) => row;

export function datasetRepository(db: Database) {
  const images = imageRepository(db);
  const rows = rowReader(db, 'datasets', datasetRow);
  const byId = (id: string): DatasetRow | null => rows.get('SELECT * FROM datasets WHERE id = ?', id);
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

  function problems(id: string, page: { offset: number; limit: number }): ImportProblem[] {
    return rowReader(db, 'import_problems', problemRow).all(
      'SELECT * FROM import_problems WHERE dataset_id = ? ORDER BY position LIMIT ? OFFSET ?',
      ...[id, page.limit, page.offset],
    );
  }

  return {
    ...images,
    problems,
    /** Dataset, images and problems in one transaction. Throws a SQLite error when the id or the name exists. */
    insert(
      { fromBundle = false, qualityChecked = false, ...dataset }: DatasetRecord,
      imageRows: readonly ImageRecord[],
      problemRows: readonly ImportProblem[],
    ): void {
      db.transaction(() => {
        insertRow(db, 'datasets', {
          ...dataset,
          qualityChecked,
          ...(fromBundle ? { name: `bundle:${dataset.id}`, bundleName: dataset.name } : {}),
          request: JSON.stringify(dataset.request),
        });
        images.insertImages(dataset.id, imageRows);
        problemRows.forEach((problem, position) => {
          insertProblem.run(dataset.id, position, problem.kind, Number(problem.leftOut), problem.file, problem.message);
        });
      })();
    },
    /** Without those of bundles, like `find`. */
    list: () =>
      rows
        .all('SELECT * FROM datasets WHERE bundle_name IS NULL ORDER BY created_at DESC, id')
        .map((row) => toSummary(row, countsOf(row))),
    summary: (id: string) => summarise(byId(id)),
    /** By id, else by name (case-insensitive). */
    find: (idOrName: string) =>
      summarise(
        rows.get('SELECT * FROM datasets WHERE id = ? AND bundle_name IS NULL', idOrName) ??
          rows.get('SELECT * FROM datasets WHERE name = ? AND bundle_name IS NULL', idOrName),
      ),
    get(id: string): DatasetDetail | null {
      const row = byId(id);
      if (row === null) return null;
      const { splits, patientDisjoint } = countsOf(row);
      const listed = problems(id, { offset: 0, limit: PROBLEMS_IN_DETAIL });
      const flagCounts = row.qualityChecked ? images.flagCounts(id) : null;
      const summary = toSummary(row, countsOf(row));
      return { ...withoutBundle(row), ...summary, splits, patientDisjoint, flagCounts, problems: listed };
    },
    request: (id: string): unknown =>
      rowReader(db, 'datasets', z.object({ request: jsonColumn(z.unknown()) })).get(
        'SELECT request FROM datasets WHERE id = ?',
        id,
      )?.request ?? null,
    /** Names of the studies that use it; a dataset in use cannot be removed. */
    usedBy: (id: string) =>
      rowReader(db, 'studies', z.object({ name: z.string() }))
        .all('SELECT name FROM studies WHERE dataset_id = ? ORDER BY name', id)
        .map((row) => row.name),
    /** False when there was none. Throws a SQLite foreign-key error while studies use it. */
    remove(id: string): boolean {
      const removed = db.prepare('DELETE FROM datasets WHERE id = ?').run(id).changes > 0;
      if (removed) known.delete(id);
      return removed;
    },
  };
}
