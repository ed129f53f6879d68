/** Which tables of a folder are those of a layout, and what speaks for it. Cheap: header and sample rows only. */
import path from 'node:path';
import { SPLITS, type LayoutCandidate, type Split } from '../../../shared/dataset/dataset.ts';
import { formatCount, formatPercent } from '../../../shared/words/numbers.ts';
import { columnNames } from '../labels/label-rule.ts';
import { nameWords } from '../columns/profile.ts';
import { quoteWord } from '../labels/missing-words.ts';
import { partOfPath } from '../tables/parts.ts';
import type { Table } from '../tables/table.ts';
import type { Cell, From, JoinedTable, Layout, Signature } from './layout.ts';
import { mentionUnused, type FolderFacts } from './recogniser.ts';

export interface LayoutTables {
  /** In the order of parts; never none. */
  used: { table: Table; part: Split | null }[];
  joined: { table: Table; rule: JoinedTable }[];
  /** The columns fit as well. */
  unused: Table[];
}

/** Has the columns of many layouts, with a made-up label for every image. */
const SUBMISSION = /submission/i;

const baseName = (table: Table): string => path.basename(table.file.replaceAll('\\', '/'));

export function hasColumns(table: Table, { columns, others, without = [] }: Omit<Signature, 'values'>): boolean {
  const names = new Set(table.header.map(nameWords));
  const wanted = columns.map((column) => [column].flat().map(nameWords));
  if (!wanted.every((spellings) => spellings.some((name) => names.has(name)))) return false;
  if (without.some((name) => names.has(nameWords(name)))) return false;
  if (others === undefined) return true;
  const known = new Set([...wanted.flat(), ...others.map(nameWords)]);
  return [...names].every((name) => known.has(name));
}

/** Reads cells by the names of their columns. */
export function cellReader(header: readonly string[]): {
  cellsOf: (row: readonly string[]) => Cell;
  has: (names: readonly string[]) => boolean;
} {
  const columns = new Map<string, number>();
  header.forEach((name, i) => columns.set(name, i));
  for (const [i, name] of header.entries()) if (!columns.has(nameWords(name))) columns.set(nameWords(name), i);
  const known = new Map<string, number>();
  const find = (name: string): number => {
    const before = known.get(name) ?? columns.get(name) ?? columns.get(nameWords(name)) ?? -1;
    known.set(name, before);
    return before;
  };
  return {
    has: (names) => names.some((name) => find(name) >= 0),
    cellsOf:
      (row) =>
      (...names) => {
        for (const name of names) {
          const at = find(name);
          if (at >= 0) return row[at] ?? '';
        }
        return '';
      },
  };
}

export function readFrom(from: From | undefined, cell: Cell, part: Split | null): string | null {
  if (from === undefined) return null;
  const text = typeof from === 'function' ? from(cell, part) : cell(...[from].flat());
  return text === '' ? null : text;
}

/** One table for each part, the published ones first; where no table is of a part, the first that fits. */
export function findTables(layout: Layout, facts: FolderFacts): LayoutTables | null {
  const { signature } = layout;
  const partOf = (table: Table): Split | null => layout.part?.(baseName(table)) ?? partOfPath(baseName(table));
  const isPublished = (table: Table): boolean => signature.files?.test(baseName(table)) === true;
  const named = facts.request.labelsFile !== undefined;
  const all = layout.joined ? [...facts.tables, ...facts.companions] : facts.tables;
  const pool = all.filter((table) => named || !SUBMISSION.test(baseName(table)));
  const fitting = pool
    .filter((table) => hasColumns(table, signature))
    .sort((a, b) => Number(isPublished(b)) - Number(isPublished(a)));
  const published = fitting.filter(isPublished);
  const candidates = published.length > 0 ? published : fitting;
  const used = candidates
    .map((table) => ({ table, part: layout.pieces ? null : partOf(table) }))
    .filter(
      ({ part }, i, all) => layout.pieces ?? (part !== null && all.findIndex((other) => other.part === part) === i),
    );
  if (used.length === 0 && candidates[0] !== undefined) used.push({ table: candidates[0], part: null });
  if (used.length === 0) return null;
  const order = ({ part }: { part: Split | null }): number => (part === null ? 0 : SPLITS.indexOf(part));
  used.sort((a, b) => order(a) - order(b));
  const joined = (layout.joined ?? []).flatMap((rule) => {
    const fits = pool.filter((table) => hasColumns(table, rule) && !used.some((one) => one.table === table));
    const table =
      fits.find((one) => named && facts.tables.includes(one)) ??
      fits.find((one) => rule.files?.test(baseName(one))) ??
      fits[0];
    return table === undefined ? [] : [{ table, rule }];
  });
  const isComplete = (layout.joined ?? []).every(
    (rule) => rule.required !== true || joined.some((one) => one.rule === rule),
  );
  const unused = pool.filter(
    (table) =>
      [signature, ...(layout.joined ?? [])].some((columns) => hasColumns(table, columns)) &&
      ![...used, ...joined].some((one) => one.table === table),
  );
  return isComplete ? { used, joined, unused } : null;
}

/** Null when nothing, or too little, speaks for the layout. */
export function judgeLayout(
  layout: Layout,
  facts: FolderFacts,
): Pick<LayoutCandidate, 'evidence' | 'confidence'> | null {
  const found = findTables(layout, facts);
  const [first] = found?.used ?? [];
  if (!found || !first) return null;
  const { table } = first;
  const { cellsOf } = cellReader(table.header);
  const shares = (layout.signature.values ?? []).map(({ of, fits, words }) => {
    const fitting = table.sample.filter((row) => fits(readFrom(of, cellsOf(row), first.part) ?? '')).length;
    return { share: table.sample.length === 0 ? 0 : fitting / table.sample.length, words };
  });
  if (shares.some(({ share }) => share < 0.5)) return null;
  const columns = layout.signature.columns.map((names) => {
    const spellings = [names].flat().map(nameWords);
    return table.header.find((name) => spellings.includes(nameWords(name))) ?? '';
  });
  const shown = columns.slice(0, 6).map((name) => `"${name}"`);
  const others = found.used.slice(1).map((one) => `${one.table.file}${one.part === null ? '' : ` (${one.part})`}`);
  return {
    confidence: shares.every(({ share }) => share > 0.98) ? 'certain' : 'likely',
    evidence: [
      `${table.file} has the columns ${shown.join(', ')}${columns.length > shown.length ? ` and ${columns.length - shown.length} more of this data set` : ''}.`,
      ...table.remarks,
      ...shares.map(
        ({ share, words }) => `${formatPercent(share, 0)} of the first ${formatCount(table.sample.length)} ${words}.`,
      ),
      ...(others.length > 0 ? [`Read together with it: ${others.join(', ')}.`] : []),
      ...found.joined.map(
        (one) =>
          `${one.table.file} holds the ${one.rule.holds}, found by ${one.rule.on.map((name) => `"${name}"`).join(' and ')}.`,
      ),
      ...layout.labels
        .slice(1)
        .map(columnNames)
        .filter((names) =>
          [table, ...found.joined.map((one) => one.table)].some((one) => hasColumns(one, { columns: names })),
        )
        .map(
          (names) =>
            `Could be learned instead: ${names.map((name) => `"${name}"`).join(', ')} (--layout ${layout.id} --label-columns ${names.map(quoteWord).join(',')}).`,
        ),
      ...(layout.remarks ?? []),
      ...mentionUnused(found.unused),
    ],
  };
}
