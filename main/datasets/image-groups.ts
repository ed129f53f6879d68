/** Images that belong to a study or a patient by their place: in a folder of its name, or with a name that begins with it. */
import { withoutImageEnding, type FolderIndex } from './folder-index.ts';
import { numberOf } from './image-resolver.ts';

export interface ImageGroups {
  /**
   * Positions in the index's images, none where nothing has this name. `byNumber`: only the number is the same, as a spreadsheet leaves it, and
   * no other name has it.
   */
  find(name: string): { images: readonly number[]; byNumber: boolean };
}

const keyOf = (name: string): string =>
  name.trim().replaceAll('\\', '/').replace(/\/+$/, '').normalize('NFC').toLowerCase();

/** @param namesOf the studies that an image says it belongs to */
export function createImageGroups(
  index: Pick<FolderIndex, 'images'>,
  namesOf: (image: number) => readonly string[] = () => [],
): ImageGroups {
  let groups: Map<string, number[]> | null = null;
  /** Names by number; null where several have it. */
  const numbers = new Map<string, string | null>();

  function build(): Map<string, number[]> {
    const found = new Map<string, number[]>();
    const add = (key: string, image: number): void => {
      const list = found.get(key);
      if (list === undefined) found.set(key, [image]);
      else if (list.at(-1) !== image) list.push(image);
    };
    index.images.forEach((file, image) => {
      const parts = keyOf(withoutImageEnding(file)).split('/');
      const name = parts.pop() as string;
      for (const folder of parts) add(folder, image);
      if (parts.length > 1) add(parts.join('/'), image);
      for (const study of namesOf(image)) add(keyOf(study), image);
      for (const end of name.matchAll(/(?<=[^_\-. ])[_\-. ]/g)) add(name.slice(0, end.index), image);
    });
    for (const name of found.keys()) {
      const number = numberOf(name);
      if (number !== null) numbers.set(number, numbers.has(number) ? null : name);
    }
    return found;
  }

  return {
    find(name) {
      // Few folders need it: it is built when it is first asked for.
      groups ??= build();
      let key = keyOf(name);
      // A path may begin above the folder that was chosen; its last part alone is no path.
      while (!groups.has(key) && key.split('/').length > 2) key = key.slice(key.indexOf('/') + 1);
      const exact = key === '' ? [] : groups.get(key);
      if (exact !== undefined) return { images: exact, byNumber: false };
      const images = groups.get(numbers.get(numberOf(key) ?? '') ?? '') ?? [];
      return { images, byNumber: images.length > 0 };
    },
  };
}
