/** Where the images come from, what was left out, and how patients were split. */
import type { DatasetDetail } from '../../../shared/dataset/dataset.ts';
import { problemsTable, setsTable } from '../../../shared/dataset/dataset-tables.ts';
import { describeLeakage } from '../../../shared/dataset/leakage.ts';
import { describeProof, type LeakageProof } from '../../../shared/dataset/leakage-proof.ts';
import { missingCharacteristics, type PartCharacteristics } from '../../../shared/dataset/patient-characteristics.ts';
import { flowFigure } from '../../../shared/figures/flow-figure.ts';
import { figureMarkup } from '../figures/figure-markup.ts';
import { markup, type Markup } from '../../../shared/words/markup.ts';
import { MODALITY_WORDS } from '../text/phrases.ts';
import { endSentence } from '../../../shared/words/sentences.ts';
import type { Numbering } from '../numbering.ts';
import { tableMarkup } from '../table.ts';

export function dataSection(
  dataset: DatasetDetail,
  parts: readonly PartCharacteristics[],
  numbering: Numbering,
  proof?: LeakageProof | null,
): Markup {
  return markup`<p>${dataset.layoutName}; ${MODALITY_WORDS[dataset.modality]}. ${endSentence(dataset.patientRule)}</p>
<figure>${figureMarkup(flowFigure(dataset))}<figcaption><b>Figure ${numbering.figure()}.</b> Data flow: images at each step, what was left out, and the three sets.</figcaption></figure>
${tableMarkup(setsTable(dataset, parts), numbering)}
<p>Leakage between sets: ${describeLeakage(dataset).sentence}${parts.length > 0 && missingCharacteristics(parts) !== null && ` ${missingCharacteristics(parts) ?? ''}`}</p>${
    proof &&
    markup`
<p>${describeProof(proof)} The file leakage-proof.json holds the same, to be checked again.</p>`
  }
${tableMarkup(problemsTable(dataset), numbering)}`;
}
