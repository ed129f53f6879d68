/** `phantom fundus|cxr|natural --out DIR`: synthetic data with the folder and CSV layout of a public data set. */
import path from 'node:path';
import { formatDuration } from '../../../shared/words/times.ts';
import { Argument, type Command } from 'commander';
import { formatCount } from '../../../shared/words/numbers.ts';
import { PHANTOM_KINDS, type PhantomKind } from '../../../shared/dataset/phantom.ts';
import { writePhantoms } from '../../phantoms/write-phantoms.ts';
import type { CliContext } from '../context.ts';
import { wholeNumber } from '../output/whole-number.ts';

/** Defaults that suit a first try on a laptop. */
const DEFAULTS: Record<PhantomKind, { patients: number; size: number; meaning: string }> = {
  fundus: { patients: 500, size: 128, meaning: 'two eyes each' },
  cxr: { patients: 500, size: 128, meaning: 'one to three studies each' },
  natural: { patients: 100, size: 128, meaning: 'images per class, ten classes' },
};

export function register(program: Command, context: CliContext): void {
  program
    .command('phantom')
    .description('make synthetic images in the layout of EyePACS, CheXpert or a folder per class')
    .addArgument(new Argument('<kind>').choices(PHANTOM_KINDS))
    .requiredOption('--out <dir>', 'a new or empty folder, or an earlier phantom, which is replaced')
    .option('--patients <n>', 'patients (natural: images per class); default 500, natural 100', wholeNumber(0))
    .option('--size <px>', 'height of the images in pixels; default 128', wholeNumber(0))
    .option('--seed <s>', 'the same seed gives the same bytes', wholeNumber(0), 0)
    .action(async (kind: PhantomKind, options: { out: string; patients?: number; size?: number; seed: number }) => {
      const defaults = DEFAULTS[kind];
      const progress = context.out.progress(`Drawing ${kind} phantoms`);
      const started = Date.now();
      const summary = await writePhantoms({
        kind,
        out: path.resolve(options.out),
        patients: options.patients ?? defaults.patients,
        size: options.size ?? defaults.size,
        seed: options.seed,
        signal: context.signal,
        onProgress: (done, total) => {
          const eta = done === 0 ? null : ((Date.now() - started) / 1000 / done) * (total - done);
          progress.update(done, total, eta);
        },
      }).finally(() => progress.end());
      const { patients, size, images, folder, seconds } = summary;
      context.out.result(summary, () =>
        [
          `${formatCount(images)} synthetic ${kind} images of ${size} pixels (${formatCount(patients)} ${kind === 'natural' ? '' : 'patients, '}${defaults.meaning}) in ${formatDuration(seconds)}.`,
          `Import them from: ${folder}`,
        ].join('\n'),
      );
    });
}
