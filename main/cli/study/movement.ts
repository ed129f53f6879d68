/** `study movement STUDY`: how far training moved the weights of each stage. */
import { formatNumber } from '../../../shared/words/numbers.ts';
import path from 'node:path';
import type { Command } from 'commander';
import { tableCsv } from '../../../shared/data-table.ts';
import { movementPanels } from '../../../shared/figures/movement-panels.ts';
import type { ArmMovement } from '../../../shared/weights/weight-changes.ts';
import { movementTableOfAll } from '../../../shared/weights/weights-tables.ts';
import { writeFileAtomic } from '../../platform/atomic-file.ts';
import type { CliContext } from '../context.ts';
import { formatTable } from '../output/output.ts';

/** Adds the command to `study`. */
export function registerMovement(study: Command, context: CliContext): void {
  study
    .command('movement <study>')
    .description('how far training moved the weights of each stage: relative distance and cosine, by arm')
    .option('--csv <file>', 'also write the table there, with all digits')
    .action(async (name: string, { csv }: { csv?: string }) => {
      const { services } = await context.app({ write: false });
      const studyId = services.studies.find(name);
      const movement = await services.weightAnalysis.movement(studyId);
      if (csv !== undefined) {
        const panels = movementPanels(movement, (await services.studies.get(studyId)).arms);
        writeFileAtomic(path.resolve(csv), tableCsv(movementTableOfAll(panels)));
        context.out.note(`Table written to ${path.resolve(csv)}.`);
      }
      context.out.result(movement, () => movementText(movement));
    });
}

function movementText(movement: readonly ArmMovement[]): string {
  if (movement.length === 0) return 'No run has finished yet.';
  const table = formatTable({
    header: ['arm', 'stage', 'distance', 'SD', 'cosine', 'SD', 'runs'],
    rows: movement.flatMap(({ armId, runs, stages }) =>
      stages.map(({ stage, relativeDistance, cosine }) => [
        armId,
        stage,
        ...[relativeDistance, cosine].flatMap((value) => [formatNumber(value?.mean), formatNumber(value?.sd)]),
        String(runs),
      ]),
    ),
    rightAligned: [2, 3, 4, 5, 6],
  });
  return [
    table,
    '',
    'Distance: norm of the change of all kernels of a stage over their norm at the start. Cosine: between start and end.',
    'SD: over the runs of an arm.',
  ].join('\n');
}
