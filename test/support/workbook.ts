/** Excel workbooks as Excel writes them, made in code: the few XML parts that a reader needs. */
import { strToU8, zipSync } from 'fflate';

/** Text, a number as the XML holds it (`{ n: '5' }`), a day (Excel's number of it), a truth, a formula without a value. */
export type WorkbookCell = string | number | boolean | null | { n: string } | { day: number } | { formula: string };

export interface WorkbookSheet {
  name: string;
  rows: readonly (readonly WorkbookCell[])[];
  hidden?: boolean;
  /** `A2:A3`. */
  merges?: readonly string[];
}

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const columnName = (i: number): string =>
  i < 26 ? String.fromCharCode(65 + i) : columnName(Math.floor(i / 26) - 1) + columnName(i % 26);

function cellXml(cell: WorkbookCell, address: string): string {
  if (cell === null || cell === '') return '';
  if (typeof cell === 'string') return `<c r="${address}" t="inlineStr"><is><t>${escape(cell)}</t></is></c>`;
  if (typeof cell === 'number') return `<c r="${address}"><v>${cell}</v></c>`;
  if (typeof cell === 'boolean') return `<c r="${address}" t="b"><v>${Number(cell)}</v></c>`;
  if ('n' in cell) return `<c r="${address}"><v>${cell.n}</v></c>`;
  if ('day' in cell) return `<c r="${address}" s="1"><v>${cell.day}</v></c>`;
  return `<c r="${address}"><f>${escape(cell.formula)}</f></c>`;
}

function sheetXml({ rows, merges = [] }: WorkbookSheet): string {
  const lines = rows.map(
    (row, i) => `<row r="${i + 1}">${row.map((cell, j) => cellXml(cell, `${columnName(j)}${i + 1}`)).join('')}</row>`,
  );
  const merged = merges.map((ref) => `<mergeCell ref="${ref}"/>`).join('');
  return `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${lines.join('')}</sheetData>${merged && `<mergeCells>${merged}</mergeCells>`}</worksheet>`;
}

export function workbookBytes(sheets: readonly WorkbookSheet[]): Uint8Array {
  const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const list = sheets.map(
    ({ name, hidden }, i) =>
      `<sheet name="${escape(name)}" sheetId="${i + 1}"${hidden ? ' state="hidden"' : ''} r:id="rId${i + 1}"/>`,
  );
  const parts: Record<string, string> = {
    'xl/workbook.xml': `<workbook xmlns:r="${relations}"><sheets>${list.join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships>${sheets
      .map(
        (_, i) =>
          `<Relationship Id="rId${i + 1}" Type="${relations}/worksheet" Target="worksheets/sheet${i + 1}.xml"/>`,
      )
      .join('')}</Relationships>`,
    'xl/styles.xml': '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
  };
  sheets.forEach((sheet, i) => (parts[`xl/worksheets/sheet${i + 1}.xml`] = sheetXml(sheet)));
  return zipSync(Object.fromEntries(Object.entries(parts).map(([name, xml]) => [name, strToU8(xml)])));
}
