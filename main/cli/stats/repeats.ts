/** `stats repeats FILE`: two ways to train, trained again and again: matched seeds, or repeated random splits. */
import type { Command } from 'commander';
import { AppError } from '../../../shared/system/errors.ts';
import { count, pValue } from '../../../shared/tables/cells.ts';
import type { Table } from '../../../shared/tables/table.ts';
import { tableText } from '../../../shared/tables/text-face.ts';
import { countOf } from '../../../shared/words/numbers.ts';
import { correctedResampledTest, signedRankTest } from '../../analysis/statistics/seeds.ts';
import type { CliContext } from '../context.ts';
import { readTextTable, type TextTable } from './text-table.ts';
import { pairTable, unadjustedNote } from './pair-table.ts';
import { wholeNumber } from '../output/whole-number.ts';

interface RepeatsOptions {
  score?: string[];
  endpoint?: string;
  train?: number;
  test?: number;
}

const MOST_ITEMS = 1_000_000_000;
/** Columns that number the repeats; named with `--score` they are taken all the same. */
const NUMBERING = ['seed', 'repeat', 'split', 'fold', 'run', 'index'];

export function registerRepeats(stats: Command, context: CliContext): void {
  stats
    .command('repeats <file>')
    .description('ways to train over matched seeds or repeated splits: paired t, Nadeau and Bengio, exact signed-rank')
    .option('--score <column...>', 'columns to compare (default: every column of numbers but those that number rows)')
    .option('--endpoint <id>', 'which endpoint of a report’s runs.csv')
    .option(
      '--train <n>',
      'training items of each random split: corrects for their overlap',
      wholeNumber(1, MOST_ITEMS),
    )
    .option('--test <n>', 'test items of each random split', wholeNumber(1, MOST_ITEMS))
    .addHelpText(
      'after',
      '\nFILE has a row for each repeat and a column for each way to train, with the AUC (or another measure) of that repeat; or it is the runs.csv of a report, whose runs are matched by seed.',
    )
    .action((file: string, options: RepeatsOptions) => {
      const result = compareRepeats(readRepeats(file, options), options);
      context.out.result(result, () => tableText(repeatsTable(result)));
    });
}

/** One value a repeat, in the same order for every way to train; null where it is missing. */
interface WayToTrain {
  name: string;
  values: (number | null)[];
}

function readRepeats(file: string, options: RepeatsOptions): WayToTrain[] {
  const table = readTextTable(file);
  const isReport = ['run_id', 'arm_id', 'seed', 'endpoint_id', 'auc'].every((name) => table.header.includes(name));
  const ways = isReport ? fromReport(table, options.endpoint) : fromColumns(table, options.score ?? []);
  if (ways.length >= 2) return ways;
  throw new AppError('bad-input', `Expected at least two ways to train, found ${ways.length}.`, {
    action: 'Give each its own column (or name the columns with --score), with a row for each repeat.',
  });
}

function readNumber({ number }: TextTable, cell: string, where: string): number | null {
  if (cell === '') return null;
  const value = number(cell);
  if (Number.isFinite(value)) return value;
  throw new AppError('bad-input', `Expected a number, found "${cell}" ${where}.`);
}

function fromColumns(table: TextTable, wanted: readonly string[]): WayToTrain[] {
  const { header, rows, number } = table;
  const missing = wanted.find((name) => !header.includes(name));
  if (missing !== undefined) {
    const found = header.map((name) => `"${name}"`).join(', ');
    throw new AppError('bad-input', `Expected a column "${missing}", found ${found}.`);
  }
  const isMeasure = (name: string, at: number): boolean =>
    !NUMBERING.includes(name.toLowerCase()) &&
    rows.some((row) => row[at] !== '' && Number.isFinite(number(row[at] ?? '')));
  return header.flatMap((name, at) => {
    if (wanted.length > 0 ? !wanted.includes(name) : !isMeasure(name, at)) return [];
    const values = rows.map((row, index) => readNumber(table, row[at] ?? '', `in row ${index + 2}, column "${name}"`));
    return [{ name, values }];
  });
}

/** A report's runs.csv: arms, matched by seed. */
function fromReport(table: TextTable, wanted: string | undefined): WayToTrain[] {
  const cell = (row: readonly string[], name: string): string => row[table.header.indexOf(name)] ?? '';
  const all = table.rows.filter((row) => cell(row, 'endpoint_id') !== '');
  const endpoints = [...new Set(all.map((row) => cell(row, 'endpoint_id')))];
  const endpoint = wanted ?? endpoints[0];
  if (endpoint === undefined || !endpoints.includes(endpoint) || (wanted === undefined && endpoints.length > 1)) {
    const names = endpoints.map((id) => `"${id}"`).join(', ');
    throw new AppError('bad-input', `Expected one of the endpoints ${names || '(this table has none)'}.`, {
      action: 'Name it with --endpoint.',
    });
  }
  const rows = all.filter((row) => cell(row, 'endpoint_id') === endpoint);
  const seeds = [...new Set(rows.map((row) => cell(row, 'seed')))];
  return [...Map.groupBy(rows, (row) => cell(row, 'arm_id'))].map(([name, runs]) => ({
    name,
    values: seeds.map((seed) => {
      const run = runs.find((row) => cell(row, 'seed') === seed);
      return run === undefined ? null : readNumber(table, cell(run, 'auc'), `of ${name}, seed ${seed}`);
    }),
  }));
}

/** Every two ways to train, over the repeats that both have. @throws AppError `bad-input` with one of --train and --test alone */
export function compareRepeats(ways: readonly WayToTrain[], { train, test }: Pick<RepeatsOptions, 'train' | 'test'>) {
  if ((train === undefined) !== (test === undefined)) {
    throw new AppError('bad-input', 'Expected --train and --test together: the correction needs both sizes.', {
      action: 'Leave both out for repeats on one split (seeds), where the paired t-test needs no correction.',
    });
  }
  return {
    corrected: train === undefined || test === undefined ? null : { train, test },
    comparisons: ways.flatMap((a, index) =>
      ways.slice(index + 1).map((b) => {
        const pairs = a.values.flatMap((value, at) => {
          const other = b.values[at] ?? null;
          return value === null || other === null ? [] : [value - other];
        });
        return {
          ...{ a: a.name, b: b.name, repeats: pairs.length, leftOut: a.values.length - pairs.length },
          // Without overlapping splits (no test items in the correction) this is the paired t-test.
          t: correctedResampledTest({ differences: pairs, trainItems: train ?? 1, testItems: test ?? 0 }),
          signedRank: signedRankTest(pairs),
        };
      }),
    ),
  };
}

function repeatsTable({ corrected, comparisons }: ReturnType<typeof compareRepeats>): Table {
  const test =
    corrected === null
      ? 'Paired t-test over matched repeats on one split.'
      : `Nadeau and Bengio’s corrected t-test over random splits of ${countOf(corrected.train, 'training item')} and ${countOf(corrected.test, 'test item')}.`;
  return pairTable({
    caption: 'Ways to train, over repeats',
    notes: [
      `${test} Both tests are about repeated trainings on these test items only; what other patients would give they do not say.`,
      ...unadjustedNote(comparisons),
    ],
    rows: comparisons.map(({ t, ...row }) => ({ ...row, ...t, difference: t.mean })),
    unit: 't',
    before: [
      {
        ...{ key: 'repeats', head: 'Repeats', number: true },
        cell: ({ repeats, leftOut }) =>
          count(
            repeats,
            leftOut === 0 ? undefined : `${countOf(leftOut, 'repeat')} that only one of them has left out`,
          ),
      },
    ],
    after: [
      {
        ...{ key: 'p_signed_rank', head: 'p', unit: 'signed-rank', number: true },
        cell: ({ signedRank }) => pValue(signedRank.p, signedRank.why ?? undefined),
      },
    ],
  });
}
