/** In which encoding a table was saved. Excel's "Unicode text" is UTF-16, older exports are Windows-1252. Pure. */
export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

const SAMPLED_BYTES = 4096;

/** UTF-16 without a byte-order mark: of Latin text every other byte is 0, and the others are letters. */
function guessUtf16(head: Uint8Array): TextEncoding | null {
  const sampled = head.subarray(0, Math.min(head.length, SAMPLED_BYTES) & ~1);
  const even = sampled.filter((_, i) => i % 2 === 0);
  const odd = sampled.filter((_, i) => i % 2 === 1);
  const isHigh = (bytes: Uint8Array): boolean => bytes.filter((byte) => byte === 0).length > 0.4 * bytes.length;
  const isText = (bytes: Uint8Array): boolean => bytes.every((byte) => byte >= 32 || (byte >= 9 && byte <= 13));
  if (sampled.length < 4) return null;
  if (isHigh(odd) && isText(even)) return 'utf-16le';
  return isHigh(even) && isText(odd) ? 'utf-16be' : null;
}

export function detectEncoding(head: Uint8Array): TextEncoding {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  const wide = guessUtf16(head);
  if (wide !== null) return wide;
  try {
    // `stream`: a character that the sample cuts in two is no error.
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    return 'utf-8';
  } catch {
    return 'windows-1252';
  }
}

/** The whole text, without its byte-order mark. */
export function decodeText(bytes: Uint8Array): string {
  return new TextDecoder(detectEncoding(bytes)).decode(bytes);
}
