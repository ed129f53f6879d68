/** Exclusive classes by name, or by numbers that are no grades. */
import { isBlankCell, oneHot, readFindingCell } from './cell-values.ts';
import { meansUngradable, orderClasses } from './class-names.ts';
import { gradeOf } from './grades-reader.ts';
import type { LabelReader, RowLabels } from './label-reader.ts';
import { askPositive, positivePositions } from './positive.ts';
import { chooseOutputs, classesTarget } from './targets.ts';
import { spellingKey, type LabelValueGroup } from './spellings.ts';
import { inRows, meaningOf, missingMeanings, type SingleColumn } from './single-column.ts';

/** One answer per grade or class, shared by all rows: a table may have 250,000. */
export function acceptedLabels(length: number): RowLabels[] {
  return Array.from({ length }, (_, i) => ({ ok: true, labels: oneHot(i, length), masked: null }));
}

export function refusal(column: string, cell: string, expected: string): string {
  return isBlankCell(cell)
    ? `"${column}" is ${cell.trim() === '' ? 'blank' : `"${cell}"`} (expected ${expected})`
    : `expected ${expected} in "${column}", got "${cell}"`;
}

export function classesReader(single: SingleColumn): LabelReader {
  const { column, options } = single;
  const { classes, uncertain } = separateUncertain(single);
  const available = orderClasses(classes.map(({ shown }) => shown));
  const where = `the column "${column}"`;
  const positive = options.positive && positivePositions({ wanted: options.positive, values: available, where });
  const outputs =
    positive !== undefined && available.length === 2
      ? [available[1 - (positive[0] as number)] as string, available[positive[0] as number] as string]
      : chooseOutputs(options.outputs, available, available);
  const numeric = outputs.every((name) => /^-?\d+$/.test(name));
  const accepted = acceptedLabels(outputs.length);
  const byKey = new Map(outputs.map((name, i) => [spellingKey(name), accepted[i] as RowLabels]));
  const known = new Set(available.map(spellingKey));
  const expected = outputs.length <= 6 ? outputs.map((name) => `"${name}"`).join(' or ') : 'one of the chosen classes';
  const policy = options.unknown?.uncertain ?? 'ignore';
  const counts = outputs.length === 2 && policy !== 'ignore';
  for (const { key } of counts ? uncertain.filter((group) => !meansUngradable(group.key)) : []) {
    byKey.set(key, accepted[policy === 'ones' ? 1 : 0] as RowLabels);
  }
  const ordered = numeric || outputs.every((name) => gradeOf(spellingKey(name)) !== null);
  const told = options.outputs !== undefined || options.positive !== undefined || ordered;
  const question = askPositive({ names: available, where, told });
  const target = classesTarget(
    outputs.map((name) => (numeric ? `${column} = ${name}` : name)),
    outputs.length === available.length ? positive : undefined,
  );
  const isAssumed = numeric && outputs.length === 2 && options.outputs === undefined && positive === undefined;
  if (isAssumed) target.mapping += ` ${outputs[1]} is taken as positive because it is the higher number (--positive).`;
  if (uncertain.length > 0) {
    const fate = counts ? (policy === 'ones' ? 'count as positive' : 'count as negative') : 'are left out';
    target.mapping += ` Uncertain rows ${fate}: ${uncertain.map(({ shown, rows }) => `"${shown}" (${inRows(rows)})`).join(', ')}.`;
  }
  return {
    target,
    availableOutputs: available,
    read([cell = '']) {
      const key = spellingKey(cell);
      const labels = byKey.get(key);
      if (labels) return labels;
      if (known.has(key)) return { ok: false, reason: `the class "${cell.trim()}" was not chosen`, meant: true };
      return { ok: false, reason: refusal(column, cell, expected) };
    },
    values: [
      ...classes.map((group) => meaningOf(group, `class "${group.shown}"`)),
      ...uncertain.map((group) =>
        meaningOf(
          group,
          `uncertain: ${counts ? (policy === 'ones' ? 'counts as positive' : 'counts as negative') : 'left out'}`,
        ),
      ),
      ...missingMeanings(single),
    ],
    notes: isAssumed
      ? [
          {
            kind: 'assumed',
            message: `"${column}" holds ${outputs[0]} and ${outputs[1]} only: ${outputs[1]} counts as positive; --positive ${outputs[0]} turns them round.`,
            rows: 1,
          },
        ]
      : [],
    questions: question ? [question] : [],
    dropped: [],
  };
}

/** `uncertain` and `ungradable` are no classes, unless the user says that every word is one; a single letter may be. */
function separateUncertain({ rest, options }: SingleColumn): {
  classes: LabelValueGroup[];
  uncertain: LabelValueGroup[];
} {
  const numbers = rest.every(({ whole }) => whole !== null);
  const isUncertain = ({ key, whole }: LabelValueGroup): boolean =>
    meansUngradable(key) || (key.length > 1 && (numbers || whole === null) && readFindingCell(key) === 'uncertain');
  const uncertain = options.missing === undefined ? rest.filter(isUncertain) : [];
  const classes = rest.filter((group) => !uncertain.includes(group));
  return classes.length < 2 ? { classes: [...rest], uncertain: [] } : { classes, uncertain };
}
