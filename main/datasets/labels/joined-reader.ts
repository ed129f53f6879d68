/** One column that holds findings: several in a cell, or one in each of several rows of an image. */
import { countOf, wordFor } from '../../../shared/words/numbers.ts';
import type { LabelValue } from '../../../shared/dataset/dataset.ts';
import type { ImportQuestion } from '../../../shared/dataset/import-question.ts';
import { AppError } from '../../../shared/system/errors.ts';
import { isBlankCell } from './cell-values.ts';
import { meansNoFinding, meansUngradable } from './class-names.ts';
import {
  detectCombined,
  detectJoined,
  splitFindings,
  type FindingSeparator,
  type JoinedFindings,
} from './joined-findings.ts';
import type { LabelOptions, LabelReader, RowLabels } from './label-reader.ts';
import { quoteWord } from './missing-words.ts';
import { chooseOutputs, multilabelTarget } from './targets.ts';
import { groupSpellings, listSpellings, spellingKey, type LabelValueGroup } from './spellings.ts';
import { inRows } from './single-column.ts';

const MAX_FINDINGS = 200;

const SEPARATOR_WORDS: Record<FindingSeparator, string> = {
  '|': 'bars',
  ';': 'semicolons',
  ',': 'commas',
  list: 'a list',
  combined: 'signs',
};

/** Null where the column holds no findings, or the user says that it holds classes. */
export function joinedReader(
  column: string,
  counts: ReadonlyMap<string, number>,
  options: LabelOptions,
): LabelReader | { problem: string } | null {
  const { labelsAs } = options;
  if (labelsAs === 'classes' || labelsAs === 'grades') return null;
  const cells = [...counts.keys()].filter((cell) => cell.trim() !== '');
  const joined = detectJoined(cells);
  const combined = joined === null ? detectCombined(cells) : null;
  if (joined === null && labelsAs !== 'findings') {
    if (combined === null) return null;
  }
  const separator = joined?.separator ?? (combined === null ? null : 'combined');
  const reader = readFindings({ column, counts, separator, options });
  if ('problem' in reader || labelsAs === 'findings' || joined?.certain === true) return reader;
  const question = joined === null ? askCombined(column, combined ?? '') : askJoined(column, joined);
  return { ...reader, questions: [...reader.questions, question] };
}

function askJoined(column: string, { separator, example }: JoinedFindings): ImportQuestion {
  return {
    id: 'labels-as',
    question: `Does a cell of "${column}" hold several findings, or the name of one class?`,
    reasons: [`"${example}" has ${SEPARATOR_WORDS[separator]} in it, but its parts do not come in other cells.`],
    answers: [
      { text: 'Several findings', option: '--labels-as findings', change: { labelsAs: 'findings' } },
      { text: 'One class', option: '--labels-as classes', change: { labelsAs: 'classes' } },
    ],
  };
}

function askCombined(column: string, example: string): ImportQuestion {
  return {
    id: 'labels-as',
    question: `Is "${example}" of "${column}" a class of its own, or are these findings together?`,
    reasons: ['Its parts come as values of their own too.'],
    answers: [
      { text: 'Findings together', option: '--labels-as findings', change: { labelsAs: 'findings' } },
      { text: 'A class of its own', option: '--labels-as classes', change: { labelsAs: 'classes' } },
    ],
  };
}

/** What is known beforehand about the findings of a public data set. */
export interface KnownFindings {
  /** All that there are: what is none of them cannot be read. */
  findings?: readonly string[] | undefined;
  /** Those to learn where the user does not say. */
  outputs?: readonly string[] | undefined;
}

export function readFindings(params: {
  column: string;
  counts: ReadonlyMap<string, number>;
  separator: FindingSeparator | null;
  options: LabelOptions;
  known?: KnownFindings;
}): LabelReader | { problem: string } {
  const { column, counts, separator, options, known = {} } = params;
  if (options.positive !== undefined) {
    throw new AppError(
      'bad-input',
      `Expected no --positive for "${column}": it holds findings, and each is scored on its own.`,
      {
        action: 'Choose the findings with --outputs, or read the column as classes with --labels-as classes.',
      },
    );
  }
  const wholes = new Set([...counts.keys()].map(spellingKey));
  const partsOf = (cell: string): string[] => {
    const parts = separator === null ? [] : splitFindings(cell, separator);
    // A sign may belong to a name: `Nodule/Mass` is one finding where no cell is `Nodule` alone.
    const isOne = separator === 'combined' && !parts.every((part) => wholes.has(spellingKey(part)));
    return separator === null || isOne ? [cell.trim()] : parts;
  };
  const missing = options.missing && new Set(options.missing.map(spellingKey));
  const isMissing = (part: string): boolean =>
    missing ? missing.has(spellingKey(part)) : (isBlankCell(part) && !meansNoFinding(part)) || meansUngradable(part);
  const tokens = new Map<string, number>();
  let emptyRows = 0;
  let contradictions = 0;
  for (const [cell, rows] of counts) {
    const parts = [...new Set(partsOf(cell))].filter((part) => part !== '' && !isMissing(part));
    if (parts.length === 0) emptyRows += rows;
    if (parts.length > 1 && parts.some(meansNoFinding)) contradictions += rows;
    for (const part of parts) tokens.set(part, (tokens.get(part) ?? 0) + rows);
  }
  const groups = groupSpellings(tokens);
  const none = groups.filter(({ key }) => meansNoFinding(key));
  const vocabulary = known.findings && new Map(known.findings.map((name) => [spellingKey(name), name]));
  const strange = groups.filter((group) => !none.includes(group) && vocabulary?.has(group.key) === false);
  const found = groups.filter((group) => !none.includes(group) && !strange.includes(group));
  for (const group of found) group.shown = vocabulary?.get(group.key) ?? group.shown;
  if (found.length === 0 || (found.length > MAX_FINDINGS && known.outputs === undefined)) {
    return {
      problem: `The column "${column}" has ${found.length === 0 ? 'no findings' : `more than ${MAX_FINDINGS} different findings`}; expected from 1 to ${MAX_FINDINGS}.`,
    };
  }
  const collator = new Intl.Collator('en', { numeric: true });
  const occurring = found.map(({ shown }) => shown).sort(collator.compare);
  const available = known.findings ? [...known.findings] : occurring;
  const usual = known.outputs?.filter((name) => occurring.includes(name)) ?? [];
  const outputs = chooseOutputs(options.outputs, available, usual.length > 0 ? usual : occurring);
  const positions = new Map(outputs.map((name, i) => [spellingKey(name), i]));
  const unreadable = new Set(strange.map(({ key }) => key));
  const alone =
    none.length > 0 || options.outputs || known.findings || separator === null
      ? null
      : findLoner(found, [...counts.keys()].map(partsOf));
  const emptyIsNone = none.length === 0 && options.unknown?.blank === 'zeros';

  function read(cell: string): RowLabels {
    const parts = partsOf(cell).filter((part) => part !== '' && !isMissing(part));
    if (parts.length === 0 && !emptyIsNone) return { ok: false, reason: `"${column}" is blank (expected findings)` };
    const odd = parts.filter((part) => unreadable.has(spellingKey(part)));
    const got = `expected known findings in "${column}", got ${odd.map((part) => `"${part}"`).join(', ')}`;
    if (odd.length > 0 && odd.length === parts.length) return { ok: false, reason: got };
    const labels = new Array<LabelValue>(outputs.length).fill(0);
    for (const part of parts) {
      const at = positions.get(spellingKey(part));
      if (at !== undefined) labels[at] = 1;
    }
    return { ok: true, labels, masked: odd.length > 0 ? `${got}; the others count` : null };
  }

  return {
    target: multilabelTarget(
      outputs,
      mappingOf({ column, outputs, none, how: howSplit(separator, [...counts.keys()], partsOf), emptyIsNone }),
    ),
    availableOutputs: available,
    read: ([cell = '']) => read(cell),
    values: [
      ...found.map(({ shown, rows }) => ({ value: shown, rows, meaning: `finding "${shown}"` })),
      ...none.map(({ shown, rows }) => ({ value: shown, rows, meaning: 'no finding: all outputs absent' })),
      ...(emptyRows > 0
        ? [{ value: '', rows: emptyRows, meaning: emptyIsNone ? 'no finding' : 'not known: left out' }]
        : []),
    ],
    notes: [
      ...noteMerged(column, groups),
      ...(contradictions > 0
        ? [
            {
              kind: 'unknown-label' as const,
              message: `In ${inRows(contradictions)} "${column}" names ${none.map(({ shown }) => `"${shown}"`).join(' or ')} beside a finding; the finding counts.`,
              rows: contradictions,
            },
          ]
        : []),
    ],
    questions: [
      ...(alone ? [askLoner(column, alone, occurring)] : []),
      ...(emptyRows > 0 && none.length === 0 && alone === null && options.unknown?.blank === undefined
        ? [askEmpty(column, emptyRows, options)]
        : []),
    ],
    dropped: strange.map(({ shown, rows }) => ({ column, value: shown, rows })),
  };
}

/** The one value that never stands beside another, where all others do: it may say that nothing was found, in words not known here. */
function findLoner(found: readonly LabelValueGroup[], cells: readonly string[][]): LabelValueGroup | null {
  const together = new Set(cells.flatMap((parts) => (parts.length > 1 ? parts.map(spellingKey) : [])));
  const [loner, ...more] = found.filter(({ key }) => !together.has(key));
  return loner === undefined || more.length > 0 || found.length < 3 ? null : loner;
}

function askLoner(column: string, { shown, rows }: LabelValueGroup, all: readonly string[]): ImportQuestion {
  const others = all.filter((name) => name !== shown);
  const answer = (text: string, outputs: string[]): ImportQuestion['answers'][number] => ({
    text,
    option: `--outputs ${outputs.map(quoteWord).join(',')}`,
    change: { outputs },
  });
  return {
    id: 'labels-as',
    question: `Does "${shown}" of "${column}" mean that nothing was found, or is it a finding?`,
    reasons: [`It stands in ${inRows(rows)}, never beside another value; every other value does.`],
    answers: [answer('Nothing was found', others), answer('A finding', [...all])],
  };
}

function noteMerged(column: string, groups: readonly LabelValueGroup[]): LabelReader['notes'] {
  return groups
    .filter(({ spellings }) => spellings.length > 1)
    .map((group) => ({
      kind: 'merged-values' as const,
      message: `In "${column}", ${listSpellings(group)} are one finding: "${group.shown}".`,
      rows: group.rows - (group.spellings[0]?.rows ?? 0),
    }));
}

const SIGN_WORDS = { '+': 'plus signs', '/': 'slashes', '&': 'ampersands' };

/** `, split at plus signs`; nothing where no cell holds several. */
function howSplit(
  separator: FindingSeparator | null,
  cells: readonly string[],
  partsOf: (cell: string) => string[],
): string {
  if (separator === null) return '';
  if (separator === 'list') return ', written as a list';
  if (separator !== 'combined') return `, split at ${SEPARATOR_WORDS[separator]}`;
  const split = cells.filter((cell) => partsOf(cell).length > 1);
  const signs = Object.entries(SIGN_WORDS).filter(([sign]) => split.some((cell) => cell.includes(sign)));
  return `, split at ${signs.length > 0 ? signs.map(([, words]) => words).join(' and ') : 'the word between them'}`;
}

function mappingOf(params: {
  column: string;
  outputs: readonly string[];
  none: readonly LabelValueGroup[];
  how: string;
  emptyIsNone: boolean;
}): string {
  const { column, outputs, none, how, emptyIsNone } = params;
  const negative =
    none.length > 0
      ? ` ${none.map(({ shown }) => `"${shown}"`).join(', ')} means that none is present.`
      : emptyIsNone
        ? ' An empty cell means that none is present.'
        : '';
  return `${countOf(outputs.length, 'finding')} of "${column}"${how}, one output each.${negative}`;
}

function askEmpty(column: string, rows: number, options: LabelOptions): ImportQuestion {
  return {
    id: 'blank-labels',
    question: `Does an empty cell of "${column}" mean that nothing was found, or that it is not known?`,
    reasons: [`${inRows(rows)} ${wordFor(rows, 'is', 'are')} empty, and no value of the column says 'no finding'.`],
    answers: [
      {
        text: 'Nothing was found',
        option: '--blank zeros',
        change: { unknown: { ...options.unknown, blank: 'zeros' } },
      },
      {
        text: 'Not known: left out',
        option: '--blank ignore',
        change: { unknown: { ...options.unknown, blank: 'ignore' } },
      },
    ],
  };
}
