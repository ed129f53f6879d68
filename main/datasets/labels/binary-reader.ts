/** Two classes in the usual codes: 0 and 1, yes and no, + and -, present and absent; -1 and `u` are uncertain. */
import type { FindingCode } from '../../../shared/dataset/label-policies.ts';
import { isBlankCell } from './cell-values.ts';
import { countsTheHealthy, meansUngradable } from './class-names.ts';
import { acceptedLabels, refusal } from './classes-reader.ts';
import { positivePositions } from './positive.ts';
import { chooseOutputs, classesTarget } from './targets.ts';
import type { LabelReader, RowLabels } from './label-reader.ts';
import { spellingKey, type LabelValueGroup } from './spellings.ts';
import { quoteWord } from './missing-words.ts';
import { inRows, meaningOf, missingMeanings, readCode, sum, type SingleColumn } from './single-column.ts';

export function binaryReader(single: SingleColumn): LabelReader {
  const { column, rest, options, blankRows } = single;
  const coded = (code: string): LabelValueGroup[] => rest.filter(({ key }) => readCode(key, rest) === code);
  const present = coded('present');
  const absent = coded('absent');
  const uncertain = coded('uncertain');
  const ungradable = rest.filter(({ key }) => meansUngradable(key));
  const unreadable = coded('unreadable').filter((group) => !ungradable.includes(group));
  const isTick = absent.length === 0;
  const blank = options.unknown?.blank;
  const blankIsAbsent = isTick ? blank !== 'ignore' : blank === 'zeros';
  const policy = options.unknown?.uncertain ?? 'ignore';
  const names: [string, string] = [nameOf(column, absent, `no ${column}`), nameOf(column, present, column)];
  const available = [absent[0]?.shown ?? names[0], present[0]?.shown ?? names[1]];
  const isNegated = options.positive === undefined && options.outputs === undefined && countsTheHealthy(column);
  const order = isNegated ? [1, 0] : orderOf(single, available);
  const outputs = order.map((i) => names[i] as string);
  const accepted = acceptedLabels(2);
  const answer = (isPresent: boolean): RowLabels => accepted[order.indexOf(isPresent ? 1 : 0)] as RowLabels;
  const withCode = (labels: RowLabels, code: FindingCode): RowLabels => ({ ...labels, codes: [code] });
  const expected = `"${available[0]}" or "${available[1]}"`;
  const byKey = new Map<string, RowLabels>();
  for (const { key } of present) byKey.set(key, withCode(answer(true), 'present'));
  for (const { key } of absent) byKey.set(key, withCode(answer(false), 'absent'));
  for (const { key } of uncertain) {
    const labels =
      policy === 'ignore' ? { ok: false as const, reason: `"${column}" is uncertain` } : answer(policy === 'ones');
    byKey.set(key, withCode(labels, 'uncertain'));
  }
  const target = classesTarget(outputs);
  const uncertainMeans = {
    ignore: 'uncertain: left out',
    zeros: 'uncertain: counts as absent',
    ones: 'uncertain: counts as present',
  }[policy];
  const uncertainRows = sum(uncertain.map(({ rows }) => rows));
  const sentences = [
    ...(uncertainRows > 0
      ? [
          `Uncertain labels (${inRows(uncertainRows)}) ${policy === 'ignore' ? 'are left out' : policy === 'ones' ? 'count as present' : 'count as absent'}.`,
        ]
      : []),
    ...(blankIsAbsent && blankRows > 0 ? [`Blank cells (${inRows(blankRows)}) count as absent.`] : []),
  ];
  target.mapping = [target.mapping, ...sentences].join(' ');
  return {
    target,
    availableOutputs: available,
    read([cell = '']) {
      const blankLabels = blankIsAbsent
        ? answer(false)
        : { ok: false as const, reason: refusal(column, cell, expected) };
      if (cell.trim() === '') return withCode(blankLabels, 'blank');
      return byKey.get(spellingKey(cell)) ?? { ok: false, reason: refusal(column, cell, expected) };
    },
    coded: [names[1]],
    values: [
      ...present.map((group) => meaningOf(group, 'present')),
      ...absent.map((group) => meaningOf(group, 'absent')),
      ...uncertain.map((group) => meaningOf(group, uncertainMeans)),
      ...ungradable.map((group) => meaningOf(group, 'not graded: left out')),
      ...unreadable.map((group) => meaningOf(group, 'cannot be read: left out')),
      ...missingMeanings(single).map((row) =>
        row.value === '' && blankIsAbsent ? { ...row, meaning: 'absent' } : row,
      ),
    ],
    notes: isNegated
      ? [
          {
            kind: 'assumed',
            message: `"${column}" reads as the name of what is healthy: "${available[0]}" counts as positive; --positive ${quoteWord(available[1] as string)} turns them round.`,
            rows: 1,
          },
        ]
      : [],
    questions:
      isTick && blank === undefined
        ? [
            {
              id: 'blank-labels',
              question: `Does an empty cell of "${column}" mean that it is absent, or that it is not known?`,
              reasons: [
                `"${present[0]?.shown ?? ''}" stands in ${inRows(sum(present.map(({ rows }) => rows)))}, and ${inRows(blankRows)} are empty; no value says 'absent'.`,
              ],
              answers: [
                {
                  text: 'Absent',
                  option: '--blank zeros',
                  change: { unknown: { ...options.unknown, blank: 'zeros' } },
                },
                {
                  text: 'Not known: left out',
                  option: '--blank ignore',
                  change: { unknown: { ...options.unknown, blank: 'ignore' } },
                },
              ],
            },
          ]
        : [],
    dropped: unreadable
      .filter(({ key }) => !isBlankCell(key))
      .map(({ shown, rows }) => ({ column, value: shown, rows })),
  };
}

/** The negative one first: 0 and 1 as positions of `available`. */
function orderOf({ column, rest, options }: SingleColumn, available: readonly string[]): number[] {
  if (options.positive !== undefined) {
    const find = (key: string): number => {
      const code = readCode(key, rest);
      return code === 'present' ? 1 : code === 'absent' ? 0 : -1;
    };
    const where = `the column "${column}"`;
    return positivePositions({ wanted: options.positive, values: available, where, find })[0] === 0 ? [1, 0] : [0, 1];
  }
  const chosen = chooseOutputs(options.outputs, available, available);
  return chosen.length === 2 ? chosen.map((name) => available.indexOf(name)) : [0, 1];
}

/** `pneumonia = 1`: the code alone says nothing. A word of its own (`positive`) stays with its column as well. */
function nameOf(column: string, groups: readonly LabelValueGroup[], fallback: string): string {
  const shown = groups[0]?.shown;
  return shown === undefined ? fallback : `${column} = ${shown}`;
}
