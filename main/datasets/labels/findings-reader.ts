/** Several columns: independent findings, one output each; or one class in one-hot columns. */
import type { LabelValue } from '../../../shared/dataset/dataset.ts';
import type { ImportQuestion } from '../../../shared/dataset/import-question.ts';
import { labelUnder, type FindingCell, type FindingCode } from '../../../shared/dataset/label-policies.ts';
import { formatCount, wordFor } from '../../../shared/words/numbers.ts';
import { AppError } from '../../../shared/system/errors.ts';
import { unknownPolicyOf, isBlankCell, oneHot, readFindingCell } from './cell-values.ts';
import type { DroppedValue, LabelColumns, LabelOptions, LabelReader, RowLabels } from './label-reader.ts';
import { countsTheHealthy, orderClasses } from './class-names.ts';
import { askPositive, positivePositions } from './positive.ts';
import { chooseOutputs, classesTarget, multilabelTarget } from './targets.ts';
import { groupSpellings, spellingKey } from './spellings.ts';
import { readCode } from './single-column.ts';

/** What every value of a column means. */
interface Coding {
  read(cell: string): FindingCell;
  unreadable: DroppedValue[];
  /** 1 and 2 without 0: which one is 'present' cannot be known. */
  isOneTwo: boolean;
}

function codingOf(column: string, counts: ReadonlyMap<string, number>, positive: ReadonlySet<string> | null): Coding {
  const groups = groupSpellings(new Map([...counts].filter(([cell]) => cell.trim() !== '')));
  const isOneTwo =
    groups.every(({ key, whole }) => whole === 1 || whole === 2 || isBlankCell(key)) &&
    groups.some(({ whole }) => whole === 2);
  // By cell as it stands: a table may have millions of them, and few are different.
  const known = new Map<string, FindingCell>();
  const unreadable = groups.filter(({ key }) => readCode(key, groups) === 'unreadable' && positive === null);
  for (const { key, spellings } of groups) {
    const code = readCode(key, groups);
    const given =
      positive === null || code === 'uncertain' || code === 'blank' || code === 'unknown'
        ? code
        : positive.has(key)
          ? 'present'
          : 'absent';
    for (const { cell } of spellings) known.set(cell, given);
  }
  return {
    read: (cell) => known.get(cell) ?? readFindingCell(cell),
    unreadable: unreadable.map(({ shown, rows }) => ({ column, value: shown, rows })),
    isOneTwo: isOneTwo && positive === null,
  };
}

/** `noFinding`: the column that says that nothing was found, and those of which it says nothing. */
export function findingsReader(
  labels: LabelColumns,
  options: LabelOptions,
  noFinding?: { column: string; besides: readonly string[] },
): LabelReader {
  const { columns, counts } = labels;
  const policy = unknownPolicyOf(options);
  const codingsFor = (positive: ReadonlySet<string> | null): Coding[] =>
    columns.map((column, i) => codingOf(column, counts[i] ?? new Map<string, number>(), positive));
  if (labels.oneHot && options.labelsAs !== 'findings') return oneHotReader(columns, codingsFor(null), options);
  const codings = codingsFor(options.positive === undefined ? null : positiveCells(options.positive, labels));
  const outputs = chooseOutputs(options.outputs, columns, columns);
  const positions = outputs.map((name) => columns.indexOf(name));
  const chosen = positions.map((position) => codings[position] as Coding);
  const none = noFinding === undefined ? -1 : columns.indexOf(noFinding.column);
  const isImplied = outputs.map(
    (name) => none >= 0 && name !== noFinding?.column && !noFinding?.besides.includes(name),
  );
  const FATES = { ignore: 'are masked', zeros: 'count as absent', ones: 'count as present' } as const;
  const implies = isImplied.includes(true) && policy.noFinding === 'absent';
  const mapping =
    `${outputs.length} independent findings, one output each. Blank cells ${FATES[policy.blank]}; uncertain (-1) cells ${FATES[policy.uncertain]}.` +
    (implies ? ` Where "${noFinding?.column}" is present, both count as absent${exceptions(outputs, noFinding)}.` : '');
  const oneTwo = outputs.filter((_, i) => chosen[i]?.isOneTwo);
  const isClear = (cells: readonly string[]): boolean =>
    none >= 0 && (codings[none] as Coding).read(cells[none] ?? '') === 'present';

  function codesOf(cells: readonly string[]): FindingCode[] {
    const clear = isClear(cells);
    return positions.map((position, i): FindingCode => {
      const code = (chosen[i] as Coding).read(cells[position] ?? '');
      return clear && isImplied[i] && (code === 'blank' || code === 'uncertain') ? `clear-${code}` : code;
    });
  }

  function remarkOf(cells: readonly string[], codes: readonly FindingCode[]): string | null {
    const bad = codes.indexOf('unreadable');
    if (bad >= 0)
      return `expected 1, 0, -1 or blank for "${outputs[bad]}", got "${cells[positions[bad] as number]}"; it is masked`;
    const beside = isClear(cells) ? codes.findIndex((code, i) => code === 'present' && isImplied[i]) : -1;
    return beside < 0 ? null : `"${noFinding?.column}" stands beside "${outputs[beside]}"; the finding counts`;
  }

  return {
    target: multilabelTarget(outputs, mapping),
    availableOutputs: [...columns],
    read(cells): RowLabels {
      const codes = codesOf(cells);
      const values: LabelValue[] = codes.map((code) => labelUnder(code, policy));
      if (values.every((label) => label === null)) return { ok: false, reason: 'none of the findings is known', codes };
      return { ok: true, labels: values, masked: remarkOf(cells, codes), codes };
    },
    coded: outputs,
    values: [],
    notes: noFinding === undefined ? noteHealthy(outputs) : [],
    questions: oneTwo.length > 0 ? [askOneTwo(oneTwo)] : [],
    dropped: oneTwo.length > 0 ? [] : chosen.flatMap(({ unreadable }) => unreadable),
  };
}

function noteHealthy(outputs: readonly string[]): LabelReader['notes'] {
  return outputs.filter(countsTheHealthy).map((name) => ({
    kind: 'assumed',
    message: `"${name}" reads as the name of what is healthy; it is learned and scored as it stands, present where it says so. --outputs leaves it out.`,
    rows: 1,
  }));
}

function exceptions(outputs: readonly string[], noFinding?: { besides: readonly string[] }): string {
  const besides = noFinding?.besides.filter((name) => outputs.includes(name)) ?? [];
  return besides.length === 0 ? '' : `, but for ${besides.map((name) => `"${name}"`).join(', ')}`;
}

/** @throws AppError where no column has a value that was called positive */
function positiveCells(wanted: readonly string[], { counts }: LabelColumns): ReadonlySet<string> {
  const keys = new Set(wanted.map(spellingKey));
  const found = new Set(counts.flatMap((column) => [...column.keys()].map(spellingKey)));
  const missing = wanted.filter((word) => !found.has(spellingKey(word)));
  if (missing.length === 0) return keys;
  const values = [...found].filter((key) => key !== '').slice(0, 12);
  throw new AppError(
    'bad-input',
    `Expected ${missing.map((word) => `"${word}"`).join(', ')} among the values of the label columns, found ${values.map((word) => `"${word}"`).join(', ')}.`,
    { action: 'Name the values that mean "present" (--positive).' },
  );
}

function askOneTwo(columns: readonly string[]): ImportQuestion {
  return {
    id: 'positive',
    question: `Does 1 or 2 mean that a finding is present in ${columns.map((name) => `"${name}"`).join(', ')}?`,
    reasons: [`${wordFor(columns.length, 'The column holds', 'The columns hold')} 1 and 2 and no 0.`],
    answers: ['2', '1'].map((value) => ({
      text: `${value} is present, ${value === '2' ? 1 : 2} is absent`,
      option: `--positive ${value}`,
      change: { positive: [value] },
    })),
  };
}

function oneHotReader(columns: readonly string[], codings: readonly Coding[], options: LabelOptions): LabelReader {
  const where = 'the label columns';
  const available = columns.length === 2 ? orderClasses(columns) : [...columns];
  const positive = options.positive && positivePositions({ wanted: options.positive, values: available, where });
  const outputs =
    positive !== undefined && available.length === 2 && positive[0] === 0
      ? available.toReversed()
      : chooseOutputs(options.outputs, available, available);
  const answers = outputs.map((_, i): RowLabels => ({ ok: true, labels: oneHot(i, outputs.length), masked: null }));
  const target = classesTarget(outputs, outputs.length === available.length ? positive : undefined);
  const list =
    columns.length > 6 ? `${formatCount(columns.length)} columns` : columns.map((name) => `"${name}"`).join(', ');
  target.mapping += ` One column each (${list}): in every row exactly one is 1.`;
  const told = options.outputs !== undefined || positive !== undefined;
  const question = askPositive({ names: available, where, told });
  return {
    target,
    availableOutputs: available,
    read(cells) {
      const present = columns.find((_, i) => codings[i]?.read(cells[i] ?? '') === 'present');
      const at = present === undefined ? -1 : outputs.indexOf(present);
      if (at >= 0) return answers[at] as RowLabels;
      return { ok: false, reason: `the class "${present ?? ''}" was not chosen`, meant: true };
    },
    values: [],
    notes: [
      {
        kind: 'assumed',
        message: `${list}: exactly one is 1 in every row, so they are read as exclusive classes (--labels-as findings).`,
        rows: columns.length,
      },
    ],
    questions: question ? [question] : [],
    dropped: [],
  };
}
