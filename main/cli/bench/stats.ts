/** `bench stats`: times AUC with DeLong's variance, beside scikit-learn's AUC alone where a Python is named, and the bootstrap by patient. */
import { formatMilliseconds } from '../../../shared/words/times.ts';
import type { Command } from 'commander';
import { z } from 'zod';
import { formatCount, formatNumber } from '../../../shared/words/numbers.ts';
import { estimateAuc } from '../../analysis/statistics/auc.ts';
import { createBootstrapPlan, planAuc } from '../../analysis/bootstrap/plan.ts';
import { indexPatients } from '../../analysis/bootstrap/sampling.ts';
import { runBootstrap } from '../../resampling/run-bootstrap.ts';
import { cpuSecondsSince } from '../../platform/machine.ts';
import { median, runPeer, uniformOf } from './peer.ts';
import type { CliContext } from '../context.ts';
import { wholeNumber } from '../output/whole-number.ts';

interface StatsBenchFlags {
  items: number;
  images: number;
  models: number;
  draws: number;
  rounds: number;
  threads?: number;
  python?: string;
}

const IMAGES_PER_PATIENT = 2;

export function registerStatsBench(bench: Command, context: CliContext): void {
  bench
    .command('stats')
    .description('time AUC with DeLong’s variance and the bootstrap by patient; --python adds scikit-learn’s AUC')
    .option('--items <n>', 'scores of the AUC', wholeNumber(10, 100_000_000), 1_000_000)
    .option('--images <n>', 'images of the bootstrap, two a patient', wholeNumber(10, 10_000_000), 20_000)
    .option('--models <n>', 'models of the bootstrap', wholeNumber(1, 100), 4)
    .option('--draws <n>', 'draws of the bootstrap', wholeNumber(100, 1_000_000), 2000)
    .option('--rounds <n>', 'timed rounds', wholeNumber(1, 100), 3)
    .option('--threads <n>', 'threads of the bootstrap (default: one a core)', wholeNumber(1, 256))
    .option('--python <file>', 'a Python with scikit-learn (default: PEERS_PYTHON)')
    .action((flags: StatsBenchFlags) => benchStats(flags, context));
}

async function benchStats(flags: StatsBenchFlags, { out, signal }: CliContext): Promise<void> {
  const python = flags.python ?? process.env['PEERS_PYTHON'];
  const { labels, scores } = madeUp(flags.items, 1);
  const sample = madeUp(flags.images, flags.models);
  const delong: number[] = [];
  const peer: number[] = [];
  const bootstrap: number[] = [];
  const bootstrapCpu: number[] = [];
  let auc: number | null = null;
  let peerAuc: number | null = null;
  estimateAuc(labels.slice(0, 5000), scores[0]?.slice(0, 5000) ?? []);
  for (let round = 0; round < flags.rounds; round++) {
    const start = performance.now();
    auc = estimateAuc(labels, scores[0] ?? []).auc;
    delong.push(performance.now() - start);
    if (python !== undefined) {
      const timed = await timePeer(python, flags.items);
      peer.push(timed.ms[0] as number);
      peerAuc = timed.auc;
    }
    const cpu = process.cpuUsage();
    const drawing = performance.now();
    await drawOnce(sample, flags, { signal, progress: out.progress(`Bootstrap ${round + 1} of ${flags.rounds}`) });
    bootstrap.push(performance.now() - drawing);
    bootstrapCpu.push(1000 * cpuSecondsSince(cpu));
  }
  const { items, images, models, draws } = flags;
  const result = {
    auc: {
      items,
      ms: delong,
      scikitLearnMs: python === undefined ? null : peer,
      ratio: python === undefined ? null : median(delong) / median(peer),
    },
    difference: auc === null || peerAuc === null ? null : Math.abs(auc - peerAuc),
    bootstrap: {
      images,
      patients: Math.ceil(images / IMAGES_PER_PATIENT),
      models,
      draws,
      ms: bootstrap,
      cpuMs: bootstrapCpu,
    },
  };
  out.result(result, () =>
    [
      `AUC with DeLong’s variance of ${formatCount(items)} scores: ${formatMilliseconds(median(delong))} (median of ${flags.rounds})`,
      ...(result.auc.ratio === null
        ? []
        : [
            `scikit-learn’s roc_auc_score alone: ${formatMilliseconds(median(peer))}; ours / theirs ${formatNumber(result.auc.ratio, 2)}; difference ${(result.difference ?? NaN).toExponential(1)}`,
          ]),
      `${formatCount(draws)} draws of ${formatCount(result.bootstrap.patients)} patients, ${formatCount(images)} images x ${models} models: ${formatNumber(median(bootstrap) / 1000, 2)} s (processor ${formatNumber(median(bootstrapCpu) / 1000, 2)} s)`,
    ].join('\n'),
  );
}

interface Sample {
  labels: Uint8Array;
  scores: Float64Array[];
}

/** Label 1 where u(1, 0, i) > 0.4; score k is u(1, k + 1, i) + label / 2. */
function madeUp(items: number, models: number): Sample {
  const truth = uniformOf(0);
  const labels = Uint8Array.from({ length: items }, (_, i) => (truth(i) > 0.4 ? 1 : 0));
  const scores = Array.from({ length: models }, (_, model) => {
    const noise = uniformOf(model + 1);
    return Float64Array.from({ length: items }, (_, i) => noise(i) + (labels[i] as number) / 2);
  });
  return { labels, scores };
}

/** Everything that an interval takes: sorting, drawing, percentiles. */
async function drawOnce(
  { labels, scores }: Sample,
  flags: StatsBenchFlags,
  { signal, progress }: { signal: AbortSignal; progress: { update(done: number, total: number): void; end(): void } },
): Promise<void> {
  const patients = indexPatients(Array.from(labels, (_, i) => Math.floor(i / IMAGES_PER_PATIENT)));
  const plan = createBootstrapPlan({ seed: 1, patients, labels: [labels], draws: flags.draws });
  const readers = scores.map((values) => planAuc(plan, { labels, scores: values }));
  const draws = await runBootstrap({
    job: plan.job(),
    signal,
    onProgress: (done, total) => progress.update(done, total),
    ...(flags.threads === undefined ? {} : { threads: flags.threads }),
  });
  progress.end();
  for (const read of readers) read(draws);
}

const peerSchema = z.object({ ms: z.array(z.number()).min(1), auc: z.number() });

function timePeer(python: string, items: number): Promise<z.infer<typeof peerSchema>> {
  const args = ['--items', String(items)];
  return runPeer({ python, script: 'roc_auc.py', args, program: 'scikit-learn', schema: peerSchema });
}
