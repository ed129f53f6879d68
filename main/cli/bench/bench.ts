/** `bench train` times training steps of this engine and prints the JSON of `test/peers/train_step.py`; `bench soak` looks for growth over many. */
import { Option, type Command } from 'commander';
import { formatBytes, formatNumber } from '../../../shared/words/numbers.ts';
import { MODEL_IDS } from '../../../shared/study/models.ts';
import { benchmarkTraining, soakTraining, SOAK_WARM_UP, type Workload } from '../../engine/train/benchmark.ts';
import { appVersion } from '../../services/system/app-version.ts';
import { registerCcaBench } from './cca.ts';
import { registerConvBench } from './conv.ts';
import { median } from './peer.ts';
import { registerFeedBench } from './feed.ts';
import { registerImagesBench } from './images.ts';
import { registerSimilarBench } from './similar.ts';
import { registerStatsBench } from './stats.ts';
import type { CliContext } from '../context.ts';
import { applyConv, convOption, type ConvFlags } from './conv-option.ts';
import { wholeNumber } from '../output/whole-number.ts';

interface TrainOptions extends ConvFlags, Workload {
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
    .addOption(convOption())
    .action((options: TrainOptions) => runTrain(options, context));
  registerCcaBench(bench, context);
  registerConvBench(bench, context);
  registerFeedBench(bench, context);
  registerImagesBench(bench, context);
  registerSimilarBench(bench, context);
  registerStatsBench(bench, context);
  bench
    .command('soak')
    .description('train many short steps and watch live tensors and resident memory')
    .addOption(new Option('--model <model>', 'model to train').choices(MODEL_IDS).default('cbr-tiny'))
    .option('--size <px>', 'image side in pixels', wholeNumber(16, 1024), 32)
    .option('--batch <images>', 'images a step', wholeNumber(1, 512), 8)
    .option('--steps <count>', 'steps', wholeNumber(SOAK_WARM_UP + 1, 1_000_000), 10_000)
    .action((options: Omit<TrainOptions, 'precision'>) => runSoak(options, context));
}

function runTrain(options: TrainOptions, { out, signal }: CliContext): void {
  const { model, size, batch, steps, precision } = options;
  applyConv(options);
  const result = benchmarkTraining({ model, size, batch, steps, signal });
  const [before, after] = result.residentBytes;
  out.note(
    `Tensors ${result.tensors.join(' -> ')}, resident memory ${formatBytes(before)} -> ${formatBytes(after)} over ${steps} steps.`,
  );
  const medianMs = median(result.stepMs);
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
    median_ms: oneDecimal(medianMs),
    images_per_second: Math.round((batch / medianMs) * 1e5) / 100,
    cpu_ms: result.stepCpuMs.map(oneDecimal),
    peak_rss_bytes: result.peakBytes,
    tensors: result.tensors,
    packages: { tensorflow: result.tensorflow, kernels: result.kernels },
  };
  out.result(document, JSON.stringify(document));
}

function runSoak({ model, size, batch, steps }: Omit<TrainOptions, 'precision'>, { out, signal }: CliContext): void {
  const samples = soakTraining({ model, size, batch, steps, signal });
  const [warm, last] = [samples[0], samples.at(-1)];
  if (!warm || !last) return;
  const growth = 100 * (last.residentBytes / warm.residentBytes - 1);
  const document = {
    model,
    size,
    batch,
    steps: last.step,
    growth_percent: Math.round(growth * 100) / 100,
    samples: samples.map(({ step, tensors, residentBytes }) => ({ step, tensors, resident_bytes: residentBytes })),
  };
  const lines = samples.map(
    ({ step, tensors, residentBytes }) => `step ${step}: ${tensors} tensors, ${formatBytes(residentBytes)} resident`,
  );
  out.result(document, [...lines, `Growth since step ${warm.step}: ${formatNumber(growth, 2)} %.`].join('\n'));
}

const oneDecimal = (value: number): number => Math.round(value * 10) / 10;
