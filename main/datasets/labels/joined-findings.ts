/** Several findings in one cell: `Effusion|Mass`, `a; b`, `['pneumonia', 'normal']`. They are findings, not a class of their own. Pure. */
import { spellingKey } from './spellings.ts';

/** `combined`: signs that names of classes have too, `AMD+DR`. */
export type FindingSeparator = '|' | ';' | ',' | 'list' | 'combined';

export interface JoinedFindings {
  separator: FindingSeparator;
  /** The separator alone tells it, or the parts come in several cells; else a class may have this character in its name. */
  certain: boolean;
  /** A cell that holds several, for the reason shown. */
  example: string;
}

const LIST = /^\s*[[({].*[\])}]\s*$/s;
const QUOTED = /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/g;

const COMBINED = /\s*[+/&]\s*|\s+(?:and|und|with|et|y)\s+/i;

/** Full-width separators of East Asian texts. */
const normalise = (cell: string): string =>
  cell.replaceAll('，', ',').replaceAll('；', ';').replaceAll('｜', '|').replaceAll('、', ',');

/** The findings in a cell, in its order, trimmed, without empty ones. */
export function splitFindings(cell: string, separator: FindingSeparator): string[] {
  const text = normalise(cell);
  let parts: string[];
  if (separator === 'list') {
    const inner = LIST.test(text) ? text.trim().slice(1, -1) : text;
    const quoted = [...inner.matchAll(QUOTED)].map((match) => match[1] ?? match[2] ?? '');
    parts = quoted.length > 0 ? quoted : inner.split(',');
  } else {
    parts = text.split(separator === 'combined' ? COMBINED : separator);
  }
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

/** A multi-hot vector as text, `[1, 0, 0]`: its positions have no names. */
export function isVectorText(cell: string): boolean {
  return /^\s*\[\s*[01](\.0*)?(\s*,?\s*[01](\.0*)?)+\s*\]\s*$/.test(cell);
}

function detectSeparated(cells: readonly string[], separator: '|' | ';' | ','): JoinedFindings | null {
  const split = cells.map((cell) => splitFindings(cell, separator).map(spellingKey));
  const joined = split.flatMap((parts, i) => (parts.length > 1 ? [{ parts, cell: cells[i] as string }] : []));
  const [first] = joined;
  if (!first) return null;
  // A finding is short; sentences have commas too.
  if (joined.some(({ parts }) => parts.some((part) => part.length > 60))) return null;
  if (separator === '|') return { separator, certain: true, example: first.cell };
  const cellsWith = new Map<string, number>();
  for (const parts of split) for (const part of new Set(parts)) cellsWith.set(part, (cellsWith.get(part) ?? 0) + 1);
  const parts = new Set(joined.flatMap((item) => item.parts));
  const again = [...parts].filter((part) => (cellsWith.get(part) ?? 0) > 1).length;
  return { separator, certain: again > parts.size / 2 || (separator === ';' && again > 0), example: first.cell };
}

/** @param cells the different cells of a column, blank ones left out; null where each holds one value */
export function detectJoined(cells: readonly string[]): JoinedFindings | null {
  const lists = cells.filter((cell) => LIST.test(cell) && !isVectorText(cell));
  if (lists.length > 0 && lists.length >= 0.8 * cells.length) {
    return {
      separator: 'list',
      certain: true,
      example: lists.find((cell) => cell.includes(',')) ?? (lists[0] as string),
    };
  }
  for (const separator of ['|', ';', ','] as const) {
    // Numbers with decimal commas are no lists.
    if (separator === ',' && cells.every((cell) => !normalise(cell).includes(',') || /^\s*[+-]?\d+,\d+\s*$/.test(cell)))
      continue;
    const found = detectSeparated(cells, separator);
    if (found) return found;
  }
  return null;
}

/** `AMD+DR` beside `AMD` and `DR`: two classes in one, by signs that class names have too. The example, or null. */
export function detectCombined(cells: readonly string[]): string | null {
  const keys = new Set(cells.map(spellingKey));
  return (
    cells.find((cell) => {
      const parts = cell.split(COMBINED).map(spellingKey);
      return parts.length > 1 && parts.every((part) => part !== '' && keys.has(part));
    }) ?? null
  );
}
