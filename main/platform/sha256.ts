import { createHash } from 'node:crypto';
import { openRegularFile } from './input-file.ts';

/** Hex digits of the SHA-256 of bytes, or of a text as UTF-8. */
export function sha256Of(data: string | NodeJS.ArrayBufferView): string {
  return createHash('sha256').update(data).digest('hex');
}

/** Of a file's bytes; null where it cannot be read, for whatever reason: whoever asks counts it as lost. */
export async function sha256OfFile(file: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    const { handle } = await openRegularFile(file, { what: 'a file' });
    for await (const chunk of handle.createReadStream()) hash.update(chunk as Buffer);
    return hash.digest('hex');
  } catch {
    return null;
  }
}
