/** Compiles driver.cc with the kernels' sources and runs it. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { KERNEL_SOURCES } from '../../../../scripts/setup/tensorflow/kernels.mjs';
import { makeTemporaryFolder } from '../../../support/temporary-folder.ts';

const run = promisify(execFile);
const COMPILER = process.env.CXX ?? 'g++';
const AVX2 = ['-mavx2', '-mfma'];
const COMMON = ['-std=c++17', '-g1', '-pthread', '-Wno-psabi', '-DTRANSFUSION_ONE_TILE', '-DTRANSFUSION_SPLIT_VECTORS'];

export interface DriverBuild {
  options: string[];
  /** Further options of the sources of an instruction set, by its name. */
  optionsOf?: Record<string, string[]>;
  words?: string[];
  env?: Record<string, string>;
}

/** @returns what the driver printed; rejects with it where it ended with an error */
export async function runDriver({ options, optionsOf = {}, words = [], env = {} }: DriverBuild): Promise<string> {
  const folder = makeTemporaryFolder('driver');
  const own = (name: string) => path.join(KERNEL_SOURCES, name);
  // The 16-lane source is compiled for AVX2, with vectors that the compiler splits: proven without a processor that has AVX-512.
  const sets = process.arch === 'x64' ? ['avx512', 'avx2', 'plain'] : ['plain'];
  const waiting = [
    ...sets.map((set) => ({
      source: own(`instruction-set-${set}.cc`),
      more: [...(set === 'plain' ? [] : AVX2), ...(optionsOf[set] ?? [])],
    })),
    ...['workers.cc', 'scratch.cc', 'processor.cc'].map((name) => ({ source: own(name), more: [] })),
    { source: path.join(import.meta.dirname, 'driver.cc'), more: [] },
  ];
  const objects: string[] = [];
  const inTurn = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const object = path.join(folder, `${path.basename(next.source)}.o`);
      const args = [...COMMON, ...options, ...next.more, `-I${KERNEL_SOURCES}`, '-c', next.source, '-o', object];
      await run(COMPILER, args);
      objects.push(object);
    }
  };
  await Promise.all([inTurn(), inTurn()]);
  const driver = path.join(folder, 'driver');
  await run(COMPILER, [...COMMON, ...options, ...objects, '-o', driver]);
  return (await run(driver, words, { env: { ...process.env, ...env } })).stdout;
}
