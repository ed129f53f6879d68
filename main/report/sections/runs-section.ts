/** Appendix: which run produced which number, with which software, on which data; the files and the configuration. */
import { problemsTable } from '../../../shared/dataset/dataset-tables.ts';
import { describeProof } from '../../../shared/dataset/leakage-proof.ts';
import { armOriginsTable, runsTable } from '../../../shared/run/run-tables.ts';
import { text as textCell } from '../../../shared/tables/cells.ts';
import { buildTable, ungrouped, type Table } from '../../../shared/tables/table.ts';
import { formatDateTime } from '../../../shared/words/times.ts';
import { list, runAnchor, table, text, under, type Block } from '../blocks.ts';
import type { ReportInput } from '../report-input.ts';

export function runsSection(input: ReportInput): Block[] {
  const { runs, origins, dataset, leakageProof, files } = input;
  const { arms } = input.results;
  return [
    ...table(usedTable(input)),
    ...table(armOriginsTable(origins, arms)),
    ...table(runsTable({ runs, arms, whole: false, anchorOf: runAnchor })),
    ...table(problemsTable(dataset)),
    ...(leakageProof == null
      ? []
      : [text(`${describeProof(leakageProof)} A file beside this report holds the same, to be checked again.`)]),
    ...under('Files that belong to this report', list(files.map(({ name, holds }) => `${name}: ${holds}`))),
    ...under('The study as it was configured, with every default written out', [
      { kind: 'code', text: input.configuration },
    ]),
  ];
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
      { key: 'sha256', head: 'SHA-256', cell: ({ hash }) => textCell(hash, { mono: true }) },
    ],
  });
}
