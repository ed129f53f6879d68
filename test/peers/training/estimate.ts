/** How often a row runs and how long that takes, so that nobody waits for an hour without knowing it. */
import { modelIdSchema } from '../../../shared/study/models.ts';
import { median } from '../../../main/cli/bench/peer.ts';
import { describeModel } from '../../../main/engine/models/catalogue.ts';
import type { Program, ProgramId } from './programs.ts';
import type { Results } from './results.ts';
import { parseRow } from './rows.ts';

/** Start of a process, import of its framework, the model's construction and images: seconds. */
const START_UP = 9;
/** Multiply-adds a second and core that frameworks reach on AVX2, and how much faster ours is on the CBR family. */
const MACS_PER_SECOND = 30e9;
const CBR_GAIN = 3;
/** One row of `--layers`, images uploaded and all. */
export const LAYERS_SECONDS = 60;
/** Forward, gradient of the input, gradient of the kernel. */
const PASSES = 3;

/** Seconds of one step of a program: as measured before on this machine, else from its multiply-adds. */
function stepSeconds(id: ProgramId, row: string, { rows, cores }: Results): number {
  const cells = rows.find(({ row: name }) => name === row)?.rounds.map(({ programs }) => programs[id]);
  const measured = (cells ?? []).flatMap((cell) => (cell && 'ms' in cell ? [cell.median_ms] : []));
  if (measured.length > 0) return median(measured) / 1000;
  const { model, size, batch, instructionSet } = parseRow(row);
  const known = modelIdSchema.safeParse(model);
  if (!known.success) throw new Error(`Expected the name of a model in "${row}", got "${model}".`);
  const { forwardMacs } = describeModel(known.data, { outputs: 5, size, batch });
  const direct = (PASSES * batch * (forwardMacs ?? 0)) / (MACS_PER_SECOND * cores);
  return id === 'ours' && model.startsWith('cbr-') && instructionSet !== 'plain' ? direct / CBR_GAIN : direct;
}

/** Seconds of one run of a program, with the step that is not timed. */
function runSeconds(program: Program, row: string, steps: number, results: Results): number {
  return START_UP + (program.onceOnly ? 2 : steps + 1) * stepSeconds(program.id, row, results);
}

/** As many timed steps as `seconds` hold for the slowest program, `most` at most, but one at least. */
export interface StepLimit {
  seconds: number;
  most: number;
}

function affordableSteps(
  programs: readonly Program[],
  row: string,
  { seconds, most }: StepLimit,
  results: Results,
): number {
  const timed = programs.filter(({ onceOnly }) => !onceOnly).map(({ id }) => stepSeconds(id, row, results));
  return Math.max(1, Math.min(most, Math.floor(seconds / Math.max(...timed))));
}

export interface PlannedRow {
  row: string;
  rounds: number;
  steps: number;
  /** Estimated seconds of all its rounds, on quiet cores. */
  seconds: number;
}

/** How often each row runs. `steps`: null for as many as `limit` allows. */
export function planRows(
  programs: readonly Program[],
  rows: readonly string[],
  { rounds, steps, limit }: { rounds: number; steps: number | null; limit: StepLimit },
  results: Results,
): PlannedRow[] {
  return rows.map((row) => {
    const timed = steps ?? affordableSteps(programs, row, limit, results);
    const round = (some: readonly Program[]) =>
      some.reduce((sum, program) => sum + runSeconds(program, row, timed, results), 0);
    const seconds = round(programs) + (rounds - 1) * round(programs.filter(({ onceOnly }) => !onceOnly));
    return { row, rounds, steps: timed, seconds };
  });
}
