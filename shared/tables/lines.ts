/** A table as lines of cells in words: what text, Markdown and LaTeX share. Pure. */
import { noteLetters, notesOf } from './notes.ts';
import type { Row, Table } from './table.ts';
import { cellText, tableNotes } from './words.ts';

interface LineCell {
  text: string;
  /** Letters of its notes, `a` or `a,b`; mostly empty. */
  marks: string;
}

export interface TableLine {
  /** Of a group; null for a row of cells. */
  title: string | null;
  cells: LineCell[];
  /** 1: a child of the row above. */
  depth: 0 | 1;
}

export interface TableLines {
  lines: TableLine[];
  /** On all of the table. */
  notes: string[];
  /** On single cells. */
  lettered: { letter: string; text: string }[];
}

/** @param unfold whether children are among the lines */
export function tableLines(table: Table, unfold = true): TableLines {
  const letters = noteLetters();
  const line = (row: Row, depth: 0 | 1): TableLine => ({
    title: null,
    cells: row.cells.map((cell) => ({
      text: cellText(cell),
      marks: [...new Set(notesOf(cell).map((note) => letters.mark(note)))].join(','),
    })),
    depth,
  });
  const lines = table.groups.flatMap(({ title, rows }) => [
    ...(title === '' ? [] : [{ title, cells: [], depth: 0 as const }]),
    ...rows.flatMap((row) => [line(row, 0), ...(unfold ? (row.children ?? []).map((child) => line(child, 1)) : [])]),
  ]);
  return { lines, notes: tableNotes(table), lettered: letters.list() };
}
