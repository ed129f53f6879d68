/** What the benchmarks share: a Python program of test/peers to be timed in turn, its numbers, and the median. */
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { z } from 'zod';
import { AppError } from '../../../shared/system/errors.ts';
import { fmix32 } from '../../../shared/system/random.ts';

/**
 * The JSON that `test/peers/SCRIPT` prints. `program`: what is timed, and what the Python has to have.
 * @throws AppError `unsupported` away from a checkout, `bad-input` where the Python cannot run it.
 */
export async function runPeer<T>(params: {
  python: string;
  script: string;
  args: readonly string[];
  program: string;
  schema: z.ZodType<T>;
}): Promise<T> {
  const { python, script, args, program, schema } = params;
  const file = path.resolve(import.meta.dirname, '../../../test/peers', script);
  if (!fs.existsSync(file)) {
    throw new AppError(
      'unsupported',
      `Expected the sources of this program, to time ${program} by test/peers/${script}.`,
      {
        action: 'Leave --python and PEERS_PYTHON out, or run the command from a checkout.',
      },
    );
  }
  try {
    const { stdout } = await promisify(execFile)(python, [file, ...args]);
    return schema.parse(JSON.parse(stdout));
  } catch (cause) {
    throw new AppError('bad-input', `Expected a Python with ${program}, got one that could not run the comparison.`, {
      action: 'Name another with --python.',
      details: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
}

/** u(1, tensor, i) of test/fixtures/reference/README.md: the same numbers in both programs. */
export function uniformOf(tensor: number): (i: number) => number {
  const key = fmix32(65536 + tensor);
  return (i) => fmix32((i + key) | 0) / 2147483648 - 1;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] as number)) / 2;
}
