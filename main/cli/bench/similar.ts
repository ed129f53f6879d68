/** `bench similar`: how long an import looks for pictures that were saved anew, beside comparing each with each. */
import type { Command } from 'commander';
import { RandomStream } from '../../../shared/system/random.ts';
import { countOf, formatCount, formatNumber } from '../../../shared/words/numbers.ts';
import { formatDuration } from '../../../shared/words/times.ts';
import { findSimilarPictures } from '../../datasets/identity/similar-pictures.ts';
import { CELLS, GRID_SIDE } from '../../images/grey-grid.ts';
import { cpuSecondsSince } from '../../platform/machine.ts';
import type { CliContext } from '../context.ts';
import { wholeNumber } from '../output/whole-number.ts';

const COMPARED = 3000;
const WAVES = 10;

/** Pictures of one kind: a common one plus slow waves; `spread` is the usual distance of two of them, in grey values. Every thousandth is saved anew. */
function makeAlbum(images: number, spread: number): Uint8Array[] {
  const stream = new RandomStream(5, 'album');
  const side = Array.from({ length: GRID_SIDE }, (_, at) => at);
  const wave = (frequency: number): number[] =>
    side.map((at) => Math.cos(((at + 0.5) * frequency * Math.PI) / GRID_SIDE));
  const waves = Array.from({ length: WAVES }, (_, frequency) => wave(frequency));
  const grids: Uint8Array[] = [];
  for (let i = 0; i < images; i++) {
    const saved = grids[i - 7];
    if (i % 1000 === 999 && saved !== undefined) {
      grids.push(saved.map((value) => value + stream.integer(2)));
      continue;
    }
    const values = new Float64Array(CELLS);
    let power = 0;
    for (let u = 0; u < WAVES; u++) {
      for (let v = 0; u + v < WAVES; v++) {
        const size = 1 / (1 + u + v) ** 1.5;
        const height = size * stream.normal();
        power += size * size * (u === 0 ? 1 : 0.5) * (v === 0 ? 1 : 0.5);
        for (const y of side) {
          for (const x of side) {
            const at = y * GRID_SIDE + x;
            values[at] = (values[at] as number) + height * (waves[u]?.[x] as number) * (waves[v]?.[y] as number);
          }
        }
      }
    }
    const scale = spread / Math.sqrt(2 * power);
    grids.push(
      Uint8Array.from(values, (value, at) => {
        const common =
          110 + 70 * (waves[2]?.[at % GRID_SIDE] as number) * (waves[1]?.[Math.floor(at / GRID_SIDE)] as number);
        return Math.max(0, Math.min(250, Math.round(common + scale * value)));
      }),
    );
  }
  return grids;
}

async function time(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  return cpuSecondsSince(before);
}

function compareAll(grids: readonly Uint8Array[]): void {
  for (const [i, first] of grids.entries()) {
    for (let j = 0; j < i; j++) {
      const second = grids[j] as Uint8Array;
      let sum = 0;
      for (let at = 0; at < first.length && sum <= 1024; at++)
        sum += ((first[at] as number) - (second[at] as number)) ** 2;
    }
  }
}

export function registerSimilarBench(bench: Command, context: CliContext): void {
  bench
    .command('similar')
    .description('time the search for pictures that were saved anew, beside comparing each with each')
    .option('--images <count>', 'pictures', wholeNumber(COMPARED, 1_000_000), 50_000)
    .option('--spread <values>', 'usual distance of two pictures, in grey values', wholeNumber(1, 60), 20)
    .action(async ({ images, spread }: { images: number; spread: number }) => {
      const grids = makeAlbum(images, spread);
      let pairs = 0;
      const seconds = await time(async () => {
        ({ length: pairs } = (await findSimilarPictures(grids, { signal: context.signal })).pairs);
      });
      const each = await time(() => compareAll(grids.slice(0, COMPARED)));
      const allSeconds = each * (images / COMPARED) ** 2;
      const bytes = process.resourceUsage().maxRSS * 1024;
      context.out.result({ images, spread, pairs, seconds, all_seconds: allSeconds, peak_bytes: bytes }, () =>
        [
          `${formatCount(images)} pictures, usually ${formatNumber(spread, 0)} grey values apart: ${countOf(pairs, 'pair')} in ${formatDuration(seconds)} of processor time;`,
          `comparing each with each as it is would take about ${formatDuration(allSeconds)} (from ${formatCount(COMPARED)} pictures). Peak memory ${formatNumber(bytes / 2 ** 20, 0)} MiB.`,
        ].join('\n'),
      );
    });
}
