/** Which part of a data set (training, validation, test) a table or a folder belongs to, by its path. Pure. */
import path from 'node:path';
import { SPLITS, type Split } from '../../../shared/dataset/dataset.ts';

const WORDS: Record<Split, RegExp> = {
  train: /^(train|training|trainset|trainlabels|development)\d*$/,
  validation: /^(val|valid|validate|validation|dev|tune|tuning)\d*$/,
  test: /^(test|testing|testset|testlabels|holdout)\d*$/,
};

/** How many folders of a part are looked through before any other place. */
const MAX_FOLDERS = 50;

function partOfName(name: string): Split | null {
  const words = name
    .replace(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u);
  const parts = SPLITS.filter((split) => words.some((word) => WORDS[split].test(word)));
  return parts.length === 1 ? (parts[0] as Split) : null;
}

/** The innermost name that tells a part. */
export function partOfPath(file: string): Split | null {
  const names = file.replaceAll('\\', '/').split('/');
  for (const name of names.reverse()) {
    const part = partOfName(name.replace(/\.[a-z]{2,5}(\.gz)?$/i, ''));
    if (part !== null) return part;
  }
  return null;
}

/** The folders of images by part, the fullest first. */
export function foldersByPart(images: readonly string[]): Map<Split, string[]> {
  const counts = new Map<string, number>();
  for (const file of images) {
    const folder = path.posix.dirname(file);
    if (folder !== '.') counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  const parts = new Map<Split, string[]>();
  for (const [folder] of [...counts].sort(([, a], [, b]) => b - a)) {
    const part = partOfPath(folder);
    if (part === null) continue;
    const folders = parts.get(part) ?? [];
    if (folders.length < MAX_FOLDERS) folders.push(folder);
    parts.set(part, folders);
  }
  return parts;
}
