/**
 * Characters that steer a terminal or turn a line of text around: C0, DEL, C1 and the marks of the bidirectional algorithm. A name that
 * came from a file or from somebody else is shown with their codes instead.
 */
const CONTROLS = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;
const EVERY = new RegExp(CONTROLS, 'gu');

export const hasControls = (text: string): boolean => CONTROLS.test(text);

/** `\u001b` in place of an escape; characters of `keep` stay. In a JSON document, the escapes of JSON. */
export function escapeControls(text: string, keep = ''): string {
  return text.replace(EVERY, (found) =>
    keep.includes(found) ? found : `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
