/** The options by which every `stats` command is told what the columns of a table are. */
import type { Command } from 'commander';
import type { StatsColumns } from './stats-csv.ts';

export function withColumns(command: Command): Command {
  return command
    .option('--label <column>', 'column with 1 (positive) and 0 (default: label, y, y_true, truth, target or outcome)')
    .option('--score <column...>', 'columns with scores (default: every other column of numbers)')
    .option('--patient <column>', 'column that names the patient; several rows per patient make clustered intervals')
    .option('--no-patient', 'ignore a column called patient')
    .option('--positive <value>', 'label value that means positive (default: 1)')
    .option('--skip-missing', 'leave out rows with an empty score');
}

export type ColumnOptions = StatsColumns;
