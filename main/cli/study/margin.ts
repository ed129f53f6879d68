/** `study margin STUDY [--delta 0.02 --reason ...] [--csv FILE]`: the margin of a study, declared before its test images are scored. */
import { countOf } from '../../../shared/words/numbers.ts';
import path from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { AppError } from '../../../shared/system/errors.ts';
import type { MarginState } from '../../../shared/study/margin.ts';
import { writeFileAtomic } from '../../platform/atomic-file.ts';
import type { CliContext } from '../context.ts';

/** Adds the command to `study`. */
export function registerMargin(study: Command, context: CliContext): void {
  study
    .command('margin')
    .description('show a study’s non-inferiority margin, or declare it before any run has scored the test images')
    .argument('<study>', 'name or id')
    .option('--delta <difference>', 'the largest loss of AUC that would not matter, e.g. 0.02', difference)
    .option('--reason <text>', 'why a smaller loss would not matter to patients; the report prints it')
    .option(
      '--csv <file>',
      'also write the comparisons with the margin, and smaller models against the largest, as CSV',
    )
    .action(async (name: string, { delta, reason, csv }: { delta?: number; reason?: string; csv?: string }) => {
      if ((delta === undefined) !== (reason === undefined)) {
        throw new AppError('bad-input', `Expected --delta and --reason together, got only one of them.`, {
          action: 'A margin is declared with its reason; without both, the declared one is shown.',
        });
      }
      const { services } = await context.app({ write: delta !== undefined });
      const studyId = services.studies.find(name);
      const state =
        delta === undefined || reason === undefined
          ? services.margins.get(studyId)
          : services.margins.declare({ studyId, delta, reason });
      if (csv !== undefined) {
        writeFileAtomic(path.resolve(csv), await services.results.marginsCsv(studyId));
        context.out.note(`Comparisons written to ${csv}.`);
      }
      context.out.result({ studyId, ...state }, () => marginText(state));
    });
}

function difference(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('Expected a number, e.g. 0.02.');
}

export function marginText({ declared, opened }: MarginState): string {
  const last = declared.at(-1);
  if (last === undefined) {
    return opened
      ? 'No margin was declared before the test images were scored, and none can be any more.'
      : 'No margin is declared. --delta and --reason declare one, as long as no run has scored the test images.';
  }
  const earlier = declared.slice(0, -1).map((margin) => `${margin.delta} (${margin.declaredAt})`);
  return [
    `Margin ${last.delta}, declared ${last.declaredAt}, before any run of the study had scored the test images.`,
    `Reason: ${last.reason}`,
    ...(last.earlierStudies > 0
      ? [
          `By then ${countOf(last.earlierStudies, 'other study', 'other studies')} had scored test images of this dataset.`,
        ]
      : []),
    ...(earlier.length > 0 ? [`It replaces: ${earlier.join(', ')}.`] : []),
    opened ? 'The test images have been scored since: it can no longer be changed.' : 'It can be changed until then.',
  ].join('\n');
}
