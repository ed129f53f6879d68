/**
 * `npm run bench`: this engine, PyTorch and Keras in turn on the same training step; prints the ratios and writes
 * docs/benchmarks.md. The peers need a Python that has them: `--python`, or PEERS_PYTHON; without one, ours runs alone.
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { benchmarkDocument, resultTable, type Round, type WorkloadResult } from './bench/document.ts';
import { measure, OURS, peer, ROOT, type Measurement, type Program, type Workload } from './bench/programs.ts';

const USAGE = `npm run bench -- [--python FILE] [--model M]... [--size PX] [--batch N] [--steps N] [--rounds N] [--no-write]`;

const options = (() => {
  try {
    return parseArgs({
      options: {
        python: { type: 'string' },
        model: { type: 'string', multiple: true },
        size: { type: 'string', default: '224' },
        batch: { type: 'string', default: '8' },
        steps: { type: 'string', default: '5' },
        rounds: { type: 'string', default: '3' },
        'no-write': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    console.error(`${(error as Error).message}\n${USAGE}`);
    process.exit(2);
  }
})();

function count(name: 'size' | 'batch' | 'steps' | 'rounds'): number {
  const value = Number(options[name]);
  if (Number.isInteger(value) && value > 0) return value;
  console.error(`Expected a whole number above 0 for --${name}, got "${options[name]}".\n${USAGE}`);
  process.exit(2);
}

function findPrograms(python: string | undefined): Program[] {
  if (python === undefined) {
    console.error('No --python and no PEERS_PYTHON: this engine is timed alone.');
    return [OURS];
  }
  const candidates = [
    { module: 'torch', program: peer('PyTorch', 'torch', python) },
    { module: 'keras', program: peer('Keras (TensorFlow)', 'keras', python) },
  ];
  const found = candidates.filter(({ module, program }) => {
    try {
      execFileSync(python, [
        '-c',
        `import importlib.util, sys; sys.exit(importlib.util.find_spec("${module}") is None)`,
      ]);
      return true;
    } catch {
      console.error(`${program.name} is left out: ${python} cannot be run, or has no module "${module}".`);
      return false;
    }
  });
  return [OURS, ...found.map(({ program }) => program)];
}

async function run(programs: readonly Program[], workload: Workload, rounds: number): Promise<WorkloadResult> {
  const done: Round[] = [];
  while (done.length < rounds) {
    const measurements = new Map<string, Measurement>();
    const stepCpuMs = new Map<string, number | null>();
    for (const program of programs) {
      const measured = await measure(program, workload);
      const single = await measure(program, { ...workload, steps: 1 });
      measurements.set(program.name, measured);
      const known = measured.cpuMs !== null && single.cpuMs !== null && workload.steps > 1;
      stepCpuMs.set(
        program.name,
        known ? ((measured.cpuMs as number) - (single.cpuMs as number)) / (workload.steps - 1) : null,
      );
      console.error(`${workload.model}, round ${done.length + 1}: ${program.name} ${measured.median_ms} ms a step`);
    }
    done.push({ measurements, stepCpuMs, load: os.loadavg()[0] ?? 0 });
  }
  return { workload, rounds: done };
}

if (options.help) {
  console.log(USAGE);
} else {
  const rounds = count('rounds');
  const base = { size: count('size'), batch: count('batch'), steps: count('steps') };
  const programs = findPrograms(options.python ?? process.env.PEERS_PYTHON);
  const results: WorkloadResult[] = [];
  for (const model of options.model ?? ['cbr-small', 'cbr-tiny']) {
    const result = await run(programs, { model, ...base }, rounds);
    results.push(result);
    console.log(`${resultTable(result)}\n`);
  }
  if (!options['no-write']) {
    const file = path.join(ROOT, 'docs', 'benchmarks.md');
    const style = await resolveConfig(file);
    fs.writeFileSync(file, await format(benchmarkDocument(results, new Date()), { ...style, filepath: file }));
    console.error(`Written: ${path.relative(process.cwd(), file)}`);
  }
}
