/** From a description of a public data set to its recogniser. */
import { readAge, readEye, readSplitName, sexReader } from '../labels/cell-values.ts';
import { columnNames, ruleReader, type LabelRule } from '../labels/label-rule.ts';
import type { ImportAnswer, ImportQuestion } from '../../../shared/dataset/import-question.ts';
import { quoteWord } from '../labels/missing-words.ts';
import { nameStem } from '../image-resolver.ts';
import type { ProblemList } from '../problem-list.ts';
import { decideJoin } from '../rows/join-rule.ts';
import { readLabels } from '../rows/label-rows.ts';
import { createInterner, type PendingRow } from '../rows/read-rows.ts';
import { joinTables } from '../tables/join-tables.ts';
import { foldersByPart, placeOf } from '../tables/parts.ts';
import { readTable } from '../tables/table.ts';
import { readLists, readPairs } from './named-images.ts';
import type { Cell, Layout } from './layout.ts';
import { cellReader, findTables, judgeLayout, readFrom, type LayoutTables } from './layout-tables.ts';
import { NO_PATIENTS, UNASKED, UNSAID, type FolderFacts, type Reading, type Recogniser } from './recogniser.ts';

const LATERAL = /lateral|^(l|r|ll|rl|lat)$/i;

export function recogniserOf(layout: Layout): Recogniser {
  return {
    layout: layout.id,
    name: layout.name,
    recognise: (facts) => judgeLayout(layout, facts),
    read: (facts, problems, signal) => readLayout(layout, { facts, problems, signal }),
  };
}

interface Context {
  facts: FolderFacts;
  problems: ProblemList;
  signal: AbortSignal | undefined;
}

/** The rule whose columns the user names, else the first whose columns are there. */
function chooseRule(
  { labels }: Layout,
  { request }: FolderFacts,
  has: (names: readonly string[]) => boolean,
): LabelRule {
  const wanted = request.columnHints?.labels;
  const named = labels.find(({ columns }) => wanted?.every((name) => columns.flat().includes(name)));
  return named ?? labels.find(({ columns }) => has(columns.flat())) ?? labels[0];
}

async function readLayout(layout: Layout, context: Context): Promise<Reading> {
  const { facts, problems, signal } = context;
  const { request } = facts;
  const { used, joined } = findTables(layout, facts) as LayoutTables;
  const tables: LayoutTables['used'] = [];
  for (const { table, part } of used) {
    let whole = table;
    for (const other of joined) whole = await joinTables(whole, other.table, other.rule.on, signal);
    tables.push({ table: whole, part });
  }
  const header = tables[0]?.table.header ?? [];
  const { has } = cellReader(header);
  const rule = chooseRule(layout, facts, has);
  const columns = rule.columns.map((names) => [names].flat()).filter((names) => rule.cells !== undefined || has(names));
  const pairs = await readPairs(layout, facts, signal);
  const rows = await readRows({ layout, rule, tables, columns, pairs, context });
  const counts = columns.map(() => new Map<string, number>());
  for (const { row, cells } of rows) {
    if (row.excluded?.kind === 'unknown-label') continue;
    cells.forEach((cell, k) => counts[k]?.set(cell, (counts[k]?.get(cell) ?? 0) + 1));
  }
  const join = decideJoin({ pending: rows, usual: layout.join ?? null, isSingle: false, request });
  const reader = ruleReader(rule, { columns: columns.map(([name]) => name as string), counts }, request);
  const base = {
    ...UNASKED,
    modality: layout.modality,
    patientRule: layout.pairs && pairs.size === 0 ? NO_PATIENTS : layout.patientRule,
    labelsFiles: [...used, ...joined].map(({ table }) => table.file),
    columns: header,
    suggestedColumns: null,
  };
  if ('problem' in reader) {
    problems.note('unknown-column', tables[0]?.table.file ?? null, reader.problem);
    const target = { kind: 'classes' as const, outputs: [], endpoints: [], mapping: reader.problem };
    return { ...base, rows: [], target, availableOutputs: [], givenSplits: false };
  }
  const asked = askRule(layout, facts);
  const canLearn = (other: LabelRule): boolean =>
    other !== rule && (other.cells !== undefined || other.columns.every((names) => has([names].flat())));
  const labelled = readLabels({ pending: rows, reader, join, problems });
  const parts = new Set(labelled.rows.map(({ givenSplit }) => givenSplit));
  return {
    ...base,
    ...labelled,
    givenSplits: [...parts].filter((part) => part !== null).length > 1,
    alternatives: asked.length > 0 ? [] : answersOf(layout).filter((_, i) => canLearn(layout.labels[i] as LabelRule)),
    questions: [...asked, ...labelled.questions],
  };
}

/** What can be learned, each as an answer; the texts are those of the choice where there is one. */
function answersOf({ id, labels, choice }: Layout): ImportAnswer[] {
  return labels.map(columnNames).map((columns, i) => ({
    text: choice?.answers[i] ?? columns.map((name) => `"${name}"`).join(', '),
    option: `--layout ${id} --label-columns ${columns.map(quoteWord).join(',')}`,
    change: { layout: id, columnHints: { labels: columns } },
  }));
}

function askRule(layout: Layout, { request }: FolderFacts): ImportQuestion[] {
  const { choice } = layout;
  if (choice === undefined || request.columnHints?.labels !== undefined) return [];
  return [{ id: 'label-columns', question: choice.question, reasons: [...choice.reasons], answers: answersOf(layout) }];
}

/** {@link RowRule.sides} */
function sideCell(cell: Cell, side: 'left' | 'right' | null): Cell {
  if (side === null) return cell;
  const name = side === 'left' ? 'Left' : 'Right';
  return (...columns) => cell(...columns.map((column) => column.replace('{Side}', name)));
}

async function readRows(params: {
  layout: Layout;
  rule: LabelRule;
  tables: LayoutTables['used'];
  columns: readonly string[][];
  pairs: Awaited<ReturnType<typeof readPairs>>;
  context: Context;
}): Promise<PendingRow[]> {
  const { layout, rule, tables, columns, pairs, context } = params;
  const { facts, problems, signal } = context;
  const { row: from } = layout;
  const pending: PendingRow[] = [];
  const intern = createInterner();
  const patterns = new Map<string, string[]>();
  const folders = foldersByPart(facts.index.images);
  const listed = await readLists(layout, facts);
  const frontalOnly = layout.modality === 'cxr' && facts.request.views !== 'all';
  for (const { table, part } of tables) {
    const place = placeOf(table.file, part, folders);
    const { cellsOf, has } = cellReader(table.header);
    const lacking = rule.cells ? [] : columns.filter((names) => !has(names)).map(([name]) => `"${name}"`);
    if (lacking.length > 0) {
      const message = `The table has no column ${lacking.join(', ')}, which others of the data set have: its cells count as blank.`;
      problems.note('unknown-column', table.file, message, lacking.length);
    }
    const sexOf = sexReader(table.sample.map((row) => readFrom(from.sex, cellsOf(row), part) ?? ''));
    const addRow = (cell: Cell, eye: string | null, number: number): void => {
      const text = (role: Exclude<keyof typeof from, 'sides' | 'excluded'>): string =>
        readFrom(from[role], cell, part) ?? '';
      const labels = rule.cells?.(cell) ?? columns.map((names) => cell(...names));
      const pattern = labels.join('\u0001');
      if (!patterns.has(pattern)) patterns.set(pattern, labels);
      const reference = text('image');
      const pair = pairs.get(nameStem(reference));
      const view = text('view');
      const side = LATERAL.test(view) ? 'lateral' : view;
      const refusal = from.excluded?.(cell) ?? null;
      pending.push({
        row: {
          ...UNSAID,
          table: table.file,
          row: number,
          reference,
          near: place.near,
          within: place.within,
          labels: [],
          patient: text('patient') || (pair?.patient ?? null),
          patientInName: text('patientInName') || null,
          eye: readEye(text('eye')) ?? eye ?? pair?.eye ?? null,
          view: intern(side) || null,
          sex: sexOf(text('sex')),
          age: readAge(text('age')),
          site: intern(text('site')) || null,
          reader: intern(text('reader')) || null,
          givenSplit: readSplitName(text('split')) ?? listed.get(nameStem(reference)) ?? part,
          excluded:
            frontalOnly && side === 'lateral'
              ? { kind: 'other-view', message: 'lateral view (the task uses frontal views only)' }
              : refusal === null
                ? null
                : { kind: 'unknown-label', message: refusal, meant: true },
        },
        cells: patterns.get(pattern) as string[],
      });
    };
    await readTable(
      table,
      (cells, number) => {
        const plain = cellsOf(cells);
        for (const side of from.sides?.(plain) ?? [null]) addRow(sideCell(plain, side), side, number);
      },
      problems,
      signal,
    );
  }
  return pending;
}
