/** What `stats` adds on request: sections that share one bootstrap, so that every number rests on the same draws of patients. */
import type { Command } from 'commander';
import { formatCount } from '../../../shared/words/numbers.ts';
import { DEFAULT_DRAWS, type BootstrapDraws } from '../../analysis/bootstrap/job.ts';
import { createBootstrapPlan, type BootstrapPlan } from '../../analysis/bootstrap/plan.ts';
import { indexPatients, itemsAsPatients } from '../../analysis/bootstrap/sampling.ts';
import { runBootstrap } from '../../resampling/run-bootstrap.ts';
import type { CliContext } from '../context.ts';
import type { Basis } from './basis.ts';
import type { StatsData } from './scores-table.ts';
import { wholeNumber } from '../output/whole-number.ts';

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
export function withDefaultBootstrap<T extends BootstrapOptions>(options: T, { intervalKind }: Basis): T {
  if (options.bootstrap !== undefined || intervalKind !== 'delong-clustered') return options;
  return { ...options, bootstrap: true };
}

export const asksForBootstrap = ({ bootstrap }: BootstrapOptions): boolean =>
  bootstrap !== undefined && bootstrap !== false;

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

export function drawsText(data: StatsData, options: BootstrapOptions, plan: BootstrapPlan): string {
  const unit = data.patients === null ? 'rows' : `${formatCount(plan.patients.count)} patients with all their rows`;
  const strata =
    options.unstratified === true
      ? 'without strata'
      : `stratified by ${data.patients === null ? 'class' : 'patients with and without a positive row'}`;
  return `Bootstrap: ${formatCount(plan.draws)} draws of ${unit}, ${strata}, seed ${options.seed}; percentile intervals.`;
}

/** What the intervals rest on, where sections used draws and none of them says it. */
export function drawsNote(params: {
  data: StatsData;
  options: BootstrapOptions;
  plan: BootstrapPlan;
  sections: readonly Section[];
}): string[] {
  const { data, options, plan, sections } = params;
  const used = sections.some(({ needsDraws }) => needsDraws);
  return used && !asksForBootstrap(options) ? [drawsText(data, options, plan)] : [];
}

/** Part of a result: a value for `--json` under its key, and its text. */
export interface Section {
  key: string;
  needsDraws: boolean;
  /** `draws` are there where `needsDraws`. */
  read(draws: BootstrapDraws): { value: unknown; text: () => string };
}

/** Keeps value and text of a section of one type. */
export function section<T>(params: {
  key: string;
  needsDraws: boolean;
  read: (draws: BootstrapDraws) => T;
  text: (value: T) => string;
}): Section {
  const { key, needsDraws, read, text } = params;
  return {
    key,
    needsDraws,
    read(draws) {
      const value = read(draws);
      return { value, text: () => text(value) };
    },
  };
}

/** Runs the bootstrap if any section needs it, with progress, and reads all sections. */
export async function readSections(params: {
  context: CliContext;
  plan: BootstrapPlan;
  sections: readonly Section[];
}): Promise<{ values: Record<string, unknown>; texts: (() => string)[] }> {
  const { context, plan, sections } = params;
  const job = plan.job();
  const needed = sections.some(({ needsDraws }) => needsDraws);
  const progress = needed ? context.out.progress('Bootstrap') : null;
  const draws = await runBootstrap({
    job: needed ? job : { ...job, draws: 0 },
    signal: context.signal,
    onProgress: (done, total) => progress?.update(done, total),
  });
  progress?.end();
  const read = sections.map((part) => ({ key: part.key, ...part.read(draws) }));
  return {
    values: Object.fromEntries(read.map(({ key, value }) => [key, value])),
    texts: read.map(({ text }) => text),
  };
}
