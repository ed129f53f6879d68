/** CheXpert v1.0 (and -small): `train.csv`, `valid.csv` with a path, sex, age, view and 14 findings per image. */
import path from 'node:path';
import { CHEXPERT_FINDINGS, PAPER_FINDINGS } from '../../../shared/dataset/chexpert.ts';
import { SPLITS, type LabelValue, type UnknownPolicy } from '../../../shared/dataset/dataset.ts';
import { formatCount } from '../../../shared/words/numbers.ts';
import {
  unknownPolicyOf,
  findingLabel,
  readAge,
  readFindingCell,
  readSex,
  readSplitName,
  type FindingCell,
} from '../labels/cell-values.ts';
import { readTable, type Table } from '../tables/table.ts';
import type { ProblemList } from '../problem-list.ts';
import { chooseOutputs, multilabelTarget } from '../labels/targets.ts';
import {
  mentionUnused,
  UNASKED,
  UNSAID,
  type FolderFacts,
  type Reading,
  type ReadRow,
  type Recogniser,
} from './recogniser.ts';

const PATIENT = /patient(\d+)/i;
const VIEW_NAME = /view\d+_(frontal|lateral)/i;

function findingsOf(table: Table): string[] {
  return CHEXPERT_FINDINGS.filter((finding) => table.header.includes(finding));
}

/**
 * One table per part (`train`, `valid`, `test`), else the first that fits. CheXpert comes with further label sets for the same images
 * (`train_cheXbert.csv`, `train_visualCheXbert.csv`), which must not be mixed.
 */
function fittingTables(facts: FolderFacts): { used: Table[]; unused: Table[] } {
  const order = (table: Table): number => SPLITS.indexOf(partOf(table) ?? 'train');
  const fitting = facts.tables.filter(
    (table) => table.header.includes('Path') && PAPER_FINDINGS.every((finding) => table.header.includes(finding)),
  );
  const named = fitting.filter((table) => partOf(table) !== null);
  const used = named.filter((table) => table === named.find((other) => partOf(other) === partOf(table)));
  if (used.length === 0) used.push(...fitting.slice(0, 1));
  return { used: used.sort((a, b) => order(a) - order(b)), unused: fitting.filter((table) => !used.includes(table)) };
}

function partOf(table: Table): ReturnType<typeof readSplitName> {
  return readSplitName(path.posix.basename(table.file).replace(/\..*$/, ''));
}

function unknownSentence(policy: UnknownPolicy): string {
  const uncertain = {
    ignore: 'uncertain (-1) findings are masked',
    zeros: 'uncertain (-1) findings count as absent',
    ones: 'uncertain (-1) findings count as present',
  }[policy.uncertain];
  const blank = {
    zeros: 'findings that the report does not mention count as absent',
    ignore: 'findings that the report does not mention are masked, unless it says "No Finding"',
  }[policy.blank];
  return `${uncertain.charAt(0).toUpperCase()}${uncertain.slice(1)}; ${blank}.`;
}

export const chexpert: Recogniser = {
  layout: 'chexpert',
  name: 'CheXpert (chest x-rays, 14 findings)',

  recognise(facts) {
    const { used, unused } = fittingTables(facts);
    const [table] = used;
    if (!table) return null;
    const column = table.header.indexOf('Path');
    const patients = table.sample.filter((row) => PATIENT.test(row[column] as string)).length;
    const findings = findingsOf(table).length;
    return {
      confidence: findings === CHEXPERT_FINDINGS.length && patients > 0.95 * table.sample.length ? 'certain' : 'likely',
      evidence: [
        `${table.file} has the column "Path" and ${findings} of the 14 CheXpert findings.`,
        `${formatCount(patients)} of the first ${formatCount(table.sample.length)} paths hold a patient number (patientNNNNN).`,
        ...mentionUnused(unused),
      ],
    };
  },

  async read(facts, problems, signal): Promise<Reading> {
    const { request } = facts;
    const tables = fittingTables(facts).used;
    const available = tables[0] ? findingsOf(tables[0]) : [...CHEXPERT_FINDINGS];
    const outputs = chooseOutputs(request.outputs, available, PAPER_FINDINGS);
    const policy = unknownPolicyOf(request);
    const rows: ReadRow[] = [];
    for (const table of tables) {
      const reader = rowReader({ table, outputs, policy, frontalOnly: request.views !== 'all', problems });
      await readTable(table, (cells, number) => rows.push(reader(cells, number)), problems, signal);
    }
    const parts = new Set(tables.map(partOf));
    return {
      ...UNASKED,
      rows,
      target: multilabelTarget(
        outputs,
        `${outputs.length} independent findings, one output each. ${unknownSentence(policy)}`,
      ),
      availableOutputs: available,
      modality: 'cxr',
      patientRule: 'The number after "patient" in the path; all studies and views of a patient stay together.',
      labelsFiles: tables.map((table) => table.file),
      columns: tables[0]?.header ?? [],
      suggestedColumns: null,
      givenSplits: parts.size > 1 && parts.has('train'),
    };
  },
};

function rowReader(params: {
  table: Table;
  outputs: readonly string[];
  policy: UnknownPolicy;
  frontalOnly: boolean;
  problems: ProblemList;
}): (cells: string[], number: number) => ReadRow {
  const { table, outputs, policy, frontalOnly, problems } = params;
  const at = (name: string): number => table.header.indexOf(name);
  const columns = { path: at('Path'), sex: at('Sex'), age: at('Age'), side: at('Frontal/Lateral'), ap: at('AP/PA') };
  const findings = outputs.map(at);
  const noFinding = at('No Finding');
  const home = path.posix.dirname(table.file) === '.' ? '' : path.posix.dirname(table.file);
  const near = [home];
  const givenSplit = partOf(table);
  const known = new Map<string, LabelValue[]>();

  /** Rows with the same labels share one array: there are few patterns and 220,000 rows. */
  function shared(labels: LabelValue[]): LabelValue[] {
    const key = labels.join();
    const before = known.get(key);
    if (before === undefined) known.set(key, labels);
    return before ?? labels;
  }

  return (cells, number) => {
    const cell = (column: number): string => cells[column] ?? '';
    const reference = cell(columns.path);
    const found = findings.map((column) => readFindingCell(cell(column)));
    const unreadable = found.findIndex((value) => value === 'unreadable');
    if (unreadable >= 0) {
      problems.note(
        'unknown-label',
        null,
        `In row ${number} of ${table.file}, expected 1, 0, -1 or blank for ${outputs[unreadable]}, got "${cell(findings[unreadable] as number)}"; it is masked.`,
      );
    }
    const clear = policy.blank === 'ignore' && readFindingCell(cell(noFinding)) === 'present';
    const labels = shared(found.map((value, i) => readLabel(value, outputs[i] as string, clear)));
    const side = (cell(columns.side) || (VIEW_NAME.exec(reference)?.[1] ?? '')).toLowerCase();
    return {
      ...UNSAID,
      table: table.file,
      row: number,
      reference,
      near,
      labels,
      patient: PATIENT.exec(reference)?.[1] ?? null,
      view: side === 'lateral' ? 'lateral' : /^(AP|PA)$/.test(cell(columns.ap)) ? cell(columns.ap) : side || null,
      sex: readSex(cell(columns.sex)),
      age: readAge(cell(columns.age)),
      givenSplit,
      excluded:
        frontalOnly && side === 'lateral'
          ? { kind: 'other-view', message: 'lateral view (the task uses frontal views only)' }
          : labels.every((label) => label === null)
            ? { kind: 'unknown-label', message: 'none of the chosen findings is known' }
            : null,
    };
  };

  /** "No Finding" says that nothing but devices was seen, so a blank is an absence even where blanks are masked. */
  function readLabel(value: FindingCell, output: string, clear: boolean): LabelValue {
    if (value === 'blank' && clear && output !== 'Support Devices' && output !== 'No Finding') return 0;
    return findingLabel(value, policy);
  }
}
