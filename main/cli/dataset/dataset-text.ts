/** Datasets in words, for a terminal. */
import type {
  DatasetDetail,
  DatasetSummary,
  ImportPreview,
  ImportProblem,
  SplitConfig,
} from '../../../shared/dataset/dataset.ts';
import type { DatasetVerification } from '../../../shared/dataset/dataset-verification.ts';
import { formatCount } from '../../../shared/words/numbers.ts';
import { questionLines } from '../../datasets/questions.ts';
import {
  columnRolesTable,
  datasetsTable,
  flowTable,
  labelsTable,
  labelValuesTable,
  patientProposalTable,
  setsTable,
} from '../../../shared/dataset/dataset-tables.ts';
import { MODALITY_WORDS } from '../../../shared/dataset/dataset-words.ts';
import { policiesTable } from '../../../shared/dataset/label-policies.ts';
import { PROBLEM_WORDS, type ProblemKind } from '../../../shared/dataset/problem-kinds.ts';
import { describeLeakage } from '../../../shared/dataset/leakage.ts';
import { tablesText, tableText } from '../../../shared/tables/text-face.ts';

/** So many of each kind are printed; --json has more. */
const EACH = 5;

function describeProblems(problems: readonly ImportProblem[], counts: Partial<Record<ProblemKind, number>>): string[] {
  const kinds = [...new Set(problems.map((problem) => problem.kind))];
  if (kinds.length === 0) return ['Nothing was left out.'];
  return kinds.flatMap((kind) => {
    const shown = problems.filter((problem) => problem.kind === kind).slice(0, EACH);
    const total = counts[kind] ?? shown.length;
    const entries = shown.map(
      ({ file, message, leftOut }) =>
        `  ${leftOut ? 'left out' : 'note'}  ${file === null ? '' : `${file}: `}${message}`,
    );
    const listed = problems.filter((problem) => problem.kind === kind).length;
    const more = Math.max(listed - shown.length, listed >= EACH ? total - shown.length : 0);
    return [
      `${PROBLEM_WORDS[kind]} (${formatCount(total)})`,
      ...entries,
      ...(more > 0 ? [`  … and ${formatCount(more)} more`] : []),
    ];
  });
}

/** Label and value in two columns. */
function facts(rows: [string, string][]): string {
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `${label.padEnd(width)}  ${value}`).join('\n');
}

function describeSplit({ train, validation, test, seed, source }: SplitConfig): string {
  if (source === 'file') return 'from a split file (what it lacks is drawn from its training part)';
  const percent = [train, validation, test].map((part) => `${Math.round(1000 * part) / 10}`).join('/');
  return source === 'given'
    ? "the data set's own (what it lacks is drawn from its first part)"
    : `${percent} percent of patients, seed ${seed}`;
}

export function previewText(preview: ImportPreview): string {
  const { counts, target } = preview;
  const headlines = target.endpoints.filter(({ headline }) => headline).map(({ name }) => name);
  const others = preview.candidates.filter((candidate) => candidate.layout !== preview.layout).map(({ name }) => name);
  return [
    `Reads as: ${preview.layoutName}`,
    ...preview.evidence.map((sentence) => `  ${sentence}`),
    ...(others.length > 0 ? [`  It could also be: ${others.join('; ')} (--layout).`] : []),
    '',
    facts([
      [
        'Images',
        `${formatCount(counts.imagesFound)} ${MODALITY_WORDS[preview.modality].toLowerCase()}${preview.synthetic ? ', synthetic' : ''}`,
      ],
      ['Usable', `${formatCount(counts.usable)} of ${formatCount(counts.rows)} rows`],
      ['Patients', counts.patients === null ? 'not known' : formatCount(counts.patients)],
      ['Told apart by', preview.patientRule],
      ['Learns', target.mapping],
      ['Scored by AUC', headlines.join(', ')],
      ...(preview.suggestedColumns ? [['Columns', describeColumns(preview.suggestedColumns)] as [string, string]] : []),
      ...(preview.givenSplits
        ? [
            [
              'Own splits',
              preview.givenSplits.map(({ split, rows }) => `${split} ${formatCount(rows)}`).join(', '),
            ] as [string, string],
          ]
        : []),
    ]),
    '',
    tableText(labelsTable(preview)),
    '',
    ...describePolicies(preview),
    ...describeValues(preview),
    ...describeRoles(preview),
    ...(preview.patientProposal === null ? [] : [tableText(patientProposalTable(preview.patientProposal)), '']),
    ...describeProblems(preview.problems, preview.problemCounts),
    ...describeQuestions(preview),
    ...(counts.usable > 0 && preview.questions.length === 0
      ? ['', 'Images are decoded one by one during the import; what cannot be read is then left out.']
      : []),
  ].join('\n');
}

function describePolicies({ findingCells, unknownPolicy }: ImportPreview): string[] {
  const table = policiesTable(findingCells, unknownPolicy);
  return table === null ? [] : [tableText(table), ''];
}

/** So many values of a label column are printed. */
const VALUES = 20;

function describeValues({ labelValues }: ImportPreview): string[] {
  if (labelValues.length === 0) return [];
  const more = labelValues.length > VALUES ? [`… and ${labelValues.length - VALUES} more values`] : [];
  return [tableText(labelValuesTable(labelValues.slice(0, VALUES))), ...more, ''];
}

function describeRoles({ columnRoles }: ImportPreview): string[] {
  if (columnRoles.length === 0) return [];
  return [tableText(columnRolesTable(columnRoles)), ''];
}

function describeQuestions({ questions }: ImportPreview): string[] {
  if (questions.length === 0) return [];
  return ['', 'An import needs an answer first:', ...questions.flatMap((question) => ['', ...questionLines(question)])];
}

function describeColumns(columns: NonNullable<ImportPreview['suggestedColumns']>): string {
  return Object.entries(columns)
    .map(([role, column]) => `${role} "${Array.isArray(column) ? column.join('", "') : String(column)}"`)
    .join(', ');
}

export function detailText(detail: DatasetDetail): string {
  return [
    `${detail.name} (${detail.id})`,
    facts([
      ['Layout', detail.layoutName],
      [
        'Images',
        `${formatCount(detail.images)} ${MODALITY_WORDS[detail.modality].toLowerCase()}${detail.synthetic ? ', synthetic' : ''}`,
      ],
      [
        'Patients',
        `${formatCount(detail.patients)}${detail.patientIdKnown ? '' : ' (not known for all images: those count as a patient each)'}`,
      ],
      ['Told apart by', detail.patientRule],
      ['Learns', detail.target.mapping],
      ['Split', describeSplit(detail.splitConfig)],
      ['Leakage', describeLeakage(detail).sentence],
      ['Content', detail.contentHash],
      ['Folder', detail.folder],
    ]),
    '',
    tablesText([setsTable(detail), flowTable(detail.flow)]),
    '',
    ...describeProblems(detail.problems, detail.problemCounts),
  ].join('\n');
}

export function listText(datasets: readonly DatasetSummary[]): string {
  if (datasets.length === 0) return 'No dataset yet. Import a folder: dataset import DIR';
  return tableText(datasetsTable(datasets, { ids: true }));
}

export function verificationText(name: string, result: DatasetVerification): string {
  const { checked, unchanged, changed, missing, recordsIntact, problems } = result;
  const fine = changed === 0 && missing === 0 && recordsIntact;
  return [
    fine
      ? `${name}: all ${formatCount(checked)} files are as they were imported, and so are the library's records.`
      : `${name}: of ${formatCount(checked)} files ${formatCount(unchanged)} are unchanged, ${formatCount(changed)} changed and ${formatCount(missing)} missing or unreadable.`,
    ...problems.map(({ file, state }) => `  ${state}  ${file}`),
    ...(recordsIntact
      ? []
      : ["The library's own records of this dataset do not fit its content hash: they were damaged or edited."]),
    ...(fine ? [] : ['Put the files back as they were, or import the folder again under a new name.']),
  ].join('\n');
}
