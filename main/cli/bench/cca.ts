/** `bench cca`: times CCA of two made-up sets of activations, and where a Python with NumPy is named, NumPy's in turn. */
import { formatMilliseconds } from '../../../shared/words/times.ts';
import { formatNumber } from '../../../shared/words/numbers.ts';
import type { Command } from 'commander';
import { z } from 'zod';
import type { Activations } from '../../platform/linear-algebra.ts';
import { cca } from '../../analysis/cca/coefficients.ts';
import { createLinearAlgebra } from '../../engine/linalg/linear-algebra.ts';
import { cpuSecondsSince } from '../../platform/machine.ts';
import { median, runPeer, uniformOf } from './peer.ts';
import type { CliContext } from '../context.ts';
import { wholeNumber } from '../output/whole-number.ts';

interface CcaBenchFlags {
  neurons: number;
  datapoints: number;
  rounds: number;
  python?: string;
}

interface Timing {
  ms: number;
  cpuMs: number;
  mean: number;
}

export function registerCcaBench(bench: Command, context: CliContext): void {
  bench
    .command('cca')
    .description('time CCA of two sets of activations, side by side with NumPy where --python names one that has it')
    .option('--neurons <n>', 'neurons of each set', wholeNumber(2, 4096), 512)
    .option('--datapoints <n>', 'datapoints', wholeNumber(3, 1_000_000), 20_000)
    .option('--rounds <n>', 'timed rounds; each runs both programs', wholeNumber(1, 100), 3)
    .option('--python <file>', 'a Python with NumPy (default: PEERS_PYTHON)')
    .action((flags: CcaBenchFlags) => benchCca(flags, context));
}

async function benchCca(flags: CcaBenchFlags, { out, signal }: CliContext): Promise<void> {
  const python = flags.python ?? process.env.PEERS_PYTHON;
  const { x, y } = madeUpSets(flags);
  const algebra = createLinearAlgebra();
  cca(algebra, first(x, 64), first(y, 64));
  const ours: Timing[] = [];
  const numpy: Timing[] = [];
  const progress = out.progress('Timing CCA');
  for (let round = 0; round < flags.rounds && !signal.aborted; round++) {
    ours.push(time(() => cca(algebra, x, y).mean));
    if (python !== undefined) numpy.push(await timeNumpy(python, flags));
    progress.update(round + 1, flags.rounds);
  }
  progress.end();
  const result = {
    neurons: flags.neurons,
    datapoints: flags.datapoints,
    ours,
    numpy: python === undefined ? null : numpy,
    ratios:
      python === undefined
        ? null
        : { ms: ratio(ours, numpy, ({ ms }) => ms), cpuMs: ratio(ours, numpy, ({ cpuMs }) => cpuMs) },
    largestDifference:
      python === undefined ? null : Math.max(...ours.map(({ mean }, i) => Math.abs(mean - (numpy[i]?.mean ?? NaN)))),
  };
  out.result(result, () => benchText(result));
}

/** The sets of `test/peers/cca_numpy.py`: u(1, 0, i), and half of that plus u(1, 1, i). */
function madeUpSets({ neurons, datapoints }: CcaBenchFlags): { x: Activations; y: Activations } {
  const [u, v] = [uniformOf(0), uniformOf(1)];
  const x = new Float64Array(neurons * datapoints);
  const y = new Float64Array(neurons * datapoints);
  for (let i = 0; i < x.length; i++) {
    const value = u(i);
    x[i] = value;
    y[i] = 0.5 * value + v(i);
  }
  return { x: { neurons, datapoints, values: x }, y: { neurons, datapoints, values: y } };
}

function first({ neurons, datapoints, values }: Activations, count: number): Activations {
  const kept = Math.min(count, neurons);
  return { neurons: kept, datapoints, values: values.subarray(0, kept * datapoints) };
}

function time(work: () => number): Timing {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const mean = work();
  const ms = performance.now() - start;
  return { ms, cpuMs: 1000 * cpuSecondsSince(cpu), mean };
}

const peerSchema = z.object({ ms: z.array(z.number()).min(1), cpu_ms: z.array(z.number()).min(1), mean: z.number() });

async function timeNumpy(python: string, { neurons, datapoints }: CcaBenchFlags): Promise<Timing> {
  const args = ['--neurons', String(neurons), '--datapoints', String(datapoints)];
  const answer = await runPeer({ python, script: 'cca_numpy.py', args, program: 'NumPy', schema: peerSchema });
  return { ms: answer.ms[0] as number, cpuMs: answer.cpu_ms[0] as number, mean: answer.mean };
}

/** Median over rounds of ours divided by NumPy's. */
function ratio(ours: readonly Timing[], numpy: readonly Timing[], of: (timing: Timing) => number): number {
  return median(ours.map((timing, i) => of(timing) / of(numpy[i] as Timing)));
}

function benchText(result: {
  neurons: number;
  datapoints: number;
  ours: Timing[];
  numpy: Timing[] | null;
  ratios: { ms: number; cpuMs: number } | null;
  largestDifference: number | null;
}): string {
  const row = (name: string, timings: readonly Timing[]): string =>
    `${name.padEnd(16)} ${formatMilliseconds(median(timings.map(({ ms }) => ms)))} (processor ${formatMilliseconds(median(timings.map(({ cpuMs }) => cpuMs)))})`;
  const { ours, numpy, ratios, largestDifference } = result;
  return [
    `CCA of two sets of ${result.neurons} neurons on ${result.datapoints} datapoints, median of ${ours.length} rounds`,
    row('Transfusion Lab', ours),
    ...(numpy === null ? [] : [row('NumPy', numpy)]),
    ...(ratios === null
      ? []
      : [`ours / NumPy: ${formatNumber(ratios.ms, 2)} in time, ${formatNumber(ratios.cpuMs, 2)} in processor time`]),
    ...(largestDifference === null
      ? []
      : [`largest difference of the mean coefficient: ${largestDifference.toExponential(1)}`]),
  ].join('\n');
}
