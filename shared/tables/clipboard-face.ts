/** A table for a manuscript: Markdown, and LaTeX with booktabs. Pure. */
import { tableLines } from './lines.ts';
import type { Table } from './table.ts';
import { headText } from './words.ts';

export function tableMarkdown(table: Table): string {
  const { lines, notes, lettered } = tableLines(table);
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const raised = (marks: string): string => (marks === '' ? '' : `<sup>${marks}</sup>`);
  return [
    `**${escapeMarkdown(table.caption)}**`,
    '',
    row(table.columns.map((column) => escapeMarkdown(headText(column)))),
    row(table.columns.map(({ number }) => (number === true ? '---:' : ':---'))),
    ...lines.map(({ title, cells, depth }) =>
      title === null
        ? row(
            cells.map(
              ({ text, marks }, index) =>
                `${index === 0 && depth > 0 ? '&emsp;' : ''}${escapeMarkdown(text)}${raised(marks)}`,
            ),
          )
        : row([`**${escapeMarkdown(title)}**`, ...table.columns.slice(1).map(() => '')]),
    ),
    ...notes.flatMap((note) => ['', escapeMarkdown(note)]),
    ...lettered.flatMap(({ letter, text }) => ['', `${raised(letter)} ${escapeMarkdown(text)}`]),
    '',
  ].join('\n');
}

function escapeMarkdown(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/[\\|*_`[\]]/g, '\\$&')
    .replace(/\s*[\r\n]+\s*/g, ' ');
}

/** A floating table; needs the package booktabs. */
export function tableLatex(table: Table): string {
  const { lines, notes, lettered } = tableLines(table);
  const { columns } = table;
  const raised = (marks: string): string => (marks === '' ? '' : `\\textsuperscript{${marks}}`);
  return [
    '\\begin{table}',
    `\\caption{${escapeLatex(table.caption)}}`,
    `\\begin{tabular}{${columns.map(({ number }) => (number === true ? 'r' : 'l')).join('')}}`,
    '\\toprule',
    `${columns.map((column) => escapeLatex(headText(column))).join(' & ')} \\\\`,
    '\\midrule',
    ...lines.map(({ title, cells, depth }) => {
      if (title !== null) return `\\multicolumn{${columns.length}}{l}{\\textbf{${escapeLatex(title)}}} \\\\`;
      const shown = cells.map(({ text, marks }) => `${escapeLatex(text)}${raised(marks)}`);
      return `${depth > 0 ? '\\quad ' : ''}${shown.join(' & ')} \\\\`;
    }),
    '\\bottomrule',
    '\\end{tabular}',
    ...notes.map((note) => `\\par\\footnotesize ${escapeLatex(note)}`),
    ...lettered.map(({ letter, text }) => `\\par\\footnotesize ${raised(letter)} ${escapeLatex(text)}`),
    '\\end{table}',
    '',
  ].join('\n');
}

const LATEX: Record<string, string> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '–': '--',
  '−': '$-$',
  '×': '$\\times$',
  '±': '$\\pm$',
  '∞': '$\\infty$',
  '→': '$\\rightarrow$',
  '“': '``',
  '”': "''",
  '’': "'",
};

export function escapeLatex(text: string): string {
  return text.replace(/[\\~^<>–−×±∞→“”’&%$#_{}]/g, (sign) => LATEX[sign] ?? `\\${sign}`).replace(/\s*[\r\n]+\s*/g, ' ');
}
