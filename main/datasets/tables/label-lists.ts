/** Text files that give every image a number, `007-0004-000.jpg 0` in each line: no header, a space between. */
import path from 'node:path';
import { hasImageEnding } from '../folder-index.ts';
import { sampleTable, type Table } from './table.ts';
import { openText } from './text-table.ts';

/** Reports of patients are text files as well, a file each; labels are in few, with names that say so. */
const NAMED = /train|val|test|label|list|grad|class|annot/i;
const MOST_FILES = 50;

export async function openLabelLists(root: string, textFiles: readonly string[]): Promise<Table[]> {
  const named = textFiles.filter((file) => NAMED.test(path.posix.basename(file)));
  const lists: Table[] = [];
  for (const file of named.length > MOST_FILES ? [] : named) {
    const source = await openText(root, file, ' ');
    const table = 'message' in source ? source : await sampleTable(source);
    if ('header' in table && table.header.length === 2 && table.sample.every(isLabel)) lists.push(table);
  }
  return lists;
}

const isLabel = ([image = '', label = '']: readonly string[]): boolean =>
  hasImageEnding(image) && /^-?\d{1,3}$/.test(label);
