/** The sets of MedMNIST with images of the eye's fundus or the chest, as medmnist/unpack.ts writes them; others read as any table. */
import type { Modality } from '../../../shared/dataset/dataset.ts';
import type { LayoutId } from '../../../shared/dataset/layout-ids.ts';
import type { LabelRule } from '../labels/label-rule.ts';
import { MEDMNIST_CLASSES } from '../medmnist/sets.ts';
import { icdrGrades } from './fundus/icdr.ts';
import type { Layout } from './layout.ts';
import { NO_PATIENTS } from './recogniser.ts';

function medmnist(id: LayoutId & keyof typeof NAMES, modality: Modality, rule: LabelRule): Layout {
  const findings = rule.kind === 'findings' ? rule.columns : [id];
  return {
    id,
    name: NAMES[id],
    modality,
    signature: { columns: ['image', 'split', ...findings], others: [], files: new RegExp(`^${id}\\.csv$`) },
    pieces: true,
    row: { image: 'image', split: 'split' },
    patientRule: NO_PATIENTS,
    labels: [rule],
    remarks: [
      'The file has training, validation and test parts of its own (--split given).',
      'It does not say whose images these are, so it cannot be proved that no patient is in two parts.',
    ],
  };
}

const NAMES = {
  retinamnist: 'RetinaMNIST (diabetic retinopathy grades)',
  chestmnist: 'ChestMNIST (14 findings of chest x-rays)',
  pneumoniamnist: 'PneumoniaMNIST (chest x-rays of children)',
} as const;

export const MEDMNIST: readonly Layout[] = [
  medmnist('retinamnist', 'fundus', icdrGrades('retinamnist')),
  medmnist('chestmnist', 'cxr', { kind: 'findings', columns: MEDMNIST_CLASSES['chestmnist'] ?? [] }),
  medmnist('pneumoniamnist', 'cxr', {
    kind: 'classes',
    columns: ['pneumoniamnist'],
    classes: MEDMNIST_CLASSES['pneumoniamnist'] ?? [],
  }),
];
