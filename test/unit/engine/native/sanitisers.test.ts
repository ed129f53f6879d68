/**
 * The kernels without TensorFlow: every pass of every instruction set against direct sums in double precision (driver.cc), compiled
 * with the address and the undefined-behaviour sanitiser.
 */
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { KERNEL_SOURCES } from '../../../../scripts/setup/tensorflow/kernels.mjs';

const run = promisify(execFile);
const COMPILER = process.env.CXX ?? 'g++';
// What is left out of `undefined` looks at every single access, as the address sanitiser does anyway, and triples the time to compile.
const SANITISERS = [
  ...['-fsanitize=address,undefined', '-fno-sanitize=null,alignment,object-size,pointer-overflow'],
  ...['-fno-sanitize-recover=undefined', '-fno-omit-frame-pointer'],
];
const OPTIONS = ['-std=c++17', '-O1', '-g1', '-pthread', '-Wno-psabi', '-DTRANSFUSION_ONE_TILE', ...SANITISERS];
const AVX2 = ['-mavx2', '-mfma'];
const SETS: [name: string, options: string[]][] =
  process.arch === 'x64'
    ? [
        // The 16-lane source, with vectors that the compiler splits in two: proven without a processor that has AVX-512.
        ['avx512', AVX2],
        ['avx2', AVX2],
        ['plain', []],
      ]
    : [['plain', []]];

let folder = '';
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'transfusion-sanitisers-'));
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

async function compile(source: string, options: string[]): Promise<string> {
  const object = path.join(folder, `${path.basename(source)}.o`);
  await run(COMPILER, [...OPTIONS, ...options, `-I${KERNEL_SOURCES}`, '-c', source, '-o', object]);
  return object;
}

test('kernels agree with direct sums, and no sanitiser finds anything', { timeout: 900_000 }, async () => {
  const own = (name: string) => path.join(KERNEL_SOURCES, name);
  const work: (() => Promise<string>)[] = [
    ...SETS.map(
      ([name, options]) =>
        () =>
          compile(own(`instruction-set-${name}.cc`), options),
    ),
    ...['workers.cc', 'scratch.cc'].map((name) => () => compile(own(name), [])),
    () => compile(path.join(import.meta.dirname, 'driver.cc'), []),
  ];
  const objects: string[] = [];
  const inTurn = async () => {
    for (let next = work.shift(); next; next = work.shift()) objects.push(await next());
  };
  await Promise.all([inTurn(), inTurn()]);
  const driver = path.join(folder, 'driver');
  await run(COMPILER, [...SANITISERS, '-pthread', ...objects, '-o', driver]);
  const { stdout } = await run(driver, { env: { ...process.env, ASAN_OPTIONS: 'detect_leaks=0' } });
  for (const line of stdout.trim().split('\n')) expect(line).toMatch(/: done$|: not run, this processor has no AVX2$/);
  console.info(stdout.trim().split('\n').join('; '));
});
