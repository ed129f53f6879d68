/** Lettered notes: the reasons behind dashes, each text once. Pure. */
import { endSentence } from '../words/sentences.ts';
import type { Cell } from './cells.ts';

export function noteLetters() {
  const texts: string[] = [];
  return {
    /** The letter of a note, `a`; empty without one. */
    mark(note: string | undefined): string {
      if (note === undefined || note === '') return '';
      const text = endSentence(note);
      if (!texts.includes(text)) texts.push(text);
      return letterOf(texts.indexOf(text));
    },
    /** In order of their letters. */
    list: () => texts.map((text, index) => ({ letter: letterOf(index), text })),
  };
}

/** a to z, then aa, ab. */
function letterOf(index: number): string {
  const last = String.fromCharCode(97 + (index % 26));
  return index < 26 ? last : letterOf(Math.floor(index / 26) - 1) + last;
}

/** Of the cell and, in a list, of its items. */
export function notesOf(cell: Cell): string[] {
  const own = cell.note === undefined || cell.note === '' ? [] : [cell.note];
  return cell.kind === 'list' ? [...cell.items.flatMap(notesOf), ...own] : own;
}
