/** The options by which every `stats` command is told what the columns of a table are, and the reading of it. */
import { InvalidArgumentError, type Command } from 'commander';
import { readStatsCsv, type StatsColumns, type StatsData } from './scores-table.ts';
import { readStatsNpy } from './scores-npy.ts';

export function withColumns(command: Command): Command {
  return command
    .option('--label <column>', 'column with 1 (positive) and 0 (default: label, y, y_true, truth, target or outcome)')
    .option('--score <column...>', 'columns with scores (default: every other column of numbers)')
    .option('--patient <column>', 'column that names the patient; several rows per patient make clustered intervals')
    .option('--cluster <column>', 'the same as --patient')
    .option('--no-patient', 'ignore a column called patient')
    .option('--positive <value>', 'label value that means positive (default: 1)')
    .option('--skip-missing', 'leave out rows with an empty score')
    .addHelpText(
      'after',
      '\nFILE is a CSV table, or a .npy array of scores (N, or N x models); then --label and --patient name .npy files of N values.',
    );
}

export interface ColumnOptions extends StatsColumns {
  cluster?: string | undefined;
}

/** @throws AppError `not-found`, `io`, `bad-input` */
export function readStatsFile(file: string, { cluster, ...columns }: ColumnOptions): StatsData {
  const all = cluster === undefined ? columns : { ...columns, patient: cluster };
  return file.toLowerCase().endsWith('.npy') ? readStatsNpy(file, all) : readStatsCsv(file, all);
}

/** A number strictly between two others. */
export function numberBetween(low: number, high: number): (text: string) => number {
  return numberWith((value) => value > low && value < high, `between ${low} and ${high}`);
}

/** A number between two others or equal to one of them. */
export function numberFrom(low: number, high: number): (text: string) => number {
  return numberWith((value) => value >= low && value <= high, `from ${low} to ${high}`);
}

function numberWith(fits: (value: number) => boolean, what: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && fits(value)) return value;
    throw new InvalidArgumentError(`Expected a number ${what}.`);
  };
}
