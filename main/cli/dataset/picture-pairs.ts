/** `dataset pairs|different`: pictures that an import found twice. */
import type { Command } from 'commander';
import { picturePairsTable } from '../../../shared/dataset/picture-pairs-table.ts';
import { tableText } from '../../../shared/tables/text-face.ts';
import { countOf, formatCount } from '../../../shared/words/numbers.ts';
import type { CliContext } from '../context.ts';
import { wholeNumber } from '../output/whole-number.ts';

/** Adds the commands to `dataset`. */
export function registerPicturePairs(dataset: Command, context: CliContext): void {
  dataset
    .command('pairs <dataset>')
    .description('pictures that the import found twice: why, how far apart, and what was done')
    .option('--from <n>', 'skip so many pairs', wholeNumber(0, 1e9), 0)
    .option('--limit <n>', 'list so many (at most 500)', wholeNumber(1, 500), 50)
    .action(async (name: string, { from, limit }: { from: number; limit: number }) => {
      const { services } = await context.app({ write: false });
      const { id } = services.datasets.find(name);
      const found = services.picturePairs.list({ id, offset: from, limit });
      context.out.result(found, () => {
        if (found.total === 0) return 'No picture was found twice.';
        const rest = found.total - from - found.pairs.length;
        const more = rest > 0 ? [`… and ${formatCount(rest)} more (--from ${from + found.pairs.length}).`] : [];
        return [tableText(picturePairsTable(found.pairs)), ...more, `${countOf(found.total, 'pair')} in all.`].join(
          '\n',
        );
      });
    });

  dataset
    .command('different <dataset> <first> <second>')
    .description(
      'say that two pictures which look the same are different (ids as in "pairs"); holds from the next import on',
    )
    .option('--reason <text>', 'why')
    .option('--withdraw', 'take it back')
    .action(async (name: string, firstId: string, secondId: string, flags: { reason?: string; withdraw?: true }) => {
      const { services } = await context.app({ write: true });
      const pair = { datasetId: services.datasets.find(name).id, firstId, secondId };
      if (flags.withdraw === true) {
        const reason = services.picturePairs.withdrawDifferent(pair);
        context.out.result(
          { withdrawn: reason },
          reason === null ? 'They were not declared different.' : `Taken back: ${reason}`,
        );
        return;
      }
      const declared = services.picturePairs.declareDifferent({ ...pair, reason: flags.reason ?? '' });
      context.out.result(
        declared,
        `Declared different: ${declared.reason}\nThe split of this dataset stays as it is. Import the folder again under a new name, and these two join nobody.`,
      );
    });
}
