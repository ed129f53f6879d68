/** Which part of a data set (training, validation, test) a table or a folder belongs to, by its path. Pure. */
import path from 'node:path';
import { SPLITS, type Split } from '../../../shared/dataset/dataset.ts';

const WORDS: Record<Split, RegExp> = {
  train: /^(train|training|trainset|trainlabels|development)\d*$/,
  validation: /^(val|valid|validate|validation|dev|tune|tuning)\d*$/,
  test: /^(test|testing|testset|testlabels|holdout)\d*$/,
};

export interface Place {
  /** Null where its name tells none, or no folder of images has the name of a part. */
  part: Split | null;
  /** Folders in which its images are looked for first. */
  near: string[];
  /** Its images lie nowhere else, since the other parts may have the same names; null where they may lie anywhere. */
  within: string[] | null;
}

/** Where a part has more folders than this (one for each study), tables name more than a file. */
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
  return innermostPart(file)?.part ?? null;
}

/** With the path down to the name that tells it. */
function innermostPart(file: string): { part: Split; folder: string } | null {
  const names = file.replaceAll('\\', '/').split('/');
  for (let depth = names.length; depth > 0; depth--) {
    const part = partOfName((names[depth - 1] as string).replace(/\.[a-z]{2,5}(\.gz)?$/i, ''));
    if (part !== null) return { part, folder: names.slice(0, depth).join('/') };
  }
  return null;
}

/** The folders of a part: those that hold its images, the fullest first, and those that have its name. */
export type PartFolders = ReadonlyMap<Split, { holding: string[]; named: string[] }>;

export function foldersByPart(images: readonly string[]): PartFolders {
  const counts = new Map<string, number>();
  for (const file of images) {
    const folder = path.posix.dirname(file);
    if (folder !== '.') counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  const parts = new Map<Split, { holding: Set<string>; named: Set<string> }>();
  for (const [folder] of [...counts].sort(([, a], [, b]) => b - a)) {
    const found = innermostPart(folder);
    if (found === null) continue;
    const { holding, named } = parts.get(found.part) ?? { holding: new Set(), named: new Set() };
    parts.set(found.part, { holding: holding.add(folder), named: named.add(found.folder) });
  }
  return new Map(
    [...parts].map(([part, { holding, named }]) => [
      part,
      { holding: holding.size > MAX_FOLDERS ? [] : [...holding], named: [...named] },
    ]),
  );
}

/** Where the images of a table lie. Where only one part has folders of its own, those of the others may lie anywhere. */
export function placeOf(file: string, part: Split | null, folders: PartFolders): Place {
  const folder = path.posix.dirname(file);
  const home = path.isAbsolute(file) || folder === '.' ? '' : folder;
  const own = part === null ? undefined : folders.get(part);
  return { part, near: [...(own?.holding ?? []), home], within: own && folders.size > 1 ? own.named : null };
}
