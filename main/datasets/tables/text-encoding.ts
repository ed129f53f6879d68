/** In which encoding a table was saved. Excel's "Unicode text" is UTF-16, older exports are Windows-1252. Pure. */
export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

const SAMPLED_BYTES = 4096;

/** UTF-16 without a byte-order mark: of Latin text every other byte is 0. */
function guessUtf16(head: Uint8Array): TextEncoding | null {
  const zeros = [0, 0];
  const sampled = Math.min(head.length, SAMPLED_BYTES) & ~1;
  for (let i = 0; i < sampled; i++) if (head[i] === 0) zeros[i % 2] = (zeros[i % 2] as number) + 1;
  const [even, odd] = zeros as [number, number];
  const most = 0.4 * (sampled / 2);
  if (sampled < 4) return null;
  if (odd > most && even < most / 8) return 'utf-16le';
  return even > most && odd < most / 8 ? 'utf-16be' : null;
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
