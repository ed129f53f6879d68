/** Accessible tables: a caption, header cells with scope, numbers right-aligned. */
import { markup, type Markup, type MarkupValue } from './markup.ts';

export interface Column {
  head: MarkupValue;
  /** Right-aligned figures. */
  number?: boolean;
}

export interface Row {
  /** The first is the row's header. */
  cells: MarkupValue[];
  /** A thin line above: the start of a new group. */
  startsGroup?: boolean;
}

export function table(params: {
  caption: MarkupValue;
  columns: readonly Column[];
  rows: readonly Row[];
  /** Printed under the table, e.g. reasons behind dashes. */
  notes?: readonly MarkupValue[];
}): Markup {
  const { caption, columns, rows, notes = [] } = params;
  const kind = (column: Column | undefined): Markup | null => (column?.number === true ? markup` class="n"` : null);
  const head = columns.map((column) => markup`<th scope="col"${kind(column)}>${column.head}</th>`);
  const body = rows.map(
    ({ cells, startsGroup }) =>
      markup`<tr${startsGroup === true && markup` class="group"`}>${cells.map((cell, i) =>
        i === 0 ? markup`<th scope="row"${kind(columns[0])}>${cell}</th>` : markup`<td${kind(columns[i])}>${cell}</td>`,
      )}</tr>\n`,
  );
  return markup`<div class="scroll" role="group" tabindex="0" aria-label="Table"><table><caption>${caption}</caption>
<thead><tr>${head}</tr></thead>
<tbody>${body}</tbody></table></div>
${notes.length > 0 && markup`<ul class="notes">${notes.map((note) => markup`<li>${note}</li>`)}</ul>`}`;
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
