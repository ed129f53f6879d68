/**
 * The kernels without TensorFlow (driver.cc), compiled with sanitisers: every pass of every instruction set against direct sums in
 * double precision with those of addresses and undefined behaviour, and two callers at once with that of threads.
 */
import { expect, test } from 'vitest';
import { runDriver } from './driver-build.ts';

function expectDone(printed: string): void {
  const [processor = '', ...sets] = printed.trim().split('\n');
  expect(processor).toMatch(/^processor: runs plain/);
  expect(sets.length).toBeGreaterThan(0);
  for (const line of sets) expect(line).toMatch(/: done$/);
  console.info(printed.trim().split('\n').join('; '));
}

test('kernels agree with direct sums, and no sanitiser finds anything', async () => {
  // What is left out of `undefined` looks at every single access, as the address sanitiser does anyway, and triples the time to compile.
  const undefinedBehaviour = ['-fsanitize=undefined', '-fno-sanitize=null,alignment,object-size,pointer-overflow'];
  const options = ['-O1', '-fsanitize=address', ...undefinedBehaviour, '-fno-sanitize-recover=undefined'];
  // The same source as the other two, and half of the time to compile: addresses are what its wider vectors change.
  const optionsOf = { avx512: ['-fno-sanitize=undefined'] };
  expectDone(await runDriver({ options, optionsOf, env: { ASAN_OPTIONS: 'detect_leaks=0' } }));
});

test('two callers at once have the bits that each has alone, without a race', async () => {
  const options = ['-O1', '-fsanitize=thread'];
  const env = { TSAN_OPTIONS: 'halt_on_error=1', TF_NUM_INTRAOP_THREADS: '3' };
  expectDone(await runDriver({ options, words: ['side-by-side'], env }));
});
