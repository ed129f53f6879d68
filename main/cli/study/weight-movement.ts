/** `study movement STUDY`: how far training moved the weights of each stage. */
import path from 'node:path';
import type { Command } from 'commander';
import { tableCsv } from '../../../shared/tables/csv-face.ts';
import { tableText } from '../../../shared/tables/text-face.ts';
import { weightMovementPanels } from '../../../shared/figures/weight-movement-panels.ts';
import { weightMovementTableOfAll } from '../../../shared/weights/weights-tables.ts';
import { writeFileAtomic } from '../../platform/atomic-file.ts';
import type { CliContext } from '../context.ts';

/** Adds the command to `study`. */
export function registerWeightMovement(study: Command, context: CliContext): void {
  study
    .command('movement <study>')
    .description('how far training moved the weights of each stage: relative distance and cosine, by arm')
    .option('--csv <file>', 'also write the table there, with all digits')
    .action(async (name: string, { csv }: { csv?: string }) => {
      const { services } = await context.app({ write: false });
      const studyId = services.studies.find(name);
      const movement = await services.weightAnalysis.movement(studyId);
      const table = weightMovementTableOfAll(
        weightMovementPanels(movement, (await services.studies.get(studyId)).arms),
      );
      if (csv !== undefined) {
        writeFileAtomic(path.resolve(csv), tableCsv(table));
        context.out.note(`Table written to ${path.resolve(csv)}.`);
      }
      context.out.result(movement, movement.length === 0 ? 'No run has finished yet.' : () => tableText(table));
    });
}
