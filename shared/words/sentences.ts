/** Sentences put together from parts. */

/** The text with a full stop, unless it ends a sentence already; empty stays empty. */
export function endSentence(text: string): string {
  const trimmed = text.trim();
  return trimmed === '' || /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
