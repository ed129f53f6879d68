/** `bench train`: times training steps of this engine and prints the JSON of `test/peers/train_step.py`. */
import { Option, type Command } from 'commander';
import { formatBytes } from '../../shared/format.ts';
import { MODEL_IDS, type ModelId } from '../../shared/models.ts';
import { benchmarkTraining } from '../engine/train/benchmark.ts';
import { appVersion } from '../services/app-version.ts';
import type { CliContext } from './context.ts';
import { wholeNumber } from './whole-number.ts';

interface TrainOptions {
  model: ModelId;
  size: number;
  batch: number;
  steps: number;
  precision: 'fp32';
}

export function register(program: Command, context: CliContext): void {
  const bench = program.command('bench').description('measure the speed of this machine');
  bench
    .command('train')
    .description('time training steps on random images: forward, loss, backward and Adam update')
    .addOption(new Option('--model <model>', 'model to train').choices(MODEL_IDS).makeOptionMandatory())
    .option('--size <px>', 'image side in pixels', wholeNumber(16, 1024), 224)
    .option('--batch <images>', 'images a step', wholeNumber(1, 512), 8)
    .option('--steps <count>', 'timed steps, after one that is not timed', wholeNumber(1, 100_000), 5)
    .addOption(new Option('--precision <name>', 'number format').choices(['fp32']).default('fp32'))
    .action((options: TrainOptions) => runTrain(options, context));
}

function runTrain({ model, size, batch, steps, precision }: TrainOptions, { out, signal }: CliContext): void {
  const result = benchmarkTraining({ model, size, batch, steps, signal });
  const [before, after] = result.residentBytes;
  out.note(
    `Tensors ${result.tensors.join(' -> ')}, resident memory ${formatBytes(before)} -> ${formatBytes(after)} over ${steps} steps.`,
  );
  const median = medianOf(result.stepMs);
  const document = {
    framework: 'transfusion-lab',
    version: appVersion(),
    model,
    size,
    batch,
    precision,
    threads: result.threads,
    parameters: result.parameters,
    ms: result.stepMs.map(oneDecimal),
    median_ms: oneDecimal(median),
    images_per_second: Math.round((batch / median) * 1e5) / 100,
  };
  out.result(document, JSON.stringify(document));
}

const oneDecimal = (value: number): number => Math.round(value * 10) / 10;

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] as number)) / 2;
}
