/** How the cells of a text table are separated: Excel's `sep=` line, else what the lines agree on. Pure. */
const SEPARATORS = [',', ';', '\t', '|'] as const;

export const LINE_ENDS = ['\r\n', '\n', '\r'];

const SAMPLED_LINES = 50;

/** Excel's own first line `sep=;` (also in quotes). `length`: its characters with the line end, 0 where there is none. */
export function readSepLine(text: string): { separator: string | null; length: number } {
  const match = /^\uFEFF?"?sep=([^\r\n])"?[ \t;,]*(\r\n|\r|\n|$)/i.exec(text);
  return match ? { separator: match[1] as string, length: match[0].length } : { separator: null, length: 0 };
}

/** How often every separator comes in each of the first lines, outside quotes. */
function countByLine(text: string): number[][] {
  const lines: number[][] = [];
  let counts = SEPARATORS.map(() => 0);
  let quoted = false;
  let filled = false;
  for (const char of text) {
    if (char === '"') quoted = !quoted;
    if (!quoted && (char === '\n' || char === '\r')) {
      if (filled) lines.push(counts);
      if (lines.length >= SAMPLED_LINES) return lines;
      counts = SEPARATORS.map(() => 0);
      filled = false;
      continue;
    }
    filled = true;
    const at = quoted ? -1 : (SEPARATORS as readonly string[]).indexOf(char);
    if (at >= 0) counts[at] = (counts[at] as number) + 1;
  }
  // What the sample cuts off is no whole line, unless it is the only one.
  if (filled && lines.length < 2) lines.push(counts);
  return lines;
}

function mostFrequent(values: readonly number[]): { value: number; share: number } {
  const groups = [...Map.groupBy(values, (value) => value)].sort(
    ([a, first], [b, second]) => second.length - first.length || b - a,
  );
  const [value, same] = groups[0] ?? [0, []];
  return { value, share: values.length === 0 ? 0 : same.length / values.length };
}

/**
 * The separator that comes equally often in the lines and in the header: decimal commas, joined findings and commas
 * inside brackets come in one or the other.
 */
export function detectSeparator(text: string): string {
  const [header = [], ...rows] = countByLine(text);
  const scores = SEPARATORS.map((_, i) => {
    const inHeader = header[i] ?? 0;
    if (rows.length === 0) return inHeader;
    const { value, share } = mostFrequent(rows.map((counts) => counts[i] as number));
    if (value === 0 && inHeader === 0) return 0;
    // R writes one cell more than the header has: the names of the rows.
    const agreement = value === inHeader ? 2 : inHeader > 0 ? (value === inHeader + 1 ? 1.5 : 1) : 0;
    return agreement + (value > 0 ? share : 0) + Math.min(value, 99) / 1000;
  });
  return SEPARATORS[scores.indexOf(Math.max(...scores))] ?? ',';
}
