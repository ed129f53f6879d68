/** Accessible tables: a caption, header cells with scope, numbers right-aligned. */
import { markup, type Markup, type MarkupValue } from './markup.ts';

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

function tableRow({ cells, startsPart, anchor }: Row, columns: readonly Column[]): Markup {
  return markup`<tr${anchor !== undefined && markup` id="${anchor}"`}${startsPart === true && markup` class="part"`}>${cells.map(
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
export function noteMarks(): { mark(text: string | null): Markup | null; list(): Markup[] } {
  const texts: string[] = [];
  const letter = (index: number): string => String.fromCharCode(97 + (index % 26));
  return {
    mark(text) {
      if (text === null || text === '') return null;
      if (!texts.includes(text)) texts.push(text);
      return markup`<sup>${letter(texts.indexOf(text))}</sup>`;
    },
    list: () => texts.map((text, index) => markup`<sup>${letter(index)}</sup> ${text}`),
  };
}
