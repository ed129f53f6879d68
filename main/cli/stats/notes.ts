/** What is said below a table of `stats`. */
/** `NAME: why` for every number that has a reason. */
export function notesOf(entries: readonly [name: string, estimate: { why: string | null }][]): string[] {
  return entries.flatMap(([name, { why }]) => (why === null ? [] : [`${name}: ${why}`]));
}

/** Lines below a table, if any. */
export function withNotes(text: string, notes: readonly string[]): string {
  return notes.length === 0 ? text : [text, '', ...notes].join('\n');
}
