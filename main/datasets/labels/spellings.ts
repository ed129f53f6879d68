/** One value in several spellings: `Normal`, `normal `, `NORMAL`; `1` and `1.0`; `No_DR` and `no dr`. Pure. */
import { plainNumber } from './cell-values.ts';

export interface LabelValueGroup {
  /** What the spellings have in common. */
  key: string;
  /** The most frequent spelling. */
  shown: string;
  /** By falling number of rows. */
  spellings: { cell: string; rows: number }[];
  rows: number;
  /** Where it is a whole number. */
  whole: number | null;
}

/** Case, Unicode form, and what joins words do not tell values apart; signs and digits do. */
export function spellingKey(cell: string): string {
  const text = plainNumber(cell.normalize('NFKC')).toLowerCase();
  return text
    .replace(/[’`´]/g, "'")
    .replace(/(?<=[\p{L}\p{N})])[\s_\-–]+(?=[\p{L}\p{N}(])/gu, (join) => (/[–-]/.test(join) ? '-' : ' '))
    .replace(/(?<=\p{L})-(?=\p{L})/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** @param counts rows by cell as it stands, blank ones left out */
export function groupSpellings(counts: ReadonlyMap<string, number>): LabelValueGroup[] {
  const groups = new Map<string, LabelValueGroup>();
  for (const [cell, rows] of counts) {
    const key = spellingKey(cell);
    const whole = /^-?\d{1,9}$/.test(key) ? Number(key) : null;
    const group = groups.get(key) ?? { key, shown: cell, spellings: [], rows: 0, whole };
    group.spellings.push({ cell, rows });
    group.rows += rows;
    groups.set(key, group);
  }
  for (const group of groups.values()) {
    group.spellings.sort((a, b) => b.rows - a.rows || (a.cell < b.cell ? 1 : -1));
    group.shown = group.whole === null ? (group.spellings[0]?.cell.trim() ?? group.shown) : String(group.whole);
  }
  return [...groups.values()].sort((a, b) => b.rows - a.rows || (a.key < b.key ? -1 : 1));
}

/** `"Normal" (8 rows), "normal" (7 rows)`. */
export function listSpellings({ spellings }: LabelValueGroup): string {
  return spellings.map(({ cell, rows }) => `"${cell}" (${rows})`).join(', ');
}
