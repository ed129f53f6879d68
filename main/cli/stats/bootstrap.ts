/** The options of the bootstrap, and one bootstrap for all that a command computes, so that every number rests on the same draws. */
import type { Command } from 'commander';
import { countOf, formatCount } from '../../../shared/words/numbers.ts';
import { DEFAULT_DRAWS, type BootstrapDraws } from '../../analysis/bootstrap/job.ts';
import { createBootstrapPlan, type BootstrapPlan } from '../../analysis/bootstrap/plan.ts';
import { indexPatients, itemsAsPatients } from '../../analysis/bootstrap/sampling.ts';
import { runBootstrap } from '../../resampling/run-bootstrap.ts';
import type { CliContext } from '../context.ts';
import { wholeNumber } from '../output/whole-number.ts';
import type { Basis } from './basis.ts';
import type { StatsData } from './scores-table.ts';

export interface BootstrapOptions {
  /** False: none, whatever the data; absent: where rows outnumber patients. */
  bootstrap?: boolean | number;
  seed: number;
  unstratified?: boolean;
}

const MOST_DRAWS = 1_000_000;

export function withBootstrap(command: Command): Command {
  return command
    .option(
      '--bootstrap [draws]',
      `bootstrap intervals by patient (${DEFAULT_DRAWS} draws); the default where rows outnumber patients`,
      wholeNumber(100, MOST_DRAWS),
    )
    .option('--no-bootstrap', 'only the analytic intervals: DeLong, or Obuchowski where rows outnumber patients')
    .option('--seed <n>', 'seed of the bootstrap', wholeNumber(0, 4294967295), 1)
    .option('--unstratified', 'draw all patients alike, not those with and without a positive row separately');
}

/** Where rows outnumber patients the bootstrap by patient is the default, and the analytic interval stands beside it. */
export function asksForBootstrap({ bootstrap }: BootstrapOptions, { intervalKind }: Basis): boolean {
  return bootstrap === undefined ? intervalKind === 'delong-clustered' : bootstrap !== false;
}

/** One bootstrap over the rows of a table. Without a patient column every row is drawn on its own. */
export function planForData(data: StatsData, options: BootstrapOptions): BootstrapPlan {
  const patients = data.patients === null ? itemsAsPatients(data.labels.length) : indexPatients(data.patients);
  return createBootstrapPlan({
    seed: options.seed,
    patients,
    labels: [data.labels],
    draws: typeof options.bootstrap === 'number' ? options.bootstrap : DEFAULT_DRAWS,
    strata: options.unstratified === true ? 'none' : 'positive',
  });
}

/** Something to compute; `draws` are there where `needsDraws`. */
export interface Part<T> {
  needsDraws: boolean;
  read(draws: BootstrapDraws): T;
}

/** What was asked for, by its key in `--json`. */
type Parts = Record<string, Part<unknown> | null>;
type Values<P extends Parts> = { [K in keyof P]: P[K] extends Part<infer T> | null ? T | undefined : never };

/** Runs the bootstrap if any part needs it, with progress, and reads all parts; `notes` say what their draws are. */
export async function readParts<P extends Parts>(params: {
  context: CliContext;
  data: StatsData;
  options: BootstrapOptions;
  plan: BootstrapPlan;
  parts: P;
}): Promise<{ values: Values<P>; notes: string[] }> {
  const { context, data, options, plan, parts } = params;
  const job = plan.job();
  const needed = Object.values(parts).some((part) => part?.needsDraws === true);
  const progress = needed ? context.out.progress('Bootstrap') : null;
  const draws = await runBootstrap({
    job: needed ? job : { ...job, draws: 0 },
    signal: context.signal,
    onProgress: (done, total) => progress?.update(done, total),
  });
  progress?.end();
  const read = Object.entries(parts).flatMap(([key, part]) =>
    part === null ? [] : [[key, part.read(draws)] as const],
  );
  return { values: Object.fromEntries(read) as Values<P>, notes: needed ? [drawsNote(data, options, plan)] : [] };
}

function drawsNote({ patients }: StatsData, { unstratified, seed }: BootstrapOptions, plan: BootstrapPlan): string {
  const unit = patients === null ? 'rows' : `${countOf(plan.patients.count, 'patient')} with all their rows`;
  const by = patients === null ? 'class' : 'patients with and without a positive row';
  const strata = unstratified === true ? 'without strata' : `stratified by ${by}`;
  return `Bootstrap: ${formatCount(plan.draws)} draws of ${unit}, ${strata}, seed ${seed}; score intervals from the variance of the draws, differences between percentiles.`;
}
