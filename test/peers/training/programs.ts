/** The programs that are timed side by side, and how one of them is run. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { peerModel, type Workload } from './rows.ts';

export const ROOT = path.resolve(import.meta.dirname, '../../..');

/** What every program prints: the JSON of `test/peers/train_step.py`, and what its process knows of its own cost. */
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
  /** CPU milliseconds of each timed step, all threads. */
  cpu_ms: z.array(z.number()).min(1),
  /** Highest resident bytes of the process. */
  peak_rss_bytes: z.number(),
  packages: z.record(z.string(), z.string()).optional(),
});
export type Measurement = z.infer<typeof measurementSchema>;

/** In the order of tables. */
export const PROGRAM_IDS = ['ours', 'torch', 'keras', 'torch-bf16'] as const;
export type ProgramId = (typeof PROGRAM_IDS)[number];

export interface Program {
  id: ProgramId;
  name: string;
  /** Null where the program has no such model. */
  command(workload: Workload): [file: string, ...args: string[]] | null;
  /** Beside the environment of this process. */
  environment?(workload: Workload): Record<string, string>;
  /** So slow here that it runs one step in the first round and no more. */
  onceOnly?: true;
}

const common = ({ model, size, batch, steps }: Workload) => [
  ...['--model', model, '--size', String(size)],
  ...['--batch', String(batch), '--steps', String(steps)],
];

export const OURS: Program = {
  id: 'ours',
  name: 'Transfusion Lab',
  command: (workload) => [
    process.execPath,
    path.join(ROOT, 'main', 'cli', 'transfusion.ts'),
    '--json',
    'bench',
    'train',
    ...common(workload),
  ],
  environment: ({ instructionSet }) => (instructionSet === null ? {} : { TRANSFUSION_INSTRUCTION_SET: instructionSet }),
};

/** PyTorch or Keras, in a Python that has them. */
export function peer(name: string, framework: 'torch' | 'keras', python: string): Program {
  return { id: framework, name, command: peerCommand(framework, python) };
}

/** PyTorch by its automatic casts to bfloat16. Without instructions for that a step takes a minute: one, then. */
export function torchBfloat16(python: string): Program {
  const program: Program = {
    id: 'torch-bf16',
    name: 'PyTorch bfloat16',
    command: peerCommand('torch', python, '--precision', 'bf16'),
  };
  return hasBfloat16() ? program : { ...program, onceOnly: true };
}

function peerCommand(framework: 'torch' | 'keras', python: string, ...more: string[]): Program['command'] {
  const script = path.join(ROOT, 'test', 'peers', 'measure_step.py');
  return (workload) => {
    const model = peerModel(framework, workload.model);
    if (model === null) return null;
    return [python, script, '--framework', framework, ...common({ ...workload, model }), ...more];
  };
}

/** Whether the processor multiplies bfloat16 (Linux: as the kernel says; elsewhere taken for no). */
export function hasBfloat16(): boolean {
  if (!fs.existsSync('/proc/cpuinfo')) return false;
  return /\b(avx512_bf16|amx_bf16|bf16)\b/.test(fs.readFileSync('/proc/cpuinfo', 'utf8'));
}

/**
 * Runs a program to its end.
 * @returns the measurement, or why the program cannot do this row (the end of its standard error)
 */
export async function measure(program: Program, workload: Workload): Promise<Measurement | { reason: string }> {
  const command = program.command(workload);
  if (command === null) return { reason: `has no ${workload.model}` };
  const [file, ...args] = command;
  const { code, output, errors } = await run(file, args, program.environment?.(workload));
  if (code !== 0) return { reason: `ended with code ${code}: ${lastLine(errors)}` };
  const parsed = measurementSchema.safeParse(joinJson(output));
  if (!parsed.success) return { reason: `printed no measurement, but: ${output.slice(0, 300)}` };
  return parsed.data;
}

async function run(
  file: string,
  args: string[],
  environment: Record<string, string> = {},
): Promise<{ code: number | null; output: string; errors: string }> {
  const env = { ...process.env, ...environment };
  const child = spawn(file, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-4000)));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  });
  return { code, output, errors };
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';

/** One JSON document over several lines (ours), or one a line (the peers): joined to one object. */
function joinJson(output: string): unknown {
  try {
    return JSON.parse(output);
  } catch {
    const lines = output.split('\n').filter((line) => line.startsWith('{'));
    return Object.assign({}, ...lines.map((line) => JSON.parse(line) as object)) as unknown;
  }
}
