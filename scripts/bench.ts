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
import { benchmarkDocument, ratioTable, rowTable } from './bench/document.ts';
import { measure, OURS, peer, ROOT, type Program } from './bench/programs.ts';
import { readResults, withRow, writeResults, type Results, type Round, type RowResult } from './bench/results.ts';
import { parseRow, ROWS, type Workload } from './bench/rows.ts';

const USAGE = [
  'npm run bench -- [--torch PYTHON] [--keras PYTHON] [--rows ROW,ROW...|missing|none] [--batch N] [--steps N] [--rounds N]',
  '                 [--memory [--torch-cpu PYTHON]] [--soak] [--feed] [--write | --no-write]',
  `rows: ${ROWS.join(' ')}, or any MODEL@SIZE; default: those without a result.`,
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
        rows: { type: 'string', default: 'missing' },
        batch: { type: 'string', default: '8' },
        steps: { type: 'string', default: '5' },
        rounds: { type: 'string', default: '3' },
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

function count(name: 'batch' | 'steps' | 'rounds'): number {
  const value = Number(options[name]);
  if (Number.isInteger(value) && value > 0) return value;
  return usageError(`Expected a whole number above 0 for --${name}, got "${options[name]}".`);
}

function findPrograms(): Program[] {
  const { PEERS_PYTHON, PEERS_TORCH, PEERS_KERAS } = process.env;
  const both = options.python ?? PEERS_PYTHON;
  const peers = [
    { name: 'PyTorch', module: 'torch', python: options.torch ?? PEERS_TORCH ?? both } as const,
    { name: 'Keras', module: 'keras', python: options.keras ?? PEERS_KERAS ?? both } as const,
  ];
  const found = peers.flatMap(({ name, module, python }) => {
    if (python === undefined) {
      console.error(`${name} is left out: no --${module} and no PEERS_${module.toUpperCase()}.`);
      return [];
    }
    try {
      const search = `import importlib.util, sys; sys.exit(importlib.util.find_spec("${module}") is None)`;
      execFileSync(python, ['-c', search]);
      return [peer(name, module, python)];
    } catch {
      console.error(`${name} is left out: ${python} cannot be run, or has no module "${module}".`);
      return [];
    }
  });
  return [OURS, ...found];
}

async function measureRow(programs: readonly Program[], row: string, rounds: number): Promise<RowResult> {
  const workload: Workload = { ...parseRow(row), batch: count('batch'), steps: count('steps') };
  const done: Round[] = [];
  while (done.length < rounds) {
    const cells: Round['programs'] = {};
    for (const program of programs) {
      const measured = await measure(program, workload);
      cells[program.id] = measured;
      const told =
        'reason' in measured
          ? measured.reason
          : `${measured.median_ms} ms a step, CPU ${Math.min(...measured.cpu_ms)} ms, ${Math.round(measured.peak_rss_bytes / 2 ** 20)} MiB`;
      console.error(`${row}, round ${done.length + 1}: ${program.name} ${told}`);
    }
    done.push({ programs: cells, load: Math.round((os.loadavg()[0] ?? 0) * 100) / 100 });
  }
  return { row, batch: workload.batch, steps: workload.steps, measured: new Date().toISOString(), rounds: done };
}

async function measureStartUp(programs: readonly Program[]): Promise<Results['startUp']> {
  const build = options['torch-cpu'];
  const all = build === undefined ? programs : [...programs, peer('PyTorch', 'torch', build)];
  const rows: Results['startUp'] = [];
  for (const program of all) {
    const measured = await measure(program, { model: 'cbr-tiny', size: 32, batch: 1, steps: 1 });
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
  const known = new Set(results.rows.map(({ row }) => row));
  const rows =
    options.rows === 'missing'
      ? ROWS.filter((row) => !known.has(row))
      : options.rows === 'none'
        ? []
        : options.rows === 'all'
          ? ROWS
          : options.rows.split(',').map((row) => row.trim());
  for (const row of rows) parseRow(row);
  const rounds = count('rounds');
  const programs = rows.length > 0 || options.memory ? findPrograms() : [];
  for (const row of rows) {
    const result = await measureRow(programs, row, rounds);
    console.log(`${rowTable(result)}\n`);
    await store((before) => withRow(before, result));
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
