/** `bench images`: how fast an import checks images, beside decoding alone with the same library, in turn in one run. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import { RandomStream } from '../../../shared/system/random.ts';
import { formatNumber } from '../../../shared/words/numbers.ts';
import { forEachConcurrently } from '../../platform/concurrently.ts';
import { imagesInFlight } from '../../datasets/inspection/inspect-threads.ts';
import { inspectImage } from '../../images/inspect.ts';
import { sharp } from '../../images/sharp.ts';
import { cpuSecondsSince } from '../../platform/machine.ts';
import type { CliContext } from '../context.ts';
import { wholeNumber } from '../output/whole-number.ts';
import { median } from './peer.ts';

/** Pixels, files, and how often each file is read in a round. */
const KINDS = [
  { name: 'small', width: 72, height: 72, files: 100, times: 10 },
  { name: 'large', width: 2000, height: 1500, files: 8, times: 3 },
] as const;

interface Rate {
  /** Images a second by the clock, and a second of processor time (all threads). */
  perSecond: number;
  perCpuSecond: number;
}

export function registerImagesBench(bench: Command, context: CliContext): void {
  bench
    .command('images')
    .description('time the check of an import (decode, hashes, quality) beside decoding alone')
    .option('--rounds <count>', 'rounds, each of both', wholeNumber(1, 100), 5)
    .action((options: { rounds: number }) => runImagesBench(options, context));
}

async function runImagesBench({ rounds }: { rounds: number }, { out, signal }: CliContext): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'transfusion-images-'));
  try {
    const results: Awaited<ReturnType<typeof timeKind>>[] = [];
    for (const kind of KINDS) results.push(await timeKind(folder, kind, { rounds, signal }));
    out.result({ in_flight: imagesInFlight(), rounds, results }, () =>
      results
        .map(
          (row) =>
            `${row.pixels.join(' x ')} px: ${formatNumber(row.check_per_second, 0)} images/s checked (${formatNumber(row.check_per_cpu_second, 0)} a second of processor time), ${formatNumber(row.decode_per_second, 0)} decoded alone; ratio ${formatNumber(row.ratio, 2)} (processor time ${formatNumber(row.cpu_ratio, 2)}).`,
        )
        .join('\n'),
    );
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function timeKind(
  folder: string,
  kind: (typeof KINDS)[number],
  { rounds, signal }: { rounds: number; signal: AbortSignal },
) {
  const files = await makeJpegs(folder, kind);
  const work = Array.from({ length: kind.times }, () => files).flat();
  const pairs: { decode: Rate; check: Rate }[] = [];
  await timeAll(files, inspectImage, signal);
  for (let round = 0; round < rounds; round++) {
    const decode = await timeAll(work, decodeAlone, signal);
    pairs.push({ decode, check: await timeAll(work, inspectImage, signal) });
  }
  return {
    pixels: [kind.width, kind.height],
    decode_per_second: median(pairs.map(({ decode }) => decode.perSecond)),
    check_per_second: median(pairs.map(({ check }) => check.perSecond)),
    check_per_cpu_second: median(pairs.map(({ check }) => check.perCpuSecond)),
    ratio: median(pairs.map(({ decode, check }) => check.perSecond / decode.perSecond)),
    cpu_ratio: median(pairs.map(({ decode, check }) => check.perCpuSecond / decode.perCpuSecond)),
  };
}

/** All pixels at full size. */
async function decodeAlone(file: string): Promise<void> {
  await sharp(await fs.promises.readFile(file))
    .raw()
    .toBuffer();
}

async function timeAll(
  files: readonly string[],
  work: (file: string) => Promise<unknown>,
  signal: AbortSignal,
): Promise<Rate> {
  const started = performance.now();
  const before = process.cpuUsage();
  await forEachConcurrently(files, imagesInFlight(), async (file) => void (await work(file)), signal);
  return {
    perSecond: (1000 * files.length) / (performance.now() - started),
    perCpuSecond: files.length / cpuSecondsSince(before),
  };
}

/** Smooth colours with noise, as photographs have. */
async function makeJpegs(
  folder: string,
  { name, width, height, files }: { name: string; width: number; height: number; files: number },
): Promise<string[]> {
  return Promise.all(
    Array.from({ length: files }, async (_, seed) => {
      const stream = new RandomStream(seed, 'bench-images');
      const noise = Uint8Array.from({ length: 4096 }, () => stream.integer(16));
      const pixels = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
        const x = Math.floor(i / 3) % width;
        const y = Math.floor(i / 3 / width);
        return 120 + 60 * Math.sin(x / 40 + seed) + 40 * Math.cos(y / 30) + (noise[(i * 31 + y * 7) % 4096] as number);
      });
      const file = path.join(folder, `${name}-${seed}.jpeg`);
      await sharp(pixels, { raw: { width, height, channels: 3 } })
        .jpeg({ quality: 90 })
        .toFile(file);
      return file;
    }),
  );
}
