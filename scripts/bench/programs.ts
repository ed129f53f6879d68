/** The programs that are timed side by side, and how one of them is run. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

export const ROOT = path.resolve(import.meta.dirname, '../..');

export interface Workload {
  model: string;
  size: number;
  batch: number;
  steps: number;
}

/** What every program prints: the JSON of `test/peers/train_step.py`. */
export const measurementSchema = z.object({
  framework: z.string(),
  version: z.string(),
  model: z.string(),
  size: z.number(),
  batch: z.number(),
  precision: z.string(),
  threads: z.number(),
  parameters: z.number(),
  ms: z.array(z.number()).min(1),
  median_ms: z.number(),
  images_per_second: z.number(),
});
export type Measurement = z.infer<typeof measurementSchema> & {
  /** Highest resident bytes of the process; null where the system does not tell. */
  peakBytes: number | null;
  /** CPU milliseconds of all threads from start to end, start-up included; null where the system does not tell. */
  cpuMs: number | null;
};

export interface Program {
  name: string;
  command(workload: Workload): [file: string, ...args: string[]];
}

const common = ({ model, size, batch, steps }: Workload) => [
  ...['--model', model, '--size', String(size)],
  ...['--batch', String(batch), '--steps', String(steps)],
];

export const OURS: Program = {
  name: 'Transfusion Lab',
  command: (workload) => [
    process.execPath,
    path.join(ROOT, 'main', 'cli', 'transfusion.ts'),
    '--json',
    'bench',
    'train',
    ...common(workload),
  ],
};

/** PyTorch or Keras, in a Python that has them. */
export function peer(name: string, framework: 'torch' | 'keras', python: string): Program {
  const script = path.join(ROOT, 'test', 'peers', 'train_step.py');
  return { name, command: (workload) => [python, script, '--framework', framework, ...common(workload)] };
}

/** Runs a program to its end. @throws Error with the end of its standard error when it fails or prints something else. */
export async function measure(program: Program, workload: Workload): Promise<Measurement> {
  const [file, ...args] = program.command(workload);
  const child = spawn(file, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  let facts: ProcessFacts | null = null;
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const watch = setInterval(() => (facts = processFacts(child.pid) ?? facts), 20);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject).on('close', resolve);
    });
    if (code !== 0) throw new Error(`${program.name} ended with code ${code}.\n${errors.slice(-2000)}`);
  } finally {
    clearInterval(watch);
  }
  const start = output.indexOf('{');
  const measured = measurementSchema.safeParse(JSON.parse(start < 0 ? 'null' : output.slice(start)));
  if (!measured.success) throw new Error(`${program.name} did not print a measurement, but: ${output.slice(0, 500)}`);
  return { ...measured.data, ...(facts ?? { peakBytes: null, cpuMs: null }) };
}

interface ProcessFacts {
  peakBytes: number;
  cpuMs: number;
}

/** Linux counts CPU time in ticks of 10 ms. */
const TICK_MS = 10;

/** Of a running process; null once it is gone, and on systems without /proc. */
function processFacts(pid: number | undefined): ProcessFacts | null {
  if (pid === undefined || process.platform !== 'linux') return null;
  try {
    const peak = /^VmHWM:\s+(\d+) kB/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'));
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    // After the name in brackets: state is field 3, user and system time are fields 14 and 15.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (!peak) return null;
    return { peakBytes: Number(peak[1]) * 1024, cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS };
  } catch {
    return null;
  }
}
