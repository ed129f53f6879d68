/** The programs that are timed side by side, and how one of them is run. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { z } from 'zod';
import { peerModel, type Workload } from './rows.ts';

export const ROOT = path.resolve(import.meta.dirname, '../..');

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

export type ProgramId = 'ours' | 'torch' | 'keras';

export interface Program {
  id: ProgramId;
  name: string;
  /** Null where the program has no such model. */
  command(workload: Workload): [file: string, ...args: string[]] | null;
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
};

/** PyTorch or Keras, in a Python that has them. */
export function peer(name: string, framework: 'torch' | 'keras', python: string): Program {
  const script = path.join(ROOT, 'test', 'peers', 'measure_step.py');
  return {
    id: framework,
    name,
    command: (workload) => {
      const model = peerModel(framework, workload.model);
      return model === null ? null : [python, script, '--framework', framework, ...common({ ...workload, model })];
    },
  };
}

/**
 * Runs a program to its end.
 * @returns the measurement, or why the program cannot do this row (the end of its standard error)
 */
export async function measure(program: Program, workload: Workload): Promise<Measurement | { reason: string }> {
  const command = program.command(workload);
  if (command === null) return { reason: `has no ${workload.model}` };
  const [file, ...args] = command;
  const { code, output, errors } = await run(file, args);
  if (code !== 0) return { reason: `ended with code ${code}: ${lastLine(errors)}` };
  const parsed = measurementSchema.safeParse(joinJson(output));
  if (!parsed.success) return { reason: `printed no measurement, but: ${output.slice(0, 300)}` };
  return parsed.data;
}

async function run(file: string, args: string[]): Promise<{ code: number | null; output: string; errors: string }> {
  const child = spawn(file, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
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
