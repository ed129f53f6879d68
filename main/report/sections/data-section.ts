/** Where the images come from, what was left out, and how patients were split. */
import { setsTable } from '../../../shared/dataset/dataset-tables.ts';
import { describeLeakage } from '../../../shared/dataset/leakage.ts';
import { missingCharacteristics } from '../../../shared/dataset/patient-characteristics.ts';
import { flowFigure } from '../../../shared/figures/flow-figure.ts';
import { countOf } from '../../../shared/words/numbers.ts';
import { endSentence } from '../../../shared/words/sentences.ts';
import { figure, table, text, type Block } from '../blocks.ts';
import type { ReportInput } from '../report-input.ts';
import { MODALITY_WORDS } from '../text/phrases.ts';

/** The flow is a line unless something was lost on the way. */
export function dataSection({ dataset, characteristics }: Pick<ReportInput, 'dataset' | 'characteristics'>): Block[] {
  const flow = flowFigure(dataset);
  const lost = flow.steps.some(({ left }) => left !== null);
  const whole = lost ? '' : ` None of its ${countOf(dataset.images, 'image')} was left out.`;
  return [
    text(`${dataset.layoutName}; ${MODALITY_WORDS[dataset.modality]}. ${endSentence(dataset.patientRule)}${whole}`),
    ...(lost ? figure(flow, 'Data flow: images at each step, what was left out, and the three sets.') : []),
    ...table(setsTable(dataset, characteristics)),
    text(
      [
        `Leakage between sets: ${describeLeakage(dataset).sentence}`,
        characteristics.length === 0 ? '' : (missingCharacteristics(characteristics) ?? ''),
      ]
        .join(' ')
        .trim(),
    ),
  ];
}
