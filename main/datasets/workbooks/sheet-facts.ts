/** What the XML of a workbook says beside its cells: which sheets are hidden, merged cells, formulas without a value. Pure. */
import { strFromU8 } from 'fflate';
import { formatCount, wordFor } from '../../../shared/words/numbers.ts';

export interface Merge {
  /** All counted from 0; `last` is inside. */
  row: number;
  lastRow: number;
  column: number;
}

export interface SheetFacts {
  isHidden: boolean;
  /** Cells that are merged over several rows. */
  merges: Merge[];
  /** What is unusual, one sentence each. */
  remarks: string[];
}

function attribute(tag: string, name: string): string {
  return new RegExp(`\\s(?:\\w+:)?${name}\\s*=\\s*["']([^"']*)["']`).exec(tag)?.[1] ?? '';
}

function tagsOf(xml: string, name: string): string[] {
  return xml.match(new RegExp(`<(?:\\w+:)?${name}\\s[^>]*>`, 'g')) ?? [];
}

/** `AB` -> 27. */
const columnNumber = (letters: string): number =>
  [...letters].reduce((sum, letter) => 26 * sum + letter.charCodeAt(0) - 64, 0) - 1;

function mergesOf(xml: string): Merge[] {
  return tagsOf(xml, 'mergeCell').flatMap((tag) => {
    const match = /^\$?([A-Z]+)\$?(\d+):\$?[A-Z]+\$?(\d+)$/.exec(attribute(tag, 'ref'));
    if (!match || match[2] === match[3]) return [];
    return [{ row: Number(match[2]) - 1, lastRow: Number(match[3]) - 1, column: columnNumber(match[1] as string) }];
  });
}

function remarksOf(xml: string, merges: readonly Merge[]): string[] {
  const hidden = tagsOf(xml, 'row').filter((tag) => /^(1|true)$/.test(attribute(tag, 'hidden'))).length;
  const unsolved =
    xml.match(/<\/(?:\w+:)?f>(?:<(?:\w+:)?v\s*\/>|<(?:\w+:)?v><\/(?:\w+:)?v>)?<\/(?:\w+:)?c>/g)?.length ?? 0;
  return [
    ...(hidden > 0 ? [`${formatCount(hidden)} hidden ${wordFor(hidden, 'row is', 'rows are')} read as well.`] : []),
    ...(merges.length > 0
      ? [
          `${formatCount(merges.length)} merged ${wordFor(merges.length, 'cell holds for all of its rows', 'cells hold for all of their rows')}.`,
        ]
      : []),
    ...(unsolved > 0
      ? [
          `${formatCount(unsolved)} ${wordFor(unsolved, 'formula has no stored value and reads', 'formulas have no stored values and read')} as empty: open the workbook in Excel and save it.`,
        ]
      : []),
  ];
}

/** One for each sheet, in the order of the workbook. */
export function sheetFacts(parts: Readonly<Record<string, Uint8Array>>): SheetFacts[] {
  const text = (name: string): string => (parts[name] === undefined ? '' : strFromU8(parts[name]));
  const targets = new Map(
    tagsOf(text('xl/_rels/workbook.xml.rels'), 'Relationship').map((tag) => {
      const target = attribute(tag, 'Target');
      return [attribute(tag, 'Id'), target.startsWith('/') ? target.slice(1) : `xl/${target}`];
    }),
  );
  return tagsOf(text('xl/workbook.xml'), 'sheet').map((tag) => {
    const xml = text(targets.get(attribute(tag, 'id')) ?? '');
    const merges = mergesOf(xml);
    return { isHidden: /hidden/i.test(attribute(tag, 'state')), merges, remarks: remarksOf(xml, merges) };
  });
}
