/** What other files say about images, by their names: parts, and which two are of one patient. */
import path from 'node:path';
import type { Split } from '../../../shared/dataset/dataset.ts';
import { nameStem } from '../image-resolver.ts';
import { isBlankCell } from '../labels/cell-values.ts';
import { ProblemList } from '../problem-list.ts';
import { readTable } from '../tables/table.ts';
import { openText } from '../tables/text-table.ts';
import type { Layout } from './layout.ts';
import { cellReader, hasColumns } from './layout-tables.ts';
import type { FolderFacts } from './recogniser.ts';

/** Parts by the names of images, from the text files that list them. */
export async function readLists({ lists = {} }: Layout, { index }: FolderFacts): Promise<Map<string, Split>> {
  const parts = new Map<string, Split>();
  for (const [split, pattern] of Object.entries(lists) as [Split, RegExp][]) {
    for (const file of index.textFiles.filter((name) => pattern.test(path.posix.basename(name)))) {
      const list = await openText(index.folder, file);
      if ('message' in list) continue;
      for await (const [name = ''] of list.rows()) if (!isBlankCell(name)) parts.set(nameStem(name), split);
    }
  }
  return parts;
}

/** The number of the pair and the eye, for every image of {@link Layout.pairs}. */
export async function readPairs(
  { pairs }: Layout,
  { tables, companions }: FolderFacts,
  signal?: AbortSignal,
): Promise<Map<string, { patient: string; eye: string }>> {
  const found = new Map<string, { patient: string; eye: string }>();
  if (pairs === undefined) return found;
  const sides = [
    ['left', pairs.left],
    ['right', pairs.right],
  ] as const;
  const columns = [pairs.left, pairs.right];
  for (const table of [...tables, ...companions].filter((one) => hasColumns(one, { columns, others: [] }))) {
    const { cellsOf } = cellReader(table.header);
    const add = (cells: string[], number: number): void => {
      for (const [eye, column] of sides) {
        const name = cellsOf(cells)(column);
        if (!isBlankCell(name)) found.set(nameStem(name), { patient: `${table.file}:${number}`, eye });
      }
    };
    await readTable(table, add, new ProblemList(), signal);
  }
  return found;
}
