/** Single images as tables: those that a model gets wrong, and those that a reader marked as probable label noise. Pure. */
import type { MarkedImage } from '../dataset/image-marks.ts';
import { count, EMPTY, list, missing, share, text, type Cell } from '../tables/cells.ts';
import { buildTable, ungrouped, type Table } from '../tables/table.ts';
import { countOf, formatCount } from '../words/numbers.ts';
import { formatDateTime } from '../words/times.ts';
import type { MistakenImage } from './mistakes.ts';

/** @param total how many there are */
export function mistakenImagesTable(images: readonly MistakenImage[], total: number): Table {
  return buildTable<MistakenImage>({
    caption: 'Test images, the most confidently wrong first',
    notes: [`${formatCount(images.length)} of ${countOf(total, 'image')}; of right answers the most confident first.`],
    groups: ungrouped(images),
    columns: [
      { key: 'image', head: 'Image', cell: ({ id }) => text(id, { mono: true }) },
      { key: 'cell', head: 'Cell', cell: ({ cell }) => cell ?? missing() },
      { key: 'label', head: 'Label', cell: ({ label }) => (label === 1 ? 'positive' : 'negative') },
      { key: 'score', head: 'Score', number: true, cell: ({ score }) => share(score) },
      {
        ...{ key: 'by_seed', head: 'Score', unit: 'by seed' },
        cell: ({ seeds }) => list(seeds.map((each) => share(each.score))),
      },
      { key: 'patient', head: 'Patient', number: true, cell: ({ patient }) => count(patient) },
      {
        ...{ key: 'place', head: 'Eye, view' },
        cell: ({ eye, view }) => list([eye, view].flatMap((part) => (part === null ? [] : [text(part)]))),
      },
      { key: 'marked', head: 'Marked', cell: ({ mark }) => mark?.reason ?? EMPTY },
    ],
  });
}

interface MarksOptions {
  caption?: string;
  /** The library's own numbers of patients; they stay out of reports. */
  patients?: boolean;
  /** How many runs get the image wrong. */
  wrongRuns?: (imageId: string) => Cell;
  notes?: readonly string[];
}

export function markedImagesTable(marks: readonly MarkedImage[], options: MarksOptions): Table {
  const { caption = 'Images marked as probable label noise', patients = false, wrongRuns, notes = [] } = options;
  return buildTable<MarkedImage>({
    caption,
    notes: ['The reason is as it was typed.', ...notes],
    groups: ungrouped(marks),
    rowOf: ({ imageId }) => ({ id: imageId }),
    columns: [
      { key: 'image', head: 'Image', cell: ({ imageId }) => text(imageId, { mono: true }) },
      { key: 'split', head: 'Set', cell: ({ split }) => split },
      { key: 'patient', head: 'Patient', number: true, when: patients, cell: ({ patient }) => count(patient) },
      { key: 'reason', head: 'Reason', cell: ({ reason }) => reason },
      {
        ...{ key: 'wrong_runs', head: 'Runs wrong', number: true, when: wrongRuns !== undefined },
        cell: ({ imageId }) => wrongRuns?.(imageId) ?? EMPTY,
      },
      { key: 'marked', head: 'Marked', cell: ({ markedAt }) => formatDateTime(markedAt, 'utc') },
    ],
  });
}
