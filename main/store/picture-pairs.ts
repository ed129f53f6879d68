/** Pictures that imports found twice, and pairs that a reader has declared different. */
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { splitSchema } from '../../shared/dataset/dataset.ts';
import {
  PAIR_OUTCOMES,
  picturePairSchema,
  type DifferentPictures,
  type ListedPair,
  type PairOutcome,
  type PicturePair,
} from '../../shared/dataset/picture-pairs.ts';
import { parseRow, parseRows } from './rows.ts';

export interface PicturePairRepository {
  insert(datasetId: string, pairs: readonly PicturePair[]): void;
  page(datasetId: string, page: { offset: number; limit: number }): { total: number; pairs: ListedPair[] };
  /** By outcome: how many pairs, and of how many both pictures are used in two parts. */
  tally(datasetId: string): { outcome: PairOutcome; pairs: number; acrossParts: number }[];
  /** Pairs that had been declared different when the dataset was imported; `reason` as it stands now. */
  different(datasetId: string): { first: string; second: string; reason: string | null }[];
  /** The listed pair of two images that look the same; null where there is none. In either order. */
  find(datasetId: string, firstId: string, secondId: string): ListedPair | null;
  /** Of the library. Replaces an earlier reason. */
  declare(pair: DifferentPictures): void;
  /** False where they had not been declared different. */
  withdraw(firstId: string, secondId: string): boolean;
  declared(): DifferentPictures[];
}

const pairRow = z.object({
  firstId: z.string(),
  firstFile: z.string(),
  secondId: z.string(),
  secondFile: z.string(),
  likeness: z.string(),
  distance: z.number(),
  turn: z.int(),
  outcome: z.string(),
  firstSplit: splitSchema.nullable(),
  secondSplit: splitSchema.nullable(),
  reason: z.string().nullable(),
});

const tallyRow = z.object({ outcome: z.enum(PAIR_OUTCOMES), pairs: z.int(), acrossParts: z.int() });

const LISTED = `
  SELECT p.*, a.split AS first_split, d.reason,
    CASE p.outcome WHEN 'copy-left-out' THEN NULL ELSE b.split END AS second_split
  FROM picture_pairs AS p
  LEFT JOIN images AS a ON a.dataset_id = p.dataset_id AND a.id = p.first_id
  LEFT JOIN images AS b ON b.dataset_id = p.dataset_id AND b.id = p.second_id
  LEFT JOIN different_pictures AS d
    ON d.first_id = min(p.first_id, p.second_id) AND d.second_id = max(p.first_id, p.second_id)`;

function toListed(row: unknown): ListedPair {
  const pair = parseRow(pairRow, 'picture_pairs', row);
  const { likeness, distance, turn, outcome, reason } = pair;
  const stored = {
    first: { id: pair.firstId, file: pair.firstFile },
    second: { id: pair.secondId, file: pair.secondFile },
    ...{ likeness, distance, turn, outcome },
  };
  return {
    ...parseRow(picturePairSchema, 'picture_pairs', stored),
    splits: [pair.firstSplit, pair.secondSplit],
    reason,
  };
}

const inOrder = (a: string, b: string): { first: string; second: string } =>
  a < b ? { first: a, second: b } : { first: b, second: a };

export function picturePairRepository(db: Database): PicturePairRepository {
  const insert = db.prepare('INSERT INTO picture_pairs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  return {
    insert(datasetId, pairs) {
      pairs.forEach(({ first, second, likeness, distance, turn, outcome }, position) => {
        const images = [first.id, first.file, second.id, second.file];
        insert.run(datasetId, position, ...images, likeness, distance, turn, outcome);
      });
    },
    page(datasetId, { offset, limit }) {
      const total = db.prepare('SELECT count(*) AS n FROM picture_pairs WHERE dataset_id = ?').get(datasetId);
      const rows = db
        .prepare(`${LISTED} WHERE p.dataset_id = ? ORDER BY p.position LIMIT ? OFFSET ?`)
        .all(datasetId, limit, offset);
      return { total: parseRow(z.object({ n: z.int() }), 'picture_pairs', total).n, pairs: rows.map(toListed) };
    },
    tally: (datasetId) =>
      parseRows(
        tallyRow,
        'picture_pairs',
        db
          .prepare(
            `SELECT outcome, count(*) AS pairs, coalesce(sum(first_split <> second_split), 0) AS acrossParts
            FROM (${LISTED} WHERE p.dataset_id = ?) GROUP BY outcome`,
          )
          .all(datasetId),
      ),
    different: (datasetId) =>
      db
        .prepare(`${LISTED} WHERE p.dataset_id = ? AND p.outcome = 'different' ORDER BY p.position`)
        .all(datasetId)
        .map(toListed)
        .map(({ first, second, reason }) => ({ first: first.id, second: second.id, reason })),
    find(datasetId, firstId, secondId) {
      const row = db
        .prepare(
          `${LISTED} WHERE p.dataset_id = :datasetId AND p.likeness = 'looks'
            AND min(p.first_id, p.second_id) = :first AND max(p.first_id, p.second_id) = :second`,
        )
        .get({ datasetId, ...inOrder(firstId, secondId) });
      return row === undefined ? null : toListed(row);
    },
    declare({ firstId, secondId, reason, decidedAt }) {
      db.prepare(
        `INSERT INTO different_pictures VALUES (:first, :second, :reason, :decidedAt)
        ON CONFLICT (first_id, second_id) DO UPDATE SET reason = excluded.reason, decided_at = excluded.decided_at`,
      ).run({ ...inOrder(firstId, secondId), reason, decidedAt });
    },
    withdraw: (firstId, secondId) =>
      db
        .prepare('DELETE FROM different_pictures WHERE first_id = :first AND second_id = :second')
        .run(inOrder(firstId, secondId)).changes > 0,
    declared: () =>
      parseRows(
        z.object({ firstId: z.string(), secondId: z.string(), reason: z.string(), decidedAt: z.string() }),
        'different_pictures',
        db
          .prepare(
            'SELECT first_id AS firstId, second_id AS secondId, reason, decided_at AS decidedAt FROM different_pictures',
          )
          .all(),
      ),
  };
}
