/** Any table with a column of images and one or more of labels; roles are suggested and the user has the last word. */
import path from 'node:path';
import type { ColumnMapping } from '../../../shared/dataset/dataset.ts';
import { formatCount } from '../../../shared/words/numbers.ts';
import { DEFAULT_UNKNOWN, isBlankCell, readAge, readEye, readEyeName, readSex } from '../cell-values.ts';
import { readCsv, type CsvTable } from '../csv-table.ts';
import { withoutImageEnding } from '../folder-index.ts';
import { guessModality } from '../modality.ts';
import type { ProblemList } from '../problem-list.ts';
import { suggestColumns, type ColumnSuggestion } from './csv-columns.ts';
import { labelReader } from './csv-target.ts';
import { describeRow, UNSAID, type FolderFacts, type Reading, type ReadRow, type Recogniser } from './recogniser.ts';

interface Choice {
  table: CsvTable;
  suggestion: ColumnSuggestion;
}

/** The table whose image column leads to most files; a labels file that the request names is the only one here. */
function chooseTable(facts: FolderFacts): Choice | null {
  const choices = facts.tables.map((table) => ({ table, suggestion: suggestColumns(table, facts.resolver) }));
  const score = ({ table, suggestion: { columns, imageShare } }: Choice): number =>
    (columns.image ? 1 + imageShare : 0) + (columns.labels ? 1 : 0) - (/submission/i.test(table.file) ? 1 : 0);
  return choices.sort((a, b) => score(b) - score(a) || (a.table.file < b.table.file ? -1 : 1))[0] ?? null;
}

function completeMapping(columns: Partial<ColumnMapping>): ColumnMapping | null {
  const { image, labels, ...rest } = columns;
  return image === undefined || labels === undefined ? null : { image, labels, ...rest };
}

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

/** The user's mapping, reduced to columns that exist; what does not exist is a problem. */
function checkMapping(mapping: ColumnMapping, table: CsvTable, problems: ProblemList): ColumnMapping | null {
  const wanted = [
    mapping.image,
    ...mapping.labels,
    mapping.patient,
    mapping.eye,
    mapping.sex,
    mapping.age,
    mapping.view,
    mapping.site,
  ];
  const unknown = [...new Set(wanted.filter((name) => name !== undefined && !table.header.includes(name)))] as string[];
  if (unknown.length === 0) return mapping;
  problems.note(
    'unknown-column',
    table.file,
    `Expected the columns ${quoted(unknown)}, but ${table.file} has ${quoted(table.header)}.`,
    unknown.length,
  );
  return null;
}

export const csv: Recogniser = {
  layout: 'csv',
  name: 'Table of labels (CSV)',

  recognise(facts) {
    const choice = chooseTable(facts);
    if (!choice) return null;
    const { table, suggestion } = choice;
    const { image, labels, patient } = suggestion.columns;
    const evidence = [
      `${table.file} has ${table.header.length} columns: ${quoted(table.header.slice(0, 12))}${table.header.length > 12 ? ', …' : ''}.`,
    ];
    if (image) {
      evidence.push(
        `"${image}" names images: ${Math.round(100 * suggestion.imageShare)}% of the first ${formatCount(Math.min(200, table.sample.length))} are in the folder.`,
      );
    }
    if (labels)
      evidence.push(
        `${quoted(labels.slice(0, 8))} ${labels.length === 1 ? 'reads as the label' : 'read as findings'}.`,
      );
    if (patient) evidence.push(`"${patient}" reads as the patient.`);
    return { evidence, confidence: image && labels && suggestion.imageShare > 0.5 ? 'likely' : 'possible' };
  },

  async read(facts, problems, signal): Promise<Reading> {
    const choice = chooseTable(facts);
    if (!choice) return emptyReading(null, null);
    const { table, suggestion } = choice;
    const suggested = completeMapping(suggestion.columns);
    const mapping = facts.request.columns ? checkMapping(facts.request.columns, table, problems) : suggested;
    if (mapping === null) {
      if (!facts.request.columns) {
        const lacking = [
          suggestion.columns.image ? [] : ['image names'],
          suggestion.columns.labels ? [] : ['labels'],
        ].flat();
        problems.note(
          'unknown-column',
          table.file,
          `No column of ${table.file} reads as ${lacking.join(' or ')}. It has ${quoted(table.header)}: say which column is what.`,
        );
      }
      return emptyReading(table, suggested);
    }
    return readTable({ facts, table, mapping, suggested, problems, signal });
  },
};

function emptyReading(table: CsvTable | null, suggestedColumns: ColumnMapping | null): Reading {
  return {
    rows: [],
    target: { kind: 'classes', outputs: [], endpoints: [], mapping: 'Choose the columns of images and labels.' },
    availableOutputs: [],
    modality: 'other',
    patientRule: 'Choose the column of patients.',
    labelsFiles: table ? [table.file] : [],
    columns: table?.header ?? [],
    suggestedColumns,
    givenSplits: false,
  };
}

function eyeNameOf(reference: string): ReturnType<typeof readEyeName> {
  return readEyeName(withoutImageEnding(path.posix.basename(reference.replaceAll('\\', '/'))));
}

async function readTable(params: {
  facts: FolderFacts;
  table: CsvTable;
  mapping: ColumnMapping;
  suggested: ColumnMapping | null;
  problems: ProblemList;
  signal: AbortSignal | undefined;
}): Promise<Reading> {
  const { facts, table, mapping, suggested, problems, signal } = params;
  const home = path.posix.dirname(table.file);
  const near = path.isAbsolute(table.file) || home === '.' ? [''] : [home];
  const labelColumns = mapping.labels.map((name) => table.header.indexOf(name));
  const cellOf = (name: string | undefined): ((cells: string[]) => string) => {
    const column = name === undefined ? -1 : table.header.indexOf(name);
    return (cells) => cells[column] ?? '';
  };
  const cells = {
    image: cellOf(mapping.image),
    patient: cellOf(mapping.patient),
    eye: cellOf(mapping.eye),
    sex: cellOf(mapping.sex),
    age: cellOf(mapping.age),
    view: cellOf(mapping.view),
    site: cellOf(mapping.site),
  };
  const counts = new Map<string, number>();
  // Equal cells share one string: a table of 250,000 rows has few different labels.
  const interned = new Map<string, string>();
  const intern = (text: string): string => {
    const known = interned.get(text);
    if (known !== undefined) return known;
    interned.set(text, text);
    return text;
  };
  const pending: { row: ReadRow; cells: string[] }[] = [];
  let eyeNames = 0;

  const failure = await readCsv(
    table,
    (row, number) => {
      const reference = cells.image(row);
      const name = eyeNameOf(reference);
      if (name) eyeNames++;
      const labelCells = labelColumns.map((column) => intern(row[column] as string));
      if (labelColumns.length === 1 && !isBlankCell(labelCells[0] as string)) {
        counts.set(labelCells[0] as string, (counts.get(labelCells[0] as string) ?? 0) + 1);
      }
      pending.push({
        cells: labelCells,
        row: {
          ...UNSAID,
          table: table.file,
          row: number,
          reference,
          near,
          labels: [],
          patient: cells.patient(row) || null,
          eye: readEye(cells.eye(row)) ?? name?.eye ?? null,
          sex: readSex(cells.sex(row)),
          age: readAge(cells.age(row)),
          view: intern(cells.view(row)) || null,
          site: intern(cells.site(row)) || null,
        },
      });
    },
    signal,
  );
  if (failure) problems.leaveOut('bad-row', table.file, failure.message);

  const reader = labelReader(mapping.labels, counts, {
    outputs: facts.request.outputs,
    positiveFrom: facts.request.positiveFrom,
    unknown: facts.request.unknown ?? DEFAULT_UNKNOWN,
  });
  if ('problem' in reader) {
    problems.note('unknown-column', table.file, reader.problem);
    return emptyReading(table, suggested);
  }
  // The eye in a name tells the patient only when all names are built that way.
  const patientsByName = mapping.patient === undefined && pending.length > 0 && eyeNames >= 0.95 * pending.length;
  const rows = pending.map(({ row, cells: labelCells }): ReadRow => {
    const read = reader.read(labelCells);
    if (patientsByName) row.patient = eyeNameOf(row.reference)?.patient ?? null;
    if (!read.ok) row.excluded = { kind: 'unknown-label', message: read.reason };
    else row.labels = read.labels;
    if (read.ok && read.masked !== null) {
      problems.note('unknown-label', null, `In ${describeRow(row)}, ${read.masked}.`);
    }
    return row;
  });
  return {
    rows,
    target: reader.target,
    availableOutputs: reader.availableOutputs,
    modality: guessModality([
      facts.index.folder,
      path.posix.basename(table.file),
      ...table.header,
      ...reader.availableOutputs,
    ]),
    patientRule: patientRuleOf(mapping, patientsByName),
    labelsFiles: [table.file],
    columns: table.header,
    suggestedColumns: suggested,
    givenSplits: false,
  };
}

function patientRuleOf(mapping: ColumnMapping, patientsByName: boolean): string {
  if (mapping.patient !== undefined) return `The column "${mapping.patient}"; all images of a patient stay together.`;
  if (patientsByName)
    return 'The part of the image name before the eye (_left, _right, _OD, _OS); both eyes stay together.';
  return 'Patients are not known: every image counts as a patient of its own.';
}
