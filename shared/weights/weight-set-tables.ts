/** Weight sets as tables: the list, the tensors of one by stage, and what matched in a file. Pure. */
import type { WeightSetSummary } from '../study/models.ts';
import { modelName } from '../study/arms.ts';
import type { Normalisation } from '../study/protocol.ts';
import { count, text } from '../tables/cells.ts';
import { buildTable, ungrouped, type Table } from '../tables/table.ts';
import { shortHash } from '../words/numbers.ts';
import { formatDate } from '../words/times.ts';
import type { MatchReport, WeightSetDetail } from './weights.ts';

export const NORMALISATION_WORDS: Record<Normalisation, string> = {
  imagenet: 'ImageNet mean and deviation',
  'minus-one-to-one': 'From −1 to 1',
  'imagenet-bgr-mean': 'Blue, green, red; ImageNet mean taken off',
};

export function weightSetsTable(sets: readonly WeightSetSummary[]): Table {
  return buildTable<WeightSetSummary>({
    caption: 'Pretrained weights',
    groups: ungrouped(sets),
    rowOf: ({ id }) => ({ id }),
    columns: [
      { key: 'name', head: 'Name', cell: ({ name }) => name },
      { key: 'model', head: 'Fits', cell: ({ model }) => modelName(model) },
      { key: 'origin', head: 'Source', cell: ({ origin }) => origin },
      { key: 'synthetic', head: '', stacked: true, cell: ({ synthetic }) => (synthetic ? 'synthetic' : '') },
      {
        ...{ key: 'outputs', head: '', stacked: true },
        cell: ({ outputs }) => (outputs.length === 0 ? '' : `${outputs.length} outputs`),
      },
      { key: 'licence', head: '', stacked: true, cell: ({ licenceNote }) => licenceNote },
      { key: 'normalisation', head: 'Preprocessing', cell: ({ normalisation }) => NORMALISATION_WORDS[normalisation] },
      { key: 'sha256', head: 'SHA-256', cell: ({ sha256 }) => text(shortHash(sha256), { mono: true }) },
      { key: 'created', head: 'Created', number: true, cell: ({ createdAt }) => formatDate(createdAt) },
    ],
  });
}

export function weightStagesTable({ stages }: Pick<WeightSetDetail, 'stages'>): Table {
  return buildTable<WeightSetDetail['stages'][number]>({
    caption: 'Tensors by stage',
    groups: ungrouped(stages),
    columns: [
      { key: 'stage', head: 'Stage', cell: ({ stage }) => stage },
      { key: 'tensors', head: 'Tensors', number: true, cell: ({ tensors }) => count(tensors.length) },
      { key: 'values', head: 'Values', number: true, cell: ({ values }) => count(values) },
    ],
  });
}

/** Every tensor of the model, and what it is in the file. */
export function matchTable({ tensors }: Pick<MatchReport, 'tensors'>): Table {
  return buildTable<MatchReport['tensors'][number]>({
    caption: 'Matched tensors',
    groupHead: 'stage',
    groups: [...Map.groupBy(tensors, ({ stage }) => stage)].map(([title, items]) => ({ title, items })),
    columns: [
      { key: 'tensor', head: 'Tensor', cell: ({ name }) => text(name, { mono: true }) },
      { key: 'shape', head: 'Shape', number: true, cell: ({ shape }) => shape.join(' × ') },
      {
        ...{ key: 'in_file', head: 'In the file' },
        cell: ({ from }) =>
          from === null ? text('zeros, not in the file', { tone: 'quiet' }) : text(from, { mono: true }),
      },
    ],
  });
}
