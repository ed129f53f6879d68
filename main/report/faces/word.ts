/** A report as a Word document: text, tables and figures of the same description, each a thing of its own that can be copied. */
import {
  AlignmentType,
  BorderStyle,
  Document,
  Footer,
  HeadingLevel,
  ImageRun,
  Packer,
  PageNumber,
  Paragraph,
  Table as WordTable,
  TableCell,
  TableRow,
  TextRun,
  WidthType,
  type IParagraphOptions,
} from 'docx';
import { drawFigure } from '../../../shared/figures/drawing/draw-figure.ts';
import type { Drawing } from '../../../shared/figures/drawing/stand-alone.ts';
import type { Cell } from '../../../shared/tables/cells.ts';
import { stackColumns, stackHead } from '../../../shared/tables/layout.ts';
import { noteLetters } from '../../../shared/tables/notes.ts';
import type { Column, Row, Table } from '../../../shared/tables/table.ts';
import { cellWords } from '../../../shared/tables/words.ts';
import { chooseAppendices, type Block, type ReportDocument, type Section } from '../blocks.ts';
import { startNumbering, type Numbering } from './numbering.ts';

/** Of a page of A4 between its margins, in pixels at 96 a inch; a figure takes no more. */
const ROOM = { width: 640, height: 840 };
/** Twips: 2 cm. */
const MARGIN = 1134;
const QUIET = '545C66';
/** Half points. */
const SMALL = 17;

interface Pen {
  numbering: Numbering;
  toPng: (svg: string) => Promise<Uint8Array>;
}

/** The file's bytes. @param printed ids of the appendices that are in it. @param toPng draws a figure for print */
export async function renderWord(
  document: ReportDocument,
  { printed = [], toPng }: { printed?: readonly string[]; toPng: Pen['toPng'] },
): Promise<Uint8Array> {
  const { title, about, warnings, sections } = document;
  const { chosen, leftOut } = chooseAppendices(document, printed);
  const pen = { numbering: startNumbering(), toPng };
  const children = [
    new Paragraph({ text: title, heading: HeadingLevel.TITLE }),
    paragraph(about, { size: SMALL, color: QUIET }),
    ...warnings.map((words) => paragraph(words, { bold: true })),
    ...(await inOrder([...sections, ...chosen], (section) => sectionParts(section, pen))),
    ...(leftOut === null ? [] : [paragraph(leftOut)]),
  ];
  const footer = new Paragraph({
    children: [
      new TextRun({ text: 'Research use only. Not for diagnosis or treatment.   ', size: SMALL, color: QUIET }),
      new TextRun({ children: [PageNumber.CURRENT, ' / ', PageNumber.TOTAL_PAGES], size: SMALL, color: QUIET }),
    ],
  });
  const margin = { top: MARGIN, bottom: MARGIN, left: MARGIN, right: MARGIN };
  const file = new Document({
    ...{ title, creator: 'Transfusion Lab' },
    styles: { default: { document: { run: { font: 'Calibri', size: 21 }, paragraph: { spacing: { after: 120 } } } } },
    sections: [
      { properties: { page: { margin } }, footers: { default: new Footer({ children: [footer] }) }, children },
    ],
  });
  return await Packer.toBuffer(file);
}

type Part = Paragraph | WordTable;

async function inOrder<T>(items: readonly T[], parts: (item: T) => Promise<Part[]>): Promise<Part[]> {
  const all: Part[] = [];
  for (const item of items) all.push(...(await parts(item)));
  return all;
}

async function sectionParts({ title, blocks }: Section, pen: Pen): Promise<Part[]> {
  pen.numbering.startSection();
  const head = new Paragraph({ text: title, heading: HeadingLevel.HEADING_1, keepNext: true });
  return [head, ...(await inOrder(blocks, (block) => blockParts(block, pen)))];
}

function paragraph(
  text: string,
  run: { size?: number; color?: string; bold?: boolean; font?: string } = {},
  more: IParagraphOptions = {},
): Paragraph {
  return new Paragraph({ ...more, children: [new TextRun({ ...run, text })] });
}

async function blockParts(block: Block, pen: Pen): Promise<Part[]> {
  switch (block.kind) {
    case 'text':
      return [paragraph(block.text, { bold: block.note === true })];
    case 'heading':
      return [new Paragraph({ text: block.text, heading: HeadingLevel.HEADING_2, keepNext: true })];
    case 'list':
      return block.items.map((text) => new Paragraph({ text, bullet: { level: 0 } }));
    case 'code':
      return block.text.split('\n').map((line) => paragraph(line, { font: 'Consolas', size: SMALL }));
    case 'table':
      return tableParts(block.table, block.unfold, pen.numbering);
    case 'figure': {
      const caption = captionOf(`Figure ${pen.numbering.figure()}.`, block.caption, {});
      return [
        ...(await inOrder(block.figures, async (figure) => [
          await picture('kind' in figure ? { ...drawFigure(figure), title: figure.title } : figure, pen),
        ])),
        caption,
      ];
    }
  }
}

const captionOf = (name: string, text: string, more: IParagraphOptions): Paragraph =>
  new Paragraph({
    ...more,
    children: [new TextRun({ text: `${name} `, bold: true, size: SMALL + 1 }), new TextRun({ text, size: SMALL + 1 })],
  });

async function picture({ svg, width, height, title }: Drawing & { title: string }, { toPng }: Pen): Promise<Paragraph> {
  const scale = Math.min(ROOM.width / width, ROOM.height / height);
  const image = new ImageRun({
    ...{ type: 'png', data: await toPng(svg) },
    transformation: { width: Math.round(width * scale), height: Math.round(height * scale) },
    altText: { name: title, title, description: title },
  });
  return new Paragraph({ keepNext: true, children: [image] });
}

const NO_LINE = { style: BorderStyle.NONE, size: 0, color: 'auto' };
const LINE = { style: BorderStyle.SINGLE, size: 8, color: '16191D' };
const NO_LINES = { top: NO_LINE, bottom: NO_LINE, left: NO_LINE, right: NO_LINE };

/** Three rules, as journals print tables. */
function tableParts(table: Table, unfold: boolean, numbering: Numbering): Part[] {
  const letters = noteLetters();
  const stacks = stackColumns(table.columns);
  const widths = columnWidths(table, stacks);
  const isNumber = (stack: readonly number[]): boolean => table.columns[stack[0] as number]?.number === true;
  const rowOf = ({ cells, children = [] }: Row, isChild = false): TableRow[] => [
    new TableRow({
      cantSplit: true,
      children: stacks.map((stack, place) =>
        wordCell(
          stack.flatMap((index) => linesOf(cells[index] as Cell, (note) => letters.mark(note))),
          { width: widths[place], isNumber: isNumber(stack), isChild: isChild && place === 0 },
        ),
      ),
    }),
    ...(unfold ? children : []).flatMap((child) => rowOf(child, true)),
  ];
  const head = new TableRow({
    ...{ tableHeader: true, cantSplit: true },
    children: stacks.map((stack, place) => {
      const { head: name, units } = stackHead(stack.map((index) => table.columns[index] as Column));
      const lines = [name, ...units.map(({ text }) => text)].filter((text) => text !== '');
      return wordCell(
        lines.map((text, index) => ({ text, isQuiet: index > 0 })),
        { width: widths[place], isNumber: isNumber(stack), isHead: true },
      );
    }),
  });
  const groups = table.groups.filter(({ rows }) => rows.length > 0);
  const body = groups.flatMap(({ title, rows }) => [
    ...(title === ''
      ? []
      : [
          new TableRow({
            children: [wordCell([{ text: title, isQuiet: false }], { isHead: true, span: stacks.length })],
          }),
        ]),
    ...rows.flatMap((row) => rowOf(row)),
  ]);
  return [
    captionOf(`Table ${numbering.table()}.`, numbering.sentences(table), { keepNext: true }),
    new WordTable({
      ...{ width: { size: 100, type: WidthType.PERCENTAGE }, columnWidths: widths },
      borders: { ...NO_LINES, insideHorizontal: NO_LINE, insideVertical: NO_LINE, top: LINE, bottom: LINE },
      rows: [head, ...body],
    }),
    ...letters.list().map(({ letter, text }) => paragraph(`${letter} ${text}`, { size: SMALL, color: QUIET })),
    new Paragraph({}),
  ];
}

/** Letters that make a column narrow or wide at most. */
const [NARROW, WIDE] = [8, 60];
/** Twips of the page between its margins. */
const ALL = 9638;

/** In proportion to the longest word of each column, and to how much it has to say. */
function columnWidths({ columns, groups }: Table, stacks: readonly (readonly number[])[]): number[] {
  const letters = stacks.map((stack) => {
    const cells = groups.flatMap(({ rows }) =>
      rows.flatMap((row) => stack.map((index) => cellWords(row.cells[index] as Cell))),
    );
    const texts = [
      ...stack.map((index) => columns[index]?.head ?? ''),
      ...cells.flatMap(({ main, under }) => [main, under]),
    ];
    return Math.min(WIDE, Math.max(NARROW, ...texts.map(({ length }) => length)));
  });
  const sum = letters.reduce((total, count) => total + count, 0);
  return letters.map((count) => Math.round((ALL * count) / sum));
}

interface CellLine {
  text: string;
  isQuiet: boolean;
}

function linesOf(cell: Cell, mark: (note: string | undefined) => string): CellLine[] {
  const { main, under } = cellWords(cell);
  const items = cell.kind === 'list' ? cell.items : [];
  const marks = [...new Set([cell, ...items].map(({ note }) => mark(note)))].filter((letter) => letter !== '');
  const first = `${main}${marks.length === 0 ? '' : ` [${marks.join(', ')}]`}`;
  return [
    { text: first, isQuiet: false },
    { text: under, isQuiet: true },
  ].filter(({ text }) => text !== '');
}

interface CellLook {
  /** Twips. */
  width?: number | undefined;
  isNumber?: boolean;
  isHead?: boolean;
  isChild?: boolean;
  /** Columns that it goes across. */
  span?: number;
}

function wordCell(
  lines: readonly CellLine[],
  { width, isNumber = false, isHead = false, isChild = false, span = 1 }: CellLook,
): TableCell {
  const runs = lines.map(
    ({ text, isQuiet }, index) =>
      new TextRun({
        ...{ text, size: SMALL, bold: isHead && !isQuiet },
        ...(isQuiet ? { color: QUIET } : {}),
        ...(index > 0 ? { break: 1 } : {}),
      }),
  );
  return new TableCell({
    columnSpan: span,
    ...(width === undefined ? {} : { width: { size: width, type: WidthType.DXA } }),
    borders: isHead && span === 1 ? { ...NO_LINES, top: LINE, bottom: LINE } : NO_LINES,
    margins: { top: 20, bottom: 20, left: isChild ? 240 : 60, right: 60 },
    children: [
      new Paragraph({
        ...{ spacing: { after: 0 }, children: runs },
        alignment: isNumber ? AlignmentType.RIGHT : AlignmentType.LEFT,
      }),
    ],
  });
}
