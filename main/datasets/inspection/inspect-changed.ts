/** One image file, inspected unless it is known as it is. */
import { statSync } from 'node:fs';
import { inspectImage } from '../../images/inspect.ts';

export interface ImageFile {
  /** Absolute. */
  file: string;
  /** With which it is known, null where it is not. */
  stamp: string | null;
}

export interface Inspection {
  /** Null where it could not be looked at. */
  stamp: string | null;
  /** Null where the stamp is still the same. */
  found: Awaited<ReturnType<typeof inspectImage>> | null;
}

/** The stamp is taken before the file is read: whatever changes it meanwhile changes the stamp. */
export async function inspectIfChanged({ file, stamp: known }: ImageFile): Promise<Inspection> {
  const stamp = stampOf(file);
  return { stamp, found: stamp !== null && stamp === known ? null : await inspectImage(file) };
}

/** Changes with the file: its size and its times of change, of content and inode. */
function stampOf(file: string): string | null {
  try {
    const { size, mtimeNs, ctimeNs } = statSync(file, { bigint: true });
    return [size, mtimeNs, ctimeNs].join(' ');
  } catch {
    return null;
  }
}
