/** Pictures that imports found twice, and pairs that a reader has declared different. */
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { splitSchema } from '../../shared/dataset/dataset.ts';
import {
  PAIR_OUTCOMES,
  picturePairSchema,
  type DifferentPictures,
  type ListedPair,
  type PicturePair,
} from '../../shared/dataset/picture-pairs.ts';
import { rowReader } from './rows.ts';

const pairRow = picturePairSchema
  .omit({ first: true, second: true })
  .extend({
    firstId: z.string(),
    firstFile: z.string(),
    secondId: z.string(),
    secondFile: z.string(),
    firstSplit: splitSchema.nullable(),
    secondSplit: splitSchema.nullable(),
    reason: z.string().nullable(),
  })
  .transform(({ firstId, firstFile, secondId, secondFile, firstSplit, secondSplit, ...pair }): ListedPair => ({
    first: { id: firstId, file: firstFile },
    second: { id: secondId, file: secondFile },
    ...pair,
    splits: [firstSplit, secondSplit],
  }));

const tallyRow = z.object({ outcome: z.enum(PAIR_OUTCOMES), pairs: z.int(), acrossParts: z.int() });
const declaredRow = z.object({ firstId: z.string(), secondId: z.string(), reason: z.string(), decidedAt: z.string() });

const LISTED = `
  SELECT p.*, a.split AS first_split, d.reason,
    CASE p.outcome WHEN 'copy-left-out' THEN NULL ELSE b.split END AS second_split
  FROM picture_pairs AS p
  LEFT JOIN images AS a ON a.dataset_id = p.dataset_id AND a.id = p.first_id
  LEFT JOIN images AS b ON b.dataset_id = p.dataset_id AND b.id = p.second_id
  LEFT JOIN different_pictures AS d
    ON d.first_id = min(p.first_id, p.second_id) AND d.second_id = max(p.first_id, p.second_id)`;

const inOrder = (a: string, b: string): { first: string; second: string } =>
  a < b ? { first: a, second: b } : { first: b, second: a };

export function picturePairRepository(db: Database) {
  const insert = db.prepare('INSERT INTO picture_pairs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const rows = rowReader(db, 'picture_pairs', pairRow);
  const count = rowReader(db, 'picture_pairs', z.object({ n: z.int() }));
  return {
    insert(datasetId: string, pairs: readonly PicturePair[]): void {
      pairs.forEach(({ first, second, likeness, distance, turn, outcome }, position) => {
        const images = [first.id, first.file, second.id, second.file];
        insert.run(datasetId, position, ...images, likeness, distance, turn, outcome);
      });
    },
    page(
      datasetId: string,
      { offset, limit }: { offset: number; limit: number },
    ): { total: number; pairs: ListedPair[] } {
      return {
        total: count.get('SELECT count(*) AS n FROM picture_pairs WHERE dataset_id = ?', datasetId)?.n ?? 0,
        pairs: rows.all(
          `${LISTED} WHERE p.dataset_id = ? ORDER BY p.position LIMIT ? OFFSET ?`,
          ...[datasetId, limit, offset],
        ),
      };
    },
    /** By outcome: how many pairs, and of how many both pictures are used in two parts. */
    tally: (datasetId: string) =>
      rowReader(db, 'picture_pairs', tallyRow).all(
        `SELECT outcome, count(*) AS pairs, coalesce(sum(first_split <> second_split), 0) AS across_parts
         FROM (${LISTED} WHERE p.dataset_id = ?) GROUP BY outcome`,
        datasetId,
      ),
    /** Pairs that had been declared different when the dataset was imported; `reason` as it stands now. */
    different: (datasetId: string) =>
      rows
        .all(`${LISTED} WHERE p.dataset_id = ? AND p.outcome = 'different' ORDER BY p.position`, datasetId)
        .map(({ first, second, reason }) => ({ first: first.id, second: second.id, reason })),
    /** The listed pair of two images that look the same; null where there is none. In either order. */
    find: (datasetId: string, firstId: string, secondId: string): ListedPair | null =>
      rows.get(
        `${LISTED} WHERE p.dataset_id = :datasetId AND p.likeness = 'looks'
           AND min(p.first_id, p.second_id) = :first AND max(p.first_id, p.second_id) = :second`,
        { datasetId, ...inOrder(firstId, secondId) },
      ),
    /** Of the library. Replaces an earlier reason. */
    declare({ firstId, secondId, reason, decidedAt }: DifferentPictures): void {
      db.prepare(
        `INSERT INTO different_pictures VALUES (:first, :second, :reason, :decidedAt)
        ON CONFLICT (first_id, second_id) DO UPDATE SET reason = excluded.reason, decided_at = excluded.decided_at`,
      ).run({ ...inOrder(firstId, secondId), reason, decidedAt });
    },
    /** False where they had not been declared different. */
    withdraw: (firstId: string, secondId: string) =>
      db
        .prepare('DELETE FROM different_pictures WHERE first_id = :first AND second_id = :second')
        .run(inOrder(firstId, secondId)).changes > 0,
    declared: (): DifferentPictures[] =>
      rowReader(db, 'different_pictures', declaredRow).all('SELECT * FROM different_pictures'),
  };
}
