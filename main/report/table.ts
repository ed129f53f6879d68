/** Accessible tables: a caption, header cells with scope, numbers right-aligned. */
import type { Cell } from '../../shared/tables/cells.ts';
import { stackColumns, stackHead } from '../../shared/tables/layout.ts';
import { noteLetters } from '../../shared/tables/notes.ts';
import { endSentence } from '../../shared/words/sentences.ts';
import type { Row as TableRow, Table } from '../../shared/tables/table.ts';
import { cellWords, tableNotes } from '../../shared/tables/words.ts';
import { swatch } from './figures/swatch.ts';
import { markup, type Markup, type MarkupValue } from '../../shared/words/markup.ts';
import type { Numbering } from './numbering.ts';
import { runLink } from './run-link.ts';

export interface Column {
  head: MarkupValue;
  /** Right-aligned figures. */
  number?: boolean;
}

export interface Row {
  /** The first is the row's header; empty where the row above has it, and then no header. */
  cells: MarkupValue[];
  /** A thin line above: the start of a new part. */
  startsPart?: boolean;
  /** Where links to the row lead. */
  anchor?: string;
  /** Part of the row above. */
  child?: boolean;
}

/** Rows under a heading of their own. */
export interface RowGroup {
  title: string;
  rows: readonly Row[];
}

interface TableContent {
  caption: MarkupValue;
  columns: readonly Column[];
  /** Printed under the table, e.g. reasons behind dashes. */
  notes?: readonly MarkupValue[];
}

export function table(params: TableContent & { rows: readonly Row[] }): Markup {
  return groupedTable({ ...params, groups: [{ title: '', rows: params.rows }] });
}

/** Groups without rows are left out; a group without a title has no heading row. */
export function groupedTable({
  caption,
  columns,
  notes = [],
  groups,
}: TableContent & { groups: readonly RowGroup[] }): Markup {
  const head = columns.map((column) => markup`<th scope="col"${alignment(column)}>${column.head}</th>`);
  const bodies = groups
    .filter((group) => group.rows.length > 0)
    .map(
      (group) =>
        markup`<tbody>${
          group.title !== '' &&
          markup`<tr><th scope="rowgroup" class="group" colspan="${columns.length}">${group.title}</th></tr>\n`
        }${group.rows.map((row) => tableRow(row, columns))}</tbody>`,
    );
  return markup`<div class="scroll" role="group" tabindex="0" aria-label="Table"><table><caption>${caption}</caption>
<thead><tr>${head}</tr></thead>
${bodies}</table></div>
${notes.length > 0 && markup`<ul class="notes">${notes.map((note) => markup`<li>${note}</li>`)}</ul>`}`;
}

function tableRow({ cells, startsPart, anchor, child }: Row, columns: readonly Column[]): Markup {
  const kind = startsPart === true ? 'part' : child === true ? 'child' : null;
  return markup`<tr${anchor !== undefined && markup` id="${anchor}"`}${kind !== null && markup` class="${kind}"`}>${cells.map(
    (cell, i) =>
      i === 0 && cell !== ''
        ? markup`<th scope="row"${alignment(columns[0])}>${cell}</th>`
        : markup`<td${alignment(columns[i])}>${cell}</td>`,
  )}</tr>\n`;
}

function alignment(column: Column | undefined): Markup | null {
  return column?.number === true ? markup` class="n"` : null;
}

/** Superscript letters for notes, each text once: `mark(text)` gives its letter, `list` the notes in order. */
function noteMarks(): { mark(text: string | null): Markup | null; list(): Markup[] } {
  const letters = noteLetters();
  return {
    mark: (text) => raise(letters.mark(text ?? undefined)),
    list: () => letters.list().map(({ letter, text }) => markup`${raise(letter)} ${text}`),
  };
}

function raise(letter: string): Markup | null {
  return letter === '' ? null : markup`<sup>${letter}</sup>`;
}

/**
 * A table of `shared/tables`: columns that stack stand beneath one another, children under their row, runs link to their row in the
 * table of runs. Only a table that there is takes a number.
 * @param unfold whether children are printed under their rows
 */
export function tableMarkup(
  table: Table | null,
  numbering: Pick<Numbering, 'table'>,
  { unfold = true }: { unfold?: boolean } = {},
): Markup | null {
  if (table === null) return null;
  const marks = noteMarks();
  const mark: Mark = (text) => marks.mark(text);
  const stacks = stackColumns(table.columns);
  const columns = stacks.map((stack): Column => {
    const parts = stack.flatMap((index) => table.columns[index] ?? []);
    const { head, units } = stackHead(parts);
    return {
      head: markup`${head}${units.map(({ text }) => text !== '' && markup`<br><span class="quiet">${text}</span>`)}`,
      number: parts[0]?.number === true,
    };
  });
  const rowOf = (row: TableRow, child = false): Row => ({
    cells: stacks.map((stack) =>
      stackMarkup(
        stack.flatMap((index) => row.cells[index] ?? []),
        mark,
      ),
    ),
    ...(row.anchor === undefined ? {} : { anchor: row.anchor }),
    child,
  });
  const groups = table.groups.map(({ title, rows }) => ({
    title,
    rows: rows.flatMap((row) => [
      rowOf(row),
      ...(unfold ? (row.children ?? []) : []).map((child) => rowOf(child, true)),
    ]),
  }));
  const sentences = [table.caption, ...tableNotes(table)].map(endSentence).join(' ');
  return groupedTable({
    caption: markup`<b>Table ${numbering.table()}.</b> ${sentences}`,
    columns,
    groups,
    notes: marks.list(),
  });
}

type Mark = (text: string | null) => Markup | null;

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
  const note = mark(cell.note ?? null);
  if (main === '' && note === null) return '';
  const named =
    cell.kind === 'arm'
      ? swatch(main, cell.slot)
      : cell.kind === 'text' && cell.mono === true
        ? markup`<span class="mono">${main}</span>`
        : main;
  return markup`${cell.runId === undefined ? named : runLink(cell.runId, main)}${
    under !== '' && markup` <br><span class="quiet">${under}</span>`
  }${note}`;
}
