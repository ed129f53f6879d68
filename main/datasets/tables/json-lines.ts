/** A table as lines of JSON: an object for each row, the keys of the first one are the columns. */

function cellOf(value: unknown): string {
  if (typeof value === 'string') return value.trim();
  return value === null || value === undefined ? '' : JSON.stringify(value);
}

/** @throws Error for a line that is no object, or that has a key the first one lacks */
export async function* parseJsonLines(texts: AsyncIterable<string>): AsyncGenerator<string[]> {
  let header: string[] | null = null;
  for await (const line of splitLines(texts)) {
    if (line.trim() === '') continue;
    const row = readObject(line);
    if (header === null) yield (header = Object.keys(row));
    const strange = Object.keys(row).find((key) => !header?.includes(key));
    if (strange !== undefined) throw new SyntaxError(`a line has the key "${strange}", which the first line lacks`);
    yield header.map((key) => cellOf(row[key]));
  }
}

function readObject(line: string): Record<string, unknown> {
  let row: unknown = null;
  try {
    row = JSON.parse(line);
  } catch {
    // Said below.
  }
  if (typeof row !== 'object' || row === null || Array.isArray(row)) throw new SyntaxError('a line is no JSON object');
  return row as Record<string, unknown>;
}

async function* splitLines(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const text of texts) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  yield rest;
}
