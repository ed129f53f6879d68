/** Which run produced which number, with which software, on which data. */
import { armOriginsTable, runsTable } from '../../../shared/run/run-tables.ts';
import { text } from '../../../shared/tables/cells.ts';
import { buildTable, ungrouped, type Table } from '../../../shared/tables/table.ts';
import { formatDateTime } from '../../../shared/words/times.ts';
import { markup, type Markup } from '../../../shared/words/markup.ts';
import type { Numbering } from '../numbering.ts';
import type { ReportInput } from '../report-input.ts';
import { runAnchor } from '../run-link.ts';
import { tableMarkup } from '../table.ts';

export function provenanceSection(input: ReportInput, numbering: Numbering): Markup {
  const { runs, origins } = input;
  const { arms } = input.results;
  return markup`${tableMarkup(usedTable(input), numbering)}
${tableMarkup(armOriginsTable(origins, arms), numbering)}
${tableMarkup(runsTable({ runs, arms, whole: false, anchorOf: runAnchor }), numbering)}`;
}

/** What the study used, by hash. */
function usedTable({ dataset, weights }: ReportInput): Table {
  const items = [
    {
      name: `Dataset “${dataset.name}”`,
      origin: `imported ${formatDateTime(dataset.createdAt, 'utc')}; images, labels and split`,
      hash: dataset.contentHash,
    },
    ...weights.map(({ name, origin, licenceNote, sha256 }) => ({
      name: `Weights “${name}”`,
      origin: [origin, licenceNote].filter((part) => part !== '').join('; '),
      hash: sha256,
    })),
  ];
  return buildTable<(typeof items)[number]>({
    caption: 'What the study used, by SHA-256',
    groups: ungrouped(items),
    columns: [
      { key: 'item', head: 'Item', cell: ({ name }) => name },
      { key: 'origin', head: 'Origin', cell: ({ origin }) => origin },
      { key: 'sha256', head: 'SHA-256', cell: ({ hash }) => text(hash, { mono: true }) },
    ],
  });
}
