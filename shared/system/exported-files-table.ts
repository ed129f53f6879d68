/** The files of a report as a table. Pure. */
import { number, text } from '../tables/cells.ts';
import { buildTable, ungrouped, type Table } from '../tables/table.ts';
import type { ExportedFile } from './system.ts';

export function exportedFilesTable(files: readonly ExportedFile[]): Table {
  return buildTable<ExportedFile>({
    caption: 'Exported files',
    groups: ungrouped(files),
    rowOf: ({ name }) => ({ id: name }),
    columns: [
      { key: 'file', head: 'File', cell: ({ name }) => text(name, { mono: true }) },
      { key: 'size', head: 'Size', number: true, cell: ({ bytes }) => number(bytes, 'bytes') },
    ],
  });
}
