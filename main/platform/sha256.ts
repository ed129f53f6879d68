import { createHash } from 'node:crypto';

/** Hex digits of the SHA-256 of bytes, or of a text as UTF-8. */
export function sha256Of(data: string | NodeJS.ArrayBufferView): string {
  return createHash('sha256').update(data).digest('hex');
}
