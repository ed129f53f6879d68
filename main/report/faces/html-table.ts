/** Accessible tables: a caption, header cells with scope, numbers right-aligned. */
import type { Cell } from '../../../shared/tables/cells.ts';
import { stackColumns, stackHead } from '../../../shared/tables/layout.ts';
import { noteLetters } from '../../../shared/tables/notes.ts';
import type { Column, Row, Table } from '../../../shared/tables/table.ts';
import { cellWords } from '../../../shared/tables/words.ts';
import { markup, type Markup, type MarkupValue } from '../../../shared/words/markup.ts';
import { runAnchor } from '../blocks.ts';
import type { Numbering } from './numbering.ts';
import { swatch } from './swatch.ts';

/**
 * Columns that stack stand beneath one another, children under their row, runs link to their row in the table of runs.
 * @param unfold whether children are printed under their rows
 */
export function tableMarkup(
  table: Table,
  numbering: Pick<Numbering, 'table' | 'sentences'>,
  { unfold = false }: { unfold?: boolean } = {},
): Markup {
  const letters = noteLetters();
  const mark: Mark = (text) => raise(letters.mark(text));
  const stacks = stackColumns(table.columns).map((indices) => ({
    indices,
    columns: indices.map((index) => table.columns[index] as Column),
  }));
  const heads = stacks.map(({ columns }) => {
    const { head, units } = stackHead(columns);
    return markup`<th scope="col"${alignment(columns)}>${head}${units.map(({ text }) => text !== '' && markup`<br><span class="quiet">${text}</span>`)}</th>`;
  });
  const rowMarkup = ({ cells, anchor }: Row, isChild = false): Markup =>
    markup`<tr${anchor !== undefined && markup` id="${anchor}"`}${isChild && markup` class="child"`}>${stacks.map(
      ({ indices, columns }, place) => {
        const content = stackMarkup(
          indices.map((index) => cells[index] as Cell),
          mark,
        );
        return place === 0 && content !== ''
          ? markup`<th scope="row"${alignment(columns)}>${content}</th>`
          : markup`<td${alignment(columns)}>${content}</td>`;
      },
    )}</tr>\n`;
  const bodies = table.groups
    .filter(({ rows }) => rows.length > 0)
    .map(
      ({ title, rows }) =>
        markup`<tbody>${
          title !== '' && markup`<tr><th scope="rowgroup" class="group" colspan="${stacks.length}">${title}</th></tr>\n`
        }${rows.map((row) => [rowMarkup(row), ...(unfold ? (row.children ?? []) : []).map((child) => rowMarkup(child, true))])}</tbody>`,
    );
  const notes = letters.list();
  return markup`<div class="scroll" role="group" tabindex="0" aria-label="Table"><table><caption><b>Table ${numbering.table()}.</b> ${numbering.sentences(table)}</caption>
<thead><tr>${heads}</tr></thead>
${bodies}</table></div>
${notes.length > 0 && markup`<ul class="notes">${notes.map(({ letter, text }) => markup`<li>${raise(letter)} ${text}</li>`)}</ul>`}`;
}

type Mark = (text: string | undefined) => Markup | null;

function raise(letter: string): Markup | null {
  return letter === '' ? null : markup`<sup>${letter}</sup>`;
}

function alignment([first]: readonly Column[]): Markup | null {
  return first?.number === true ? markup` class="n"` : null;
}
function stackMarkup(cells: readonly Cell[], mark: Mark): MarkupValue {
  const [first, ...rest] = cells.map((cell) => cellMarkup(cell, mark)).filter((cell) => cell !== '');
  return rest.length === 0
    ? (first ?? '')
    : markup`${first}${rest.map((cell) => markup` <br><span class="quiet">${cell}</span>`)}`;
}

function cellMarkup(cell: Cell, mark: Mark): MarkupValue {
  const { main, under } = cellWords(cell);
  if (cell.kind === 'list') {
    return cell.items.map(
      (item, index) =>
        markup`<span class="pair">${cellMarkup(item, mark)}${index < cell.items.length - 1 && cell.separator.trim()}</span> `,
    );
  }
  const note = mark(cell.note);
  if (main === '' && note === null) return '';
  const named =
    cell.kind === 'arm'
      ? swatch(main, cell.slot)
      : cell.kind === 'text' && cell.mono === true
        ? markup`<span class="mono">${main}</span>`
        : main;
  return markup`${cell.runId === undefined ? named : markup`<a class="run" href="#${runAnchor(cell.runId)}">${main}</a>`}${
    under !== '' && markup` <br><span class="quiet">${under}</span>`
  }${note}`;
}
