/** Measurements in numbers to compare: medians over rounds, and ratios of runs that followed each other directly. */
import { median } from '../../../main/cli/bench/peer.ts';
import { PROGRAM_IDS, type Measurement, type ProgramId } from './programs.ts';
import type { RowResult } from './results.ts';

export interface Ratio {
  median: number;
  low: number;
  high: number;
}

export interface ProgramSummary {
  id: ProgramId;
  version: string;
  medianMs: number;
  fastestMs: number;
  medianCpuMs: number;
  fastestCpuMs: number;
  peakBytes: number;
  /** Its median step divided by ours of the same round; above 1: ours is faster. Null for ours. */
  wall: Ratio;
  /** The same for CPU time, which other work on the machine distorts less. */
  cpu: Ratio;
  /** Its peak resident memory divided by ours. */
  memory: number;
}

export type RowSummary = Partial<Record<ProgramId, ProgramSummary | { reason: string }>>;

export function summarise({ rounds }: RowResult): RowSummary {
  const summary: RowSummary = {};
  for (const id of PROGRAM_IDS) {
    const cells = rounds.map(({ programs }) => programs[id]).filter((cell) => cell !== undefined);
    const failure = cells.find((cell) => 'reason' in cell);
    if (failure && 'reason' in failure) summary[id] = { reason: failure.reason };
    else if (cells.length > 0) summary[id] = summariseProgram(id, rounds);
  }
  return summary;
}

function summariseProgram(id: ProgramId, rounds: RowResult['rounds']): ProgramSummary {
  const of = (program: ProgramId) =>
    rounds.map(({ programs }) => programs[program]).filter((cell): cell is Measurement => !!cell && 'ms' in cell);
  const [own, ours] = [of(id), of('ours')];
  // A program that runs in the first round only is compared with ours of that round.
  const ratios = (value: (measurement: Measurement) => number): Ratio => {
    const values = own.flatMap((cell, round) => (ours[round] ? [value(cell) / value(ours[round])] : []));
    return { median: median(values), low: Math.min(...values), high: Math.max(...values) };
  };
  const peak = (cells: readonly Measurement[]) => Math.max(...cells.map(({ peak_rss_bytes: bytes }) => bytes));
  return {
    id,
    version: (own[0] as Measurement).version,
    medianMs: median(own.map(({ median_ms: ms }) => ms)),
    fastestMs: Math.min(...own.flatMap(({ ms }) => ms)),
    medianCpuMs: median(own.map(({ cpu_ms: ms }) => median(ms))),
    fastestCpuMs: Math.min(...own.flatMap(({ cpu_ms: ms }) => ms)),
    peakBytes: peak(own),
    wall: ratios(({ median_ms: ms }) => ms),
    cpu: ratios(({ cpu_ms: ms }) => median(ms)),
    memory: peak(own) / peak(ours),
  };
}
