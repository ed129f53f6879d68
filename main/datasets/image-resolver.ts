/**
 * From what a table says to a file of the folder: the path as given, then without its leading folders (a data set's own
 * root), then by file name alone, then by the number that a spreadsheet has left of a name (`5` or `5.0` for `005.png`). The ending, the
 * case of letters and the Unicode form do not matter; two files that could be meant are refused.
 */
import path from 'node:path';
import { hasImageEnding, withoutImageEnding, type FolderIndex } from './folder-index.ts';

export type Match = 'path' | 'root-removed' | 'name' | 'number';

export type Resolution =
  /** `image`: position in the index's images. */
  | { kind: 'found'; image: number; how: Match }
  | { kind: 'missing' }
  /** `stem`: what they share, as {@link nameStem} gives it; `candidates`: at most three of them. */
  | { kind: 'ambiguous'; stem: string; candidates: string[]; count: number };

export interface ImageResolver {
  /** `near`: folders (relative) that are tried first, e.g. the one of the labels file. */
  resolve(reference: string, near?: readonly string[]): Resolution;
}

/** Above this many files of one name (`view1_frontal.jpg`), a name alone says nothing. */
const FEW = 50;

/** File name without folders, ending and case. */
export function nameStem(file: string): string {
  const stem = stemOf(file);
  return stem.slice(stem.lastIndexOf('/') + 1);
}

function stemOf(file: string): string {
  return withoutImageEnding(file).normalize('NFC').toLowerCase();
}

/** `005` and `5.0` are 5: a spreadsheet takes names for numbers. Null for what is no number. */
export function numberOf(name: string): string | null {
  const match = /^0*(\d+?)(?:[.,]0*)?$/.exec(name);
  return match ? (match[1] as string) : null;
}

/** Nearly every name is unique, and an array for each of 500,000 names costs seconds of garbage collection. */
type Positions = number | number[];

function append(map: Map<string, Positions>, key: string, value: number): void {
  const before = map.get(key);
  if (before === undefined) map.set(key, value);
  else if (typeof before === 'number') map.set(key, [before, value]);
  else before.push(value);
}

const asList = (positions: Positions): number[] => (typeof positions === 'number' ? [positions] : positions);

/** @param namesOf what an image is called besides its file name */
export function createResolver(
  index: FolderIndex,
  namesOf: (image: number) => readonly string[] = () => [],
): ImageResolver {
  const byPath = new Map<string, Positions>();
  const byName = new Map<string, Positions>();
  const byNumber = new Map<string, Positions>();
  index.images.forEach((file, i) => {
    const stem = stemOf(file);
    append(byPath, stem, i);
    const name = stem.slice(stem.lastIndexOf('/') + 1);
    append(byName, name, i);
    const number = numberOf(name);
    if (number !== null) append(byNumber, number, i);
    for (const other of namesOf(i)) if (other !== name) append(byName, other.toLowerCase(), i);
  });
  // The same few folders are near for every row of a table.
  const folderKeys = new Map<string, string>();
  const folderKey = (folder: string): string => {
    const known = folderKeys.get(folder) ?? folder.normalize('NFC').toLowerCase();
    folderKeys.set(folder, known);
    return known;
  };
  const fileAt = (i: number): string => index.images[i] as string;

  /** Among files that differ by ending or case only, the one that is spelt exactly so, else the one with the same ending. */
  function choose(found: Positions, wanted: string, how: Match): Resolution {
    if (typeof found === 'number') return { kind: 'found', image: found, how };
    const candidates = found;
    if (candidates.length === 1) return { kind: 'found', image: candidates[0] as number, how };
    const tests = [
      (file: string) => file.normalize('NFC').endsWith(wanted.normalize('NFC')),
      (file: string) =>
        hasImageEnding(wanted) && file.normalize('NFC').toLowerCase().endsWith(wanted.normalize('NFC').toLowerCase()),
    ];
    for (const test of candidates.length > FEW ? [] : tests) {
      const fitting = candidates.filter((i) => test(fileAt(i)));
      if (fitting.length === 1) return { kind: 'found', image: fitting[0] as number, how };
    }
    const shown = candidates.slice(0, 3).map(fileAt);
    return { kind: 'ambiguous', stem: nameStem(wanted), candidates: shown, count: candidates.length };
  }

  function clean(reference: string): string {
    const slashed = reference
      .trim()
      .replaceAll('\\', '/')
      .replace(/^(\.\/)+/, '');
    const relative = path.isAbsolute(slashed) ? path.relative(index.folder, slashed).replaceAll('\\', '/') : slashed;
    return relative.startsWith('../') || path.isAbsolute(relative) ? slashed.replace(/^([a-z]:)?\/+/i, '') : relative;
  }

  function resolveNumber(wanted: string, near: readonly string[]): Resolution {
    const number = numberOf(wanted);
    const found = number === null ? undefined : byNumber.get(number);
    if (found === undefined) return { kind: 'missing' };
    const nearby = near.filter((folder) => folder !== '').map((folder) => `${folder}/`);
    const inside = asList(found).filter((i) => nearby.some((folder) => fileAt(i).startsWith(folder)));
    return choose(inside.length > 0 ? inside : found, wanted, 'number');
  }

  return {
    resolve(reference, near = []) {
      const wanted = clean(reference);
      if (wanted === '') return { kind: 'missing' };
      const parts = stemOf(wanted).split('/');
      const places = near.includes('') ? near : [...near, ''];
      for (let dropped = 0; dropped < parts.length; dropped++) {
        const rest = parts.slice(dropped).join('/');
        const spelt = wanted.split('/').slice(dropped).join('/');
        // A bare name is looked up in the folders that are near before it is looked up anywhere.
        for (const folder of dropped === 0 || parts.length - dropped > 1 ? places : near) {
          const found = byPath.get(folder === '' ? rest : `${folderKey(folder)}/${rest}`);
          if (found !== undefined) return choose(found, spelt, dropped === 0 ? 'path' : 'root-removed');
        }
      }
      const named = byName.get(parts.at(-1) as string);
      if (named === undefined) return parts.length === 1 ? resolveNumber(wanted, near) : { kind: 'missing' };
      if (parts.length === 1) return choose(named, wanted, 'name');
      const candidates = asList(named);
      if (candidates.length > FEW) return { kind: 'missing' };
      const tail = candidates.filter((i) => stemOf(fileAt(i)).endsWith(`/${parts.join('/')}`));
      if (tail.length > 0) return choose(tail, wanted, 'path');
      return candidates.length === 1 ? choose(named, wanted, 'name') : { kind: 'missing' };
    },
  };
}
