/** Whether a file still is the one that was imported. */
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';

/** SHA-256 of the file's bytes, as the import stored it; null when the file cannot be read. */
export async function hashFile(file: string): Promise<string | null> {
  try {
    return createHash('sha256')
      .update(await fs.readFile(file))
      .digest('hex');
  } catch {
    return null;
  }
}
