/** Any table with columns of images and labels; roles are suggested, what leaves a doubt is asked, and the user has the last word. */
import path from 'node:path';
import type { ColumnMapping, ColumnRole } from '../../../shared/dataset/dataset.ts';
import type { ImportAnswer, ImportQuestion } from '../../../shared/dataset/import-question.ts';
import { formatCount, formatPercent, wordFor } from '../../../shared/words/numbers.ts';
import { namesExams } from '../columns/exam-column.ts';
import { PART, QUALITY } from '../columns/not-a-label.ts';
import { columnsOf, completeMapping, mergeMapping } from '../columns/merge-mapping.ts';
import { SHORTENED, type ColumnSuggestion } from '../columns/suggest-columns.ts';
import { labelReader } from '../labels/label-reader.ts';
import { quoteWord } from '../labels/missing-words.ts';
import { guessModality } from '../modality.ts';
import type { ProblemList } from '../problem-list.ts';
import { decideJoin } from '../rows/join-rule.ts';
import { readLabels } from '../rows/label-rows.ts';
import { eyeNameOf, isOneHot, readRows, type RowsRead } from '../rows/read-rows.ts';
import { chooseTables, type ChosenTable, type ChosenTables } from '../tables/choose-tables.ts';
import type { Table } from '../tables/table.ts';
import { placeByFolder } from './folder-per-class.ts';
import { mentionUnused, NO_PATIENTS, UNASKED, type FolderFacts, type Reading, type Recogniser } from './recogniser.ts';

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

/** The user's mapping, if all of its columns exist; what does not exist is a problem. */
function checkMapping(mapping: Partial<ColumnMapping>, table: Table, problems: ProblemList): boolean {
  const unknown = [...new Set(columnsOf(mapping).filter((name) => !table.header.includes(name)))];
  if (unknown.length === 0) return true;
  problems.note(
    'unknown-column',
    table.file,
    `Expected the columns ${quoted(unknown)}, but ${table.file} has ${quoted(table.header)}.`,
    unknown.length,
  );
  return false;
}

/** What the user has chosen, completed by what the table suggests. */
function mappingOf({ request }: FolderFacts, { suggestion }: ChosenTable): Partial<ColumnMapping> {
  return request.columns ?? mergeMapping(suggestion.columns, request.columnHints);
}

function evidenceOf({ used, unused }: ChosenTables, mapping: Partial<ColumnMapping>): string[] {
  const { table, suggestion } = used[0] as ChosenTable;
  const { image, labels, patient, otherImages, split } = mapping;
  const evidence = [
    `${table.file} has ${table.header.length} columns: ${quoted(table.header.slice(0, 12))}${table.header.length > 12 ? ', …' : ''}.`,
    ...table.remarks,
  ];
  if (used.length > 1) {
    const parts = used.map((chosen) => `${chosen.table.file}${chosen.part === null ? '' : ` (${chosen.part})`}`);
    evidence.push(`Read together, because they have the same columns and other images: ${parts.join(', ')}.`);
  }
  if (image && suggestion.hasGroups) {
    evidence.push(
      `"${image}" names studies or patients: their images lie in folders of that name, or have names that begin with it. The labels of a row stand for all of them.`,
    );
  } else if (image) {
    evidence.push(
      `"${image}" names images: ${formatPercent(suggestion.imageShare, 0)} of the first ${formatCount(Math.min(200, table.sample.length))} are in the folder.`,
    );
  }
  if (otherImages) {
    evidence.push(
      `${quoted(otherImages)} ${wordFor(otherImages.length, 'names', 'name')} further images of the same row; its labels stand for all of them, unless they have sides too.`,
    );
  }
  if (labels) {
    const first = suggestion.roles.find(({ column, role }) => role === 'label' && column === labels[0])?.reason;
    evidence.push(
      labels.length === 1
        ? `${quoted(labels)} reads as the label${first === undefined ? '' : `: ${first}`}.`
        : `${quoted(labels.slice(0, 8))}${labels.length > 8 ? ', …' : ''} read as findings.`,
    );
  }
  const others = suggestion.roles
    .filter(({ column, role }) => /label/.test(role) && labels?.includes(column) === false)
    .map(({ column }) => column);
  if (labels && others.length > 0)
    evidence.push(`Could be labels as well, and are not used: ${quoted(others.slice(0, 8))} (--label-columns).`);
  if (patient) evidence.push(`"${patient}" reads as the patient.`);
  if (split) evidence.push(`"${split}" names the data set's own parts (--split given).`);
  return [...evidence, ...mentionUnused(unused)];
}

export const csv: Recogniser = {
  layout: 'csv',
  name: 'Table of labels (CSV)',

  recognise(facts) {
    const chosen = chooseTables(facts);
    if (!chosen) return null;
    const [best] = chosen.used as [ChosenTable];
    const mapping = mappingOf(facts, best);
    const { image, labels } = mapping;
    return {
      evidence: evidenceOf(chosen, mapping),
      confidence: image && labels && best.suggestion.imageShare > 0.5 ? 'likely' : 'possible',
    };
  },

  async read(facts, problems, signal): Promise<Reading> {
    const chosen = chooseTables(facts);
    if (!chosen) return emptyReading(null, null);
    const [best] = chosen.used as [ChosenTable];
    const { table, suggestion } = best;
    const suggested = mappingOf(facts, best);
    const mapping = completeMapping(suggested);
    if (!checkMapping(suggested, table, problems)) return emptyReading(table, suggestion);
    if (chosen.rivals.length > 0 && facts.request.labelsFile !== table.file) {
      return { ...emptyReading(table, suggestion), questions: [askSheet([table, ...chosen.rivals])] };
    }
    if (mapping === null) {
      const questions = [
        ...(suggested.image === undefined ? [askImage(table, suggestion)] : []),
        ...(suggested.labels === undefined
          ? suggestion.questions.map((question) => offerOtherPlaces(question, facts))
          : []),
      ];
      return { ...emptyReading(table, suggestion), questions };
    }
    const read = await readRows({ tables: chosen.used, mapping, facts, problems, signal });
    return interpretRows({ facts, chosen, mapping, read, problems });
  },
};

/** Where the images lie in folders of classes, these may be the label. */
function offerOtherPlaces(question: ImportQuestion, { index }: FolderFacts): ImportQuestion {
  const classes = placeByFolder(index.images)?.classes;
  if (!classes) return question;
  const answer: ImportAnswer = {
    text: `The folders of the images: ${quoted(classes.slice(0, 4))}${classes.length > 4 ? ', …' : ''}`,
    option: '--layout folder-per-class',
    change: { layout: 'folder-per-class' },
  };
  return { ...question, answers: [...question.answers, answer] };
}

function askSheet(sheets: readonly Table[]): ImportQuestion {
  return {
    id: 'labels-file',
    question: 'Which sheet holds the labels?',
    reasons: ['Several sheets of the workbook name the same images and have columns that read as labels.'],
    answers: sheets.map(({ file, header }) => ({
      text: `The columns ${quoted(header.slice(0, 6))}${header.length > 6 ? ', …' : ''}`,
      option: `--labels ${quoteWord(file)}`,
      change: { labelsFile: file },
    })),
  };
}

function askImage(table: Table, { roles }: ColumnSuggestion): ImportQuestion {
  const ids = table.header.filter((_, i) => new Set(table.sample.map((row) => row[i])).size > table.sample.length / 2);
  return {
    id: 'image-column',
    question: 'Which column names the images?',
    reasons: [
      `No column of ${table.file} leads to files of the folder. It has ${quoted(table.header)}.`,
      ...roles
        .filter(({ reason }) => reason.includes('shortened'))
        .map(({ column, reason }) => `"${column}": ${reason}.`),
    ],
    answers: ids.slice(0, 8).map((name) => ({
      text: `"${name}"`,
      option: `--image-column ${quoteWord(name)}`,
      change: { columnHints: { image: name } },
    })),
  };
}

function emptyReading(table: Table | null, suggestion: ColumnSuggestion | null): Reading {
  return {
    ...UNASKED,
    rows: [],
    target: { kind: 'classes', outputs: [], endpoints: [], mapping: 'Choose the columns of images and labels.' },
    availableOutputs: [],
    modality: 'other',
    patientRule: 'Choose the column of patients.',
    labelsFiles: table ? [table.file] : [],
    columns: table?.header ?? [],
    suggestedColumns: suggestion && completeMapping(suggestion.columns),
    givenSplits: false,
    columnRoles: suggestion?.roles ?? [],
  };
}

/** The roles as they are used, where the user has chosen others. */
function rolesOf(mapping: ColumnMapping, { roles }: ColumnSuggestion): ColumnRole[] {
  const used = new Map<string, ColumnRole['role']>();
  for (const [role, names] of Object.entries(mapping)) {
    for (const column of [names ?? []].flat()) {
      used.set(column, role === 'labels' ? 'label' : role === 'otherImages' ? 'image' : (role as ColumnRole['role']));
    }
  }
  return roles.map((entry): ColumnRole => {
    const role = used.get(entry.column);
    if (role === undefined)
      return entry.role === 'not-used' || entry.role === 'could-be-label'
        ? entry
        : { ...entry, role: 'not-used', reason: `not used (${entry.reason})` };
    return role === entry.role ? entry : { ...entry, role, reason: 'chosen' };
  });
}

function interpretRows(params: {
  facts: FolderFacts;
  chosen: ChosenTables;
  mapping: ColumnMapping;
  read: RowsRead;
  problems: ProblemList;
}): Reading {
  const { facts, chosen, mapping, read, problems } = params;
  const { request } = facts;
  const { table, suggestion } = chosen.used[0] as ChosenTable;
  const { pending, labels } = read;
  const join = decideJoin({
    pending,
    usual: suggestion.hasBoxes ? 'any' : mapping.reader !== undefined ? 'majority' : null,
    isSingle: labels.length === 1,
    request,
  });
  const reader = labelReader(
    { columns: labels, counts: read.counts, oneHot: isOneHot(read) && join.rule === null },
    { ...request, labelsAs: join.asFindings ? 'findings' : request.labelsAs },
  );
  if ('problem' in reader) {
    problems.note('unknown-column', table.file, reader.problem);
    return emptyReading(table, suggestion);
  }
  // The eye in a name tells the patient only when all names are built that way.
  const isChosen = (request.columns ?? request.columnHints)?.patient !== undefined;
  const patientsByName =
    (mapping.patient === undefined || (namesExams(mapping.patient) && !isChosen)) &&
    !read.patientsByRow &&
    pending.length > 0 &&
    read.eyeNames >= 0.95 * pending.length;
  if (patientsByName) for (const { row } of pending) row.patient = eyeNameOf(row.reference)?.patient ?? null;
  const labelled = readLabels({ pending, reader, join, problems });
  const columnRoles = rolesOf(mapping, suggestion);
  noteUnused(chosen, columnRoles, problems);
  const parts = new Set(labelled.rows.map(({ givenSplit }) => givenSplit));
  return {
    ...UNASKED,
    ...labelled,
    modality: guessModality([
      facts.index.folder,
      path.posix.basename(table.file),
      ...table.header,
      ...reader.availableOutputs,
    ]),
    patientRule: patientRuleOf(mapping, patientsByName, read.patientsByRow),
    labelsFiles: chosen.used.map((one) => one.table.file),
    columns: table.header,
    suggestedColumns: patientsByName ? withoutPatient(mapping) : mapping,
    givenSplits: parts.has('train') && [...parts].filter((part) => part !== null).length > 1,
    columnRoles,
  };
}

/** What a column that is not used would have told, and only the user can decide: by a part of the reason. */
const UNUSED: readonly [string, (columns: string) => string][] = [
  [
    QUALITY,
    (columns) =>
      `The quality of images as ${columns} has it is not used: images that are called poor there are learned from as well. Take their rows out of the table if that is not meant.`,
  ],
  [
    PART,
    (columns) =>
      `${columns} says which part of the data a row is in, in a way that is not known here (training, validation and test are): patients are drawn anew. A table with the parts can be given as a split file.`,
  ],
  [SHORTENED, (columns) => `${columns} is not used as the patient: ${SHORTENED}.`],
];

function noteUnused({ used }: ChosenTables, roles: readonly ColumnRole[], problems: ProblemList): void {
  const { table } = used[0] as ChosenTable;
  const varies = (name: string): boolean => {
    const at = table.header.indexOf(name);
    return new Set(table.sample.map((row) => row[at])).size > 1;
  };
  for (const [told, words] of UNUSED) {
    const found = roles.filter(({ role, reason }) => role === 'not-used' && reason.includes(told));
    const columns = found.map(({ column }) => column).filter(varies);
    if (columns.length > 0) problems.note('assumed', table.file, words(quoted(columns)), columns.length);
  }
}

function withoutPatient({ patient: _unused, ...others }: ColumnMapping): ColumnMapping {
  return others;
}

function patientRuleOf(mapping: ColumnMapping, patientsByName: boolean, patientsByRow: boolean): string {
  if (patientsByName)
    return 'The part of the image name before the eye (_left, _right, _OD, _OS); both eyes stay together.';
  if (mapping.patient !== undefined) {
    const of = namesExams(mapping.patient) ? 'study, exam or case' : 'patient';
    return `The column "${mapping.patient}"; all images of a ${of} stay together.`;
  }
  if (patientsByRow) return 'The row: its images are of one study or patient and stay together.';
  return NO_PATIENTS;
}
