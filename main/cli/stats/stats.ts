/** `stats ...`: the statistics of this program on the user's own numbers. One file a subcommand, listed here. */
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { registerCca } from './cca.ts';
import { registerCompare } from './compare.ts';
import { registerRepeats } from './repeats.ts';
import { registerRoc } from './roc.ts';
import { registerSampleSize } from './sample-size.ts';

const SUBCOMMANDS = [registerRoc, registerCompare, registerRepeats, registerCca, registerSampleSize];

export function register(program: Command, context: CliContext): void {
  const stats = program.command('stats').description('AUC, intervals and tests for your own labels and scores');
  for (const registerSubcommand of SUBCOMMANDS) registerSubcommand(stats, context);
}
