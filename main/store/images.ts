/** The image rows of datasets, and every count that is derived from them. */
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { splitSchema, SPLITS, type Split, type SplitCounts } from '../../shared/dataset/dataset.ts';
import type { DatasetImage } from '../../shared/dataset/gallery.ts';
import { imageFlagSchema, type ImageFlag } from '../../shared/dataset/image-flags.ts';
import type { ImageRecord } from '../../shared/dataset/dataset-record.ts';
import { encodeLabels, labelsColumn, parseRow, rowReader } from './rows.ts';

export interface ImageFilter {
  split?: Split | undefined;
  /** Index of an output: only images where it is labelled 1. */
  positiveOutput?: number | undefined;
  flag?: ImageFlag | undefined;
}

const imageRow = z.object({
  id: z.string(),
  path: z.string(),
  sha256: z.string(),
  patient: z.int().nonnegative(),
  eye: z.string().nullable(),
  view: z.string().nullable(),
  sex: z.string().nullable(),
  age: z.number().nullable(),
  site: z.string().nullable(),
  split: splitSchema,
  labels: labelsColumn,
  width: z.int(),
  height: z.int(),
});
const pageRow = imageRow.pick({ id: true, split: true, labels: true, eye: true, view: true }).extend({
  flags: z
    .string()
    .nullable()
    .transform((text) => text?.split(',') ?? [])
    .pipe(z.array(imageFlagSchema)),
});
const flagCountRow = z.object({ flag: imageFlagSchema, n: z.int() });
const countRow = z.object({ n: z.int() });

export function imageRepository(db: Database) {
  const insert = db.prepare(`
    INSERT INTO images VALUES (:datasetId, :position, :id, :path, :sha256, :patient, :eye, :view, :sex, :age, :site, :split,
      :labels, :width, :height)`);
  const rows = rowReader(db, 'images', imageRow);
  const count = (sql: string, value: unknown): number => rowReader(db, 'images', countRow).get(sql, value)?.n ?? 0;
  const insertFlag = db.prepare('INSERT INTO image_flags (dataset_id, flag, position) VALUES (?, ?, ?)');

  return {
    insertImages(datasetId: string, images: readonly ImageRecord[]): void {
      images.forEach(({ flags = [], ...image }, position) => {
        insert.run({ ...image, datasetId, position, labels: encodeLabels(image.labels) });
        for (const flag of flags) insertFlag.run(datasetId, flag, position);
      });
    },
    images: (datasetId: string) => rows.all('SELECT * FROM images WHERE dataset_id = ? ORDER BY position', datasetId),
    image: (datasetId: string, imageId: string): ImageRecord | null =>
      rows.get('SELECT * FROM images WHERE dataset_id = ? AND id = ?', datasetId, imageId),
    /** Ids of other datasets that are studied and have a test image that is, byte by byte, a test image of this one. */
    sharingTestImages: (datasetId: string) =>
      rowReader(db, 'studies', z.object({ id: z.string() }))
        .all(
          `SELECT d.id FROM (SELECT DISTINCT dataset_id AS id FROM studies WHERE dataset_id <> :datasetId) AS d WHERE EXISTS (
             SELECT 1 FROM images AS mine JOIN images AS other ON other.dataset_id = d.id AND other.id = mine.id
             WHERE mine.dataset_id = :datasetId AND mine.split = 'test' AND other.split = 'test')`,
          { datasetId },
        )
        .map(({ id }) => id),
    page(
      datasetId: string,
      { split, positiveOutput, flag, offset, limit }: ImageFilter & { offset: number; limit: number },
    ): { total: number; images: DatasetImage[] } {
      // Few images have a flag: each of them is looked up, in the order of their positions.
      const [from, first] =
        flag === undefined
          ? ['images i', 'i']
          : ['image_flags f CROSS JOIN images i ON i.dataset_id = f.dataset_id AND i.position = f.position', 'f'];
      const where = [
        `${first}.dataset_id = :datasetId`,
        ...(flag === undefined ? [] : ['f.flag = :flag']),
        ...(split === undefined ? [] : ['i.split = :split']),
        ...(positiveOutput === undefined ? [] : ["substr(i.labels, :output, 1) = '1'"]),
      ].join(' AND ');
      const named = { datasetId, split, flag, output: (positiveOutput ?? 0) + 1 };
      const images = rowReader(db, 'images', pageRow).all(
        `SELECT i.id, i.split, i.labels, i.eye, i.view, (SELECT group_concat(flag) FROM image_flags
           WHERE dataset_id = i.dataset_id AND position = i.position) AS flags
         FROM ${from} WHERE ${where} ORDER BY ${first}.position LIMIT :limit OFFSET :offset`,
        { ...named, limit, offset },
      );
      return { total: count(`SELECT count(*) AS n FROM ${from} WHERE ${where}`, named), images };
    },
    /** Images that have each flag; flags that none has are left out. */
    flagCounts(datasetId: string): Partial<Record<ImageFlag, number>> {
      const counts = rowReader(db, 'image_flags', flagCountRow).all(
        'SELECT flag, count(*) AS n FROM image_flags WHERE dataset_id = ? GROUP BY flag',
        datasetId,
      );
      return Object.fromEntries(counts.map(({ flag, n }) => [flag, n]));
    },
    /** Images, patients and label counts of each split, in the order of SPLITS. */
    splitCounts(datasetId: string, outputs: readonly string[]): SplitCounts[] {
      const sums = outputs.map(
        (_, k) => `sum(substr(labels, ${k + 1}, 1) = '1') AS p${k}, sum(substr(labels, ${k + 1}, 1) = '0') AS n${k}`,
      );
      const rows = db
        .prepare(
          `SELECT split, count(*) AS images, count(DISTINCT patient) AS patients, ${sums.join(', ')}
           FROM images WHERE dataset_id = ? GROUP BY split`,
        )
        .all(datasetId) as Record<string, unknown>[];
      return SPLITS.map((split) => {
        const row = parseRow(
          z.record(z.string(), z.union([z.int(), z.string()])),
          'images',
          rows.find((candidate) => candidate.split === split) ?? {},
        );
        const cell = (column: string): number => Number(row[column] ?? 0);
        const images = cell('images');
        return {
          split,
          images,
          patients: cell('patients'),
          outputs: outputs.map((output, k) => {
            const positive = cell(`p${k}`);
            const negative = cell(`n${k}`);
            return { output, positive, negative, unknown: images - positive - negative };
          }),
        };
      });
    },
    countPatients: (datasetId: string) =>
      count('SELECT count(DISTINCT patient) AS n FROM images WHERE dataset_id = ?', datasetId),
    /** Patients that stand in more than one split: 0 is the proof that the splits are disjoint. */
    sharedPatients: (datasetId: string) =>
      count(
        `SELECT count(*) AS n FROM (SELECT patient FROM images WHERE dataset_id = ?
         GROUP BY patient HAVING min(split) <> max(split))`,
        datasetId,
      ),
  };
}
