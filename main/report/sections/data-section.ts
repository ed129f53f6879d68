/** Where the images come from, what was left out, and how patients were split. */
import type { DatasetDetail, ProblemKind } from '../../../shared/dataset/dataset.ts';
import { countOf, formatCount, formatPart } from '../../../shared/words/numbers.ts';
import {
  ageText,
  knowsAge,
  knowsSex,
  LEAST_SHOWN,
  missingCharacteristics,
  sexCounts,
  sexNames,
  type PartCharacteristics,
} from './characteristics.ts';
import { flowFigure } from '../../../shared/figures/flow-figure.ts';
import { figureMarkup } from '../figures/figure-markup.ts';
import { markup, type Markup } from '../markup.ts';
import { endSentence, MODALITY_WORDS } from '../text/phrases.ts';
import { table, type Row } from '../table.ts';

const PROBLEM_WORDS: Record<ProblemKind, string> = {
  'missing-image': 'named in the labels file, image file missing',
  'unreadable-image': 'image file damaged or not readable',
  'not-an-image': 'file that is not an image',
  'duplicate-name': 'image named more than once',
  'duplicate-content': 'same content under another name',
  'unknown-label': 'label not recognised',
  'unlabelled-image': 'image without a label',
  'unknown-column': 'column of the labels file not used',
  converted: 'converted (for example from 16 to 8 bits)',
  'no-patient': 'no patient named',
  'other-view': 'other view of the chest than the task uses',
  'bad-row': 'row of the labels file not readable',
  'few-cases': 'few cases of a class',
  'shared-patient': 'patient named in more than one given set',
  'joined-rows': 'image with several rows, joined',
  'matched-loosely': 'image file found by another spelling',
  'merged-values': 'label written in several ways, merged',
};

export function dataSection(dataset: DatasetDetail, parts: readonly PartCharacteristics[] = []): Markup {
  const problems = Object.entries(dataset.problemCounts).filter(([, count]) => count > 0) as [ProblemKind, number][];
  return markup`<p>${dataset.layoutName}; ${MODALITY_WORDS[dataset.modality]}. ${endSentence(dataset.patientRule)}</p>
<figure>${figureMarkup(flowFigure(dataset))}<figcaption><b>Figure 1.</b> Data flow: images at each step, what was left out, and the three sets.</figcaption></figure>
${splitTable(dataset, parts)}
<p>${disjointness(dataset)}${parts.length > 0 && missingCharacteristics(parts) !== null && ` ${missingCharacteristics(parts) ?? ''}`}</p>
${
  problems.length > 0 &&
  table({
    caption: markup`<b>Table 2.</b> What the import reported.`,
    columns: [{ head: 'Reason' }, { head: 'Count', number: true }],
    rows: problems.map(([kind, count]) => ({ cells: [PROBLEM_WORDS[kind], formatCount(count)] })),
  })
}`;
}

/** What was checked about patients and sets, in one sentence. */
export function disjointness(dataset: Pick<DatasetDetail, 'patientIdKnown' | 'patientDisjoint'>): string {
  if (!dataset.patientIdKnown) {
    return 'Disjointness of patients cannot be shown: the data set names no patients, and every image counts as a patient of its own.';
  }
  return dataset.patientDisjoint
    ? 'Disjointness: every patient is in exactly one set. This was recomputed from the stored rows for this report.'
    : 'Warning: some patients are in more than one set (recomputed from the stored rows for this report). Test results are optimistic.';
}

function splitTable(dataset: DatasetDetail, parts: readonly PartCharacteristics[]): Markup {
  const { splits, target } = dataset;
  const row = (name: string, read: (split: DatasetDetail['splits'][number]) => string, part = false): Row => ({
    cells: [name, ...splits.map(read)],
    startsPart: part,
  });
  const share = (count: number, of: number): string =>
    of === 0 ? formatCount(count) : `${formatCount(count)} (${formatPart(count, of)})`;
  const rows = [
    row('Patients', (split) => formatCount(split.patients)),
    row('Images', (split) => formatCount(split.images)),
    ...patientRows(parts),
    ...target.outputs.map((output, index) =>
      row(
        output,
        (split) => {
          const counts = split.outputs[index];
          if (counts === undefined) return '–';
          const unknown = counts.unknown > 0 ? `; ${formatCount(counts.unknown)} unknown` : '';
          return `${share(counts.positive, split.images)}${unknown}`;
        },
        index === 0,
      ),
    ),
  ];
  const shown = patientRows(parts).length > 0;
  const note = shown
    ? ` Age and sex are of patients; numbers from 1 to ${LEAST_SHOWN - 1}, and those that would give them away, are not shown.`
    : '';
  return table({
    caption: markup`<b>Table 1.</b> The three sets: patients, images, and images with each label (share of the images of the set).${note} ${countOf(dataset.images, 'image')} of ${countOf(dataset.patients, 'patient')} in all. ${endSentence(target.mapping)}`,
    columns: [{ head: 'Set' }, ...splits.map((split) => ({ head: split.split, number: true }))],
    rows,
  });
}

/** Age and sex of the patients of each part; no row for what the dataset does not hold. */
function patientRows(parts: readonly PartCharacteristics[]): Row[] {
  const names = sexNames(parts);
  const counts = parts.map((part) => sexCounts(part, names));
  const labels = [...names.map((name) => `Sex: ${name}`), 'Sex: not known'];
  const sexRows = labels.flatMap((label, index): Row[] =>
    index === names.length && parts.every(({ sexUnknown }) => sexUnknown === 0)
      ? []
      : [{ startsPart: index === 0 && !knowsAge(parts), cells: [label, ...counts.map((own) => own[index] ?? '–')] }],
  );
  return [
    ...(knowsAge(parts)
      ? [{ startsPart: true, cells: ['Age in years: median (quartiles)', ...parts.map(ageText)] }]
      : []),
    ...(knowsSex(parts) ? sexRows : []),
  ];
}
