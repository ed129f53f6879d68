/** Measurements as a table: on the screen and in docs/benchmarks.md. */
import os from 'node:os';
import type { Measurement, Workload } from './programs.ts';

export interface Round {
  /** By program name; ours first. */
  measurements: Map<string, Measurement>;
  /** CPU milliseconds of one step, all threads: the difference between a run of one step and the run of all. */
  stepCpuMs: Map<string, number | null>;
  /** Load average over the last minute when the round ended: how busy the machine was with other things as well. */
  load: number;
}

export interface WorkloadResult {
  workload: Workload;
  rounds: Round[];
}

export interface ProgramSummary {
  name: string;
  version: string;
  medianMs: number;
  fastestMs: number;
  peakBytes: number | null;
  /** Its time divided by ours, median over the rounds, with the lowest and highest round; above 1: ours is faster. */
  ratio: Ratio;
  /** The same for CPU time, which other work on the machine distorts less. */
  cpuMs: number | null;
  cpuRatio: Ratio | null;
}

export interface Ratio {
  median: number;
  low: number;
  high: number;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] as number)) / 2;
}

/** One line a program. A round's ratio compares medians of runs that followed each other directly. */
export function summarise(rounds: readonly Round[]): ProgramSummary[] {
  const names = [...(rounds[0]?.measurements.keys() ?? [])];
  return names.map((name) => {
    const of = (round: Round, program = name) => round.measurements.get(program) as Measurement;
    const ratios = rounds.map((round) => of(round).median_ms / of(round, names[0]).median_ms);
    const cpu = rounds.map((round) => round.stepCpuMs.get(name) ?? null).filter((ms) => ms !== null);
    const cpuRatios = rounds.flatMap(({ stepCpuMs }) => {
      const [theirs, ours] = [stepCpuMs.get(name) ?? null, stepCpuMs.get(names[0] as string) ?? null];
      return theirs === null || ours === null ? [] : [theirs / ours];
    });
    const peaks = rounds.map((round) => of(round).peakBytes).filter((bytes) => bytes !== null);
    return {
      name,
      version: of(rounds[0] as Round).version,
      medianMs: median(rounds.map((round) => of(round).median_ms)),
      fastestMs: Math.min(...rounds.flatMap((round) => of(round).ms)),
      peakBytes: peaks.length > 0 ? Math.max(...peaks) : null,
      ratio: ratioOf(ratios),
      cpuMs: cpu.length > 0 ? median(cpu) : null,
      cpuRatio: cpuRatios.length > 0 ? ratioOf(cpuRatios) : null,
    };
  });
}

const ratioOf = (values: readonly number[]): Ratio => ({
  median: median(values),
  low: Math.min(...values),
  high: Math.max(...values),
});

const formatRatio = (ratio: Ratio | null): string =>
  ratio === null ? '–' : `${ratio.median.toFixed(2)} (${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)})`;

/** A Markdown table of one workload. */
export function resultTable({ workload, rounds }: WorkloadResult): string {
  const { model, size, batch, steps } = workload;
  const loads = rounds.map(({ load }) => load.toFixed(1)).join(', ');
  const rows = summarise(rounds).map(({ name, version, medianMs, fastestMs, peakBytes, ratio, cpuMs, cpuRatio }) =>
    [
      `${name} ${version}`,
      medianMs.toFixed(0),
      fastestMs.toFixed(0),
      formatRatio(ratio),
      cpuMs === null ? '–' : cpuMs.toFixed(0),
      formatRatio(cpuRatio),
      peakBytes === null ? '–' : (peakBytes / 2 ** 20).toFixed(0),
    ].join(' | '),
  );
  return [
    `### ${model}, ${size} px, batch ${batch}`,
    '',
    '| program | median ms a step | fastest step, ms | its time / ours | CPU ms a step | its CPU time / ours | peak RSS, MiB |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...rows.map((row) => `| ${row} |`),
    '',
    `${rounds.length} rounds of ${steps} steps each, one after another in turn; load average after each round: ${loads}.`,
  ].join('\n');
}

export function benchmarkDocument(results: readonly WorkloadResult[], date: Date): string {
  const cpu = os.cpus()[0]?.model.trim() ?? 'unknown processor';
  return [
    '# Benchmarks',
    '',
    'Training steps in float32 on the CPU: forward, binary cross-entropy on five sigmoids, backward, Adam update. Images are',
    'random and stay in memory. `npm run bench -- --python PYTHON` writes this page; PYTHON has torch, keras and tensorflow-cpu.',
    'Programs run in turn (A B C, A B C, ...), because machines are noisy: read the ratios, not the milliseconds. CPU time (all',
    'threads, busy waiting included) is what other work on the machine distorts least.',
    '',
    `${date.toISOString().slice(0, 10)}, ${os.availableParallelism()} cores (${cpu}), ${os.platform()}.`,
    '',
    ...results.flatMap((result) => [resultTable(result), '']),
  ].join('\n');
}
