/**
 * `npm run bench`: this engine, PyTorch and Keras in turn on the same training step; prints the ratios and writes
 * docs/benchmarks.md. The peers need a Python that has them: `--torch` and `--keras` (or PEERS_TORCH and PEERS_KERAS, or
 * PEERS_PYTHON for both); without, ours runs alone. A row is stored when it is complete; run again, it goes on with the next.
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { formatDuration } from '../../shared/words/times.ts';
import { benchmarkDocument, layersTable, ratioTable, rowTable } from './training/document.ts';
import { LAYERS_SECONDS, planRows, type PlannedRow } from './training/estimate.ts';
import { hasBfloat16, measure, OURS, peer, ROOT, torchBfloat16, type Program } from './training/programs.ts';
import {
  layersSchema,
  readResults,
  withLayers,
  withRow,
  writeResults,
  type Results,
  type Round,
  type RowResult,
} from './training/results.ts';
import { LAYER_ROWS, parseRow, QUICK_ROWS, ROWS, type Workload } from './training/rows.ts';

/** Where the command line does not say it: rounds, and the timed steps of one run: at most so many, in so many seconds together. */
const USUAL = { rounds: 3, most: 5, seconds: 30 } as const;
const QUICK = { rounds: 1, most: 3, seconds: 16 } as const;
const QUICK_LAYERS = 'cbr-small@224';

const USAGE = [
  'npm run bench -- [--torch PYTHON] [--keras PYTHON] [--quick | --rows ROW,ROW...|missing|all|none] [--steps N] [--rounds N]',
  '                 [--bfloat16 auto|on|off] [--layers ROW,ROW...|all] [--memory [--torch-cpu PYTHON]] [--soak] [--feed]',
  '                 [--plan] [--write | --no-write]',
  `rows: ${ROWS.join(' ')}, or any MODEL@SIZE[:BATCH][/avx2|/plain]; default: those without a result.`,
  '--quick measures every model, in under 15 minutes on two quiet cores; --plan says how long it will take, and ends.',
  `--steps: timed steps of a run; default: as many as fit in ${USUAL.seconds} s for the slowest program, ${USUAL.most} at most.`,
  '--bfloat16: PyTorch in bfloat16 as well; auto: where the processor has instructions for it. "on" runs one step elsewhere.',
  "--layers: each convolution of a model by the native kernels and by TensorFlow's own op, in one process.",
  '--memory, --soak and --feed measure start-up memory, 10,000 short steps, and the preparation of images as well.',
  '--no-write leaves docs/benchmarks.md and docs/benchmarks.json alone.',
].join('\n');

function usageError(message: string): never {
  console.error(`${message}\n${USAGE}`);
  process.exit(2);
}

const options = (() => {
  try {
    return parseArgs({
      options: {
        python: { type: 'string' },
        torch: { type: 'string' },
        keras: { type: 'string' },
        'torch-cpu': { type: 'string' },
        rows: { type: 'string' },
        quick: { type: 'boolean', default: false },
        steps: { type: 'string' },
        rounds: { type: 'string' },
        bfloat16: { type: 'string', default: 'auto' },
        layers: { type: 'string' },
        plan: { type: 'boolean', default: false },
        memory: { type: 'boolean', default: false },
        soak: { type: 'boolean', default: false },
        feed: { type: 'boolean', default: false },
        write: { type: 'boolean', default: true },
        'no-write': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return usageError((error as Error).message);
  }
})();

function count<T>(name: 'steps' | 'rounds', otherwise: T): number | T {
  if (options[name] === undefined) return otherwise;
  const value = Number(options[name]);
  if (Number.isInteger(value) && value > 0) return value;
  return usageError(`Expected a whole number above 0 for --${name}, got "${options[name]}".`);
}

/** Whether PyTorch runs in bfloat16 too; if not, why, for the table. */
function bfloat16(): { runs: true } | { runs: false; reason: string } {
  const wanted = options.bfloat16;
  if (!['auto', 'on', 'off'].includes(wanted)) usageError(`Expected auto, on or off for --bfloat16, got "${wanted}".`);
  if (wanted === 'on' || (wanted === 'auto' && hasBfloat16())) return { runs: true };
  return { runs: false, reason: wanted === 'off' ? 'not asked for' : 'no instructions for it' };
}

function findPrograms(): Program[] {
  const { PEERS_PYTHON, PEERS_TORCH, PEERS_KERAS } = process.env;
  const both = options.python ?? PEERS_PYTHON;
  const pythons = { torch: options.torch ?? PEERS_TORCH ?? both, keras: options.keras ?? PEERS_KERAS ?? both };
  const peers = (['torch', 'keras'] as const).flatMap((module) => {
    const [name, python] = [module === 'torch' ? 'PyTorch' : 'Keras', pythons[module]];
    if (python === undefined) {
      console.error(`${name} is left out: no --${module} and no PEERS_${module.toUpperCase()}.`);
      return [];
    }
    try {
      const search = `import importlib.util, sys; sys.exit(importlib.util.find_spec("${module}") is None)`;
      execFileSync(python, ['-c', search]);
    } catch {
      console.error(`${name} is left out: ${python} cannot be run, or has no module "${module}".`);
      return [];
    }
    const more = module === 'torch' && bfloat16().runs ? [torchBfloat16(python)] : [];
    return [peer(name, module, python), ...more];
  });
  return [OURS, ...peers];
}

async function measureRow(programs: readonly Program[], { row, rounds, steps }: PlannedRow): Promise<RowResult> {
  const workload: Workload = { ...parseRow(row), steps };
  const inBfloat16 = bfloat16();
  const done: Round[] = [];
  while (done.length < rounds) {
    const cells: Round['programs'] = {};
    if (!inBfloat16.runs) cells['torch-bf16'] = { reason: inBfloat16.reason };
    for (const program of programs) {
      if (program.onceOnly && done.length > 0) continue;
      const measured = await measure(program, program.onceOnly ? { ...workload, steps: 1 } : workload);
      cells[program.id] = measured;
      const told =
        'reason' in measured
          ? measured.reason
          : `${measured.median_ms} ms a step, CPU ${Math.min(...measured.cpu_ms)} ms, ${Math.round(measured.peak_rss_bytes / 2 ** 20)} MiB`;
      console.error(`${row}, round ${done.length + 1}: ${program.name} ${told}`);
    }
    done.push({ programs: cells, load: Math.round((os.loadavg()[0] ?? 0) * 100) / 100 });
  }
  return { row, batch: workload.batch, steps, measured: new Date().toISOString(), rounds: done };
}

async function measureStartUp(programs: readonly Program[]): Promise<Results['startUp']> {
  const build = options['torch-cpu'];
  const all = build === undefined ? programs : [...programs, peer('PyTorch', 'torch', build)];
  const rows: Results['startUp'] = [];
  for (const program of all) {
    const measured = await measure(program, { ...parseRow('cbr-tiny@32:1'), steps: 1 });
    if ('reason' in measured) throw new Error(`${program.name} ${measured.reason}`);
    rows.push({ name: `${program.name} ${measured.version}`, bytes: measured.peak_rss_bytes });
  }
  return rows;
}

/** One of our own commands that prints JSON. */
function ours(...args: string[]): Record<string, unknown> {
  const cli = path.join(ROOT, 'main', 'cli', 'transfusion.ts');
  const output = execFileSync(process.execPath, [cli, '--json', 'bench', ...args], { encoding: 'utf8' });
  return JSON.parse(output) as Record<string, unknown>;
}

async function writePage(results: Results): Promise<void> {
  const file = path.join(ROOT, 'docs', 'benchmarks.md');
  const style = await resolveConfig(file);
  fs.writeFileSync(file, await format(benchmarkDocument(results), { ...style, filepath: file }));
}

function rowsToMeasure({ rows }: Results): readonly string[] {
  if (options.quick && options.rows !== undefined) usageError('Expected --quick or --rows, got both.');
  if (options.quick) return QUICK_ROWS;
  const wanted = options.rows ?? 'missing';
  if (wanted === 'none') return [];
  if (wanted === 'all') return ROWS;
  if (wanted !== 'missing') return wanted.split(',').map((row) => row.trim());
  const known = new Set(rows.map(({ row }) => row));
  return ROWS.filter((row) => !known.has(row));
}

function layersToMeasure(): readonly string[] {
  const wanted = options.layers ?? (options.quick ? QUICK_LAYERS : undefined);
  if (wanted === undefined) return [];
  const rows = wanted === 'all' ? LAYER_ROWS : wanted.split(',');
  for (const row of rows) parseRow(row);
  return rows;
}

function tellPlan(plan: readonly PlannedRow[], layers: readonly string[]): void {
  if (plan.length + layers.length === 0) return;
  const inBfloat16 = bfloat16();
  if (!inBfloat16.runs && plan.length > 0) console.error(`PyTorch in bfloat16 is left out: ${inBfloat16.reason}.`);
  for (const { row, rounds, steps, seconds } of plan) {
    console.error(`${row}: ${rounds} x ${steps} steps, about ${formatDuration(seconds)}`);
  }
  const total = plan.reduce((sum, { seconds }) => sum + seconds, 0) + layers.length * LAYERS_SECONDS;
  console.error(`In all about ${formatDuration(total)} on quiet cores (--memory, --soak and --feed come on top).`);
}

async function main(): Promise<void> {
  const write = options.write && !options['no-write'];
  const machine = {
    processor: os.cpus()[0]?.model.trim() ?? 'unknown processor',
    cores: os.availableParallelism(),
    platform: os.platform(),
  };
  let results = readResults(machine);
  // Read again each time: another run may have stored something meanwhile.
  const store = async (change: (results: Results) => Results) => {
    results = change(write ? readResults(machine) : results);
    if (!write) return;
    writeResults(results);
    await writePage(results);
  };
  const rows = rowsToMeasure(results);
  for (const row of rows) parseRow(row);
  const layers = layersToMeasure();
  const limits = options.quick ? QUICK : USUAL;
  const programs = rows.length > 0 || options.memory ? findPrograms() : [];
  const settings = { rounds: count('rounds', limits.rounds), steps: count('steps', null), limit: limits };
  const plan = planRows(programs, rows, settings, results);
  tellPlan(plan, layers);
  if (options.plan) return;
  for (const planned of plan) {
    const result = await measureRow(programs, planned);
    console.log(`${rowTable(result)}\n`);
    await store((before) => withRow(before, result));
  }
  for (const row of layers) {
    const { model, size, batch } = parseRow(row);
    const measured = layersSchema.parse(
      ours('conv', '--model', model, '--size', String(size), '--batch', String(batch), '--repetitions', '3'),
    );
    console.log(`${layersTable(measured)}\n`);
    await store((before) => withLayers(before, measured));
  }
  if (options.memory) {
    const startUp = await measureStartUp(programs);
    await store((before) => ({ ...before, startUp }));
  }
  if (options.soak) {
    const soak = ours('soak', '--steps', '10000');
    await store((before) => ({ ...before, soak }));
  }
  if (options.feed) {
    const feed = ['224', '587'].map((size) => ours('feed', '--size', size));
    await store((before) => ({ ...before, feed }));
  }
  console.log(ratioTable(results.rows));
  if (write) await writePage(results);
}

if (options.help) console.log(USAGE);
else {
  try {
    await main();
  } catch (error) {
    usageError((error as Error).message);
  }
}
