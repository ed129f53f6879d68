/** Images that belong to a study or a patient by their place: in a folder of its name, or with a name that begins with it. */
import { withoutImageEnding, type FolderIndex } from './folder-index.ts';

export interface ImageGroups {
  /** Positions in the index's images, none where nothing has this name. */
  find(name: string): readonly number[];
}

const keyOf = (name: string): string => name.trim().normalize('NFC').toLowerCase();

/** @param namesOf the studies that an image says it belongs to */
export function createImageGroups(
  index: Pick<FolderIndex, 'images'>,
  namesOf: (image: number) => readonly string[] = () => [],
): ImageGroups {
  let groups: Map<string, number[]> | null = null;

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
      for (const study of namesOf(image)) add(keyOf(study), image);
      for (const end of name.matchAll(/(?<=[^_\-. ])[_\-. ]/g)) add(name.slice(0, end.index), image);
    });
    return found;
  }

  return {
    find(name) {
      // Few folders need it: it is built when it is first asked for.
      groups ??= build();
      const key = keyOf(name);
      return key === '' ? [] : (groups.get(key) ?? []);
    },
  };
}
