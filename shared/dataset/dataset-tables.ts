/** A dataset as tables: its sets, its labels, the way from the folder, what the import reported. Pure. */
import { count, missing, part, text, type Cell } from '../tables/cells.ts';
import { buildTable, ungrouped, type Table } from '../tables/table.ts';
import { endSentence } from '../words/sentences.ts';
import { countOf } from '../words/numbers.ts';
import { formatDate } from '../words/times.ts';
import type {
  DatasetDetail,
  DatasetSummary,
  ImportPreview,
  LabelValueMeaning,
  OutputCounts,
  Target,
} from './dataset.ts';
import { endpointCounts } from './endpoint-counts.ts';
import { PROBLEM_WORDS, type ProblemKind } from './problem-kinds.ts';
import type { PatientProposal } from './patient-proposal.ts';
import { describeTarget, knownOf, MODALITY_WORDS, outputWord, SPLIT_WORDS } from './dataset-words.ts';
import {
  ageText,
  knowsAge,
  knowsSex,
  LEAST_SHOWN,
  sexCounts,
  sexNames,
  type PartCharacteristics,
} from './patient-characteristics.ts';

/** @param ids with the id of each, by which commands find one among several of one name */
export function datasetsTable(datasets: readonly DatasetSummary[], { ids = false } = {}): Table {
  return buildTable<DatasetSummary>({
    caption: 'Datasets',
    groups: ungrouped(datasets),
    rowOf: ({ id }) => ({ id }),
    columns: [
      { key: 'name', head: 'Name', cell: ({ name }) => name },
      { key: 'kind', head: 'Kind', cell: ({ modality }) => MODALITY_WORDS[modality] },
      { key: 'synthetic', head: '', stacked: true, cell: ({ synthetic }) => (synthetic ? 'synthetic' : '') },
      { key: 'layout', head: '', stacked: true, cell: ({ layoutName }) => layoutName },
      { key: 'labels', head: 'Labels', cell: ({ target }) => describeTarget(target) },
      { key: 'images', head: 'Images', number: true, cell: ({ images }) => count(images) },
      { key: 'patients', head: 'Patients', number: true, cell: ({ patients }) => count(patients) },
      { key: 'imported', head: 'Imported', number: true, cell: ({ createdAt }) => formatDate(createdAt) },
      { key: 'id', head: 'Id', when: ids, cell: ({ id }) => text(id, { mono: true }) },
    ],
  });
}

const TARGET_NOUNS: Record<Target['kind'], string> = { ordinal: 'Grade', classes: 'Class', multilabel: 'Finding' };

interface SetsRow {
  label: string;
  cells: readonly (Cell | string)[];
}

/**
 * The three sets beside one another: patients, images, and images with each label as a share of those whose label is known.
 * @param parts age and sex of patients, as far as the dataset has them
 */
export function setsTable(dataset: DatasetDetail, parts: readonly PartCharacteristics[] = []): Table {
  const { splits, target } = dataset;
  const labels = (read: (counts: OutputCounts) => Cell): SetsRow[] =>
    target.outputs.map((output, index) => ({
      label: outputWord(target, output),
      cells: splits.map(({ outputs }) => (outputs[index] === undefined ? missing() : read(outputs[index]))),
    }));
  const unknown = splits.some(({ outputs }) => outputs.some((counts) => counts.unknown > 0));
  const people = patientRows(parts);
  return buildTable<SetsRow>({
    caption: 'The three sets',
    notes: [
      `${countOf(dataset.images, 'image')} of ${countOf(dataset.patients, 'patient')} in all.`,
      endSentence(target.mapping),
      `Shares are of the images of a set${unknown ? ' whose label is known' : ''}.`,
      ...(people.length > 0
        ? [
            `Age and sex are of patients; numbers from 1 to ${LEAST_SHOWN - 1}, and those that would give them away, are not shown.`,
          ]
        : []),
    ],
    groupHead: 'of',
    groups: [
      {
        title: '',
        items: [
          { label: 'Patients', cells: splits.map(({ patients }) => count(patients)) },
          { label: 'Images', cells: splits.map(({ images }) => count(images)) },
          ...people,
        ],
      },
      {
        title: 'Images with the label',
        items: labels((counts) => part(counts.positive, knownOf(counts), { share: true })),
      },
      { title: 'Images positive for', items: endpointRows(dataset) },
      { title: 'Images without the label', items: unknown ? labels(({ negative }) => count(negative)) : [] },
      { title: 'Label not known', items: unknown ? labels((counts) => count(counts.unknown)) : [] },
    ],
    columns: [
      { key: 'row', head: 'Number of', cell: ({ label }) => label },
      ...splits.map(({ split }, index) => ({
        ...{ key: split, head: SPLIT_WORDS[split], number: true },
        cell: ({ cells }: SetsRow) => cells[index] ?? '',
      })),
    ],
  });
}

/** Endpoints of several labels that exclude each other; of one label its row says it, and others cannot be added up. */
function endpointRows({ splits, target }: DatasetDetail): SetsRow[] {
  const several = target.endpoints.filter(({ positiveOutputs }) => positiveOutputs.length > 1);
  return (target.kind === 'multilabel' ? [] : several).map(({ name, positiveOutputs }) => ({
    label: name,
    cells: splits.map(({ outputs }) => {
      const counts = endpointCounts({ positiveOutputs }, outputs);
      return counts === null ? missing() : part(counts.positive, knownOf(counts), { share: true });
    }),
  }));
}

/** Age and sex of the patients of each part; no row for what the dataset does not hold. */
function patientRows(parts: readonly PartCharacteristics[]): SetsRow[] {
  const names = sexNames(parts);
  const counts = parts.map((each) => sexCounts(each, names));
  const labels = [...names.map((name) => `Sex: ${name}`), 'Sex: not known'];
  const hidden = (index: number): boolean =>
    index === names.length && parts.every(({ sexUnknown }) => sexUnknown === 0);
  return [
    ...(knowsAge(parts) ? [{ label: 'Age in years: median (quartiles)', cells: parts.map(ageText) }] : []),
    ...(knowsSex(parts)
      ? labels.flatMap((label, index) =>
          hidden(index) ? [] : [{ label, cells: counts.map((own) => own[index] ?? missing()) }],
        )
      : []),
  ];
}

/** Labels of the images of a folder that can be used. */
export function labelsTable({ counts, target }: Pick<ImportPreview, 'counts' | 'target'>): Table {
  const { outputs } = counts;
  return buildTable<OutputCounts>({
    caption: 'Label counts',
    notes: [endSentence(target.mapping)],
    groups: ungrouped(outputs),
    columns: [
      { key: 'output', head: TARGET_NOUNS[target.kind], cell: ({ output }) => output },
      {
        ...{ key: 'present', head: 'Present', number: true },
        cell: (row) => part(row.positive, knownOf(row), { share: true, bar: true }),
      },
      { key: 'absent', head: 'Absent', number: true, cell: ({ negative }) => count(negative) },
      {
        ...{ key: 'unknown', head: 'Unknown', number: true, when: outputs.some(({ unknown }) => unknown > 0) },
        cell: ({ unknown }) => count(unknown),
      },
    ],
  });
}

export function labelValuesTable(values: readonly LabelValueMeaning[]): Table {
  return buildTable<LabelValueMeaning>({
    caption: 'How each value is read',
    groups: ungrouped(values),
    columns: [
      { key: 'value', head: 'Value', cell: ({ value }) => (value === '' ? text('empty', { tone: 'quiet' }) : value) },
      { key: 'rows', head: 'Rows', number: true, cell: ({ rows }) => count(rows) },
      { key: 'meaning', head: 'Means', cell: ({ meaning }) => meaning },
    ],
  });
}

export function patientProposalTable({ rule, examples, images, patients }: PatientProposal): Table {
  return buildTable<PatientProposal['examples'][number]>({
    caption: `Patients as names suggest them: ${countOf(patients, 'patient')} of ${countOf(images, 'image')}`,
    groups: ungrouped(examples),
    columns: [
      { key: 'image', head: 'Image', cell: ({ image }) => image },
      { key: 'patient', head: 'Patient', cell: ({ patient }) => patient },
    ],
    notes: [rule],
  });
}

export function columnRolesTable(roles: ImportPreview['columnRoles']): Table {
  return buildTable<ImportPreview['columnRoles'][number]>({
    caption: 'What each column is taken for',
    groups: ungrouped(roles),
    columns: [
      { key: 'column', head: 'Column', cell: ({ column }) => column },
      { key: 'role', head: 'Taken for', cell: ({ role }) => role },
      { key: 'reason', head: 'Why', cell: ({ reason }) => reason },
    ],
  });
}

export function flowTable(flow: DatasetDetail['flow']): Table {
  return buildTable<DatasetDetail['flow'][number]>({
    caption: 'From folder to dataset',
    groups: ungrouped(flow),
    columns: [
      { key: 'step', head: 'Step', cell: ({ step }) => step },
      { key: 'images', head: 'Images', number: true, cell: ({ images }) => count(images) },
      { key: 'remark', head: 'Remark', cell: ({ note }) => note },
    ],
  });
}

/** Null where the import had nothing to report. */
export function problemsTable({ problemCounts }: Pick<DatasetDetail, 'problemCounts'>): Table | null {
  const rows = (Object.entries(problemCounts) as [ProblemKind, number][]).filter(([, found]) => found > 0);
  if (rows.length === 0) return null;
  return buildTable<(typeof rows)[number]>({
    caption: 'What the import reported',
    groups: ungrouped(rows),
    columns: [
      { key: 'reason', head: 'Reason', cell: ([kind]) => PROBLEM_WORDS[kind] },
      { key: 'count', head: 'Count', number: true, cell: ([, found]) => count(found) },
    ],
  });
}
